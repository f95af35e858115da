"""The schema's history, for Alembic: one file a version, run by `sentinel.store.versions`."""
