"""The world in: one file per source, one registry line each, one contract for all."""
