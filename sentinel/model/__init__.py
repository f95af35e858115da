"""The nouns: frozen, slotted, no I/O, no clock, no logging. Times are aware and UTC, throughout."""
