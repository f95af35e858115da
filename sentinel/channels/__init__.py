"""The world out: one file per channel, one registry line each, one contract for all."""
