"""Where everything is kept: one contract, one schema for SQLite (default) and PostgreSQL."""
