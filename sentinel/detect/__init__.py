"""From mentions to signals. Pure: no I/O, no clock, no logger; every judgment comes with its reasons."""
