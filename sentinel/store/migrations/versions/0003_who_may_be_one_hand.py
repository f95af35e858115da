"""What marks faceless posts that say the same, beside whom they count for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step up. What was counted before stays unmarked: nothing behind the last day is judged again."""
    op.add_column("counts", sa.Column("said", sa.Text(), nullable=True))
