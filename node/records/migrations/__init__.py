"""Alembic migrations of the node's database; `versions/` holds one file a step, never changed once released."""
