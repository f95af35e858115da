"""Reviews counted by their stars, and when a source last had something to say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sentinel.store.dialect import CLUSTERED, RowNumber

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step up: what was counted before is counted by its stars too, from the posts as they are stored."""
    op.create_table(
        "ratings",
        sa.Column("series", RowNumber, autoincrement=False, nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("reviews", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name=op.f("fk_ratings_series")),
        sa.PrimaryKeyConstraint("series", "minute", "source", "stars", name=op.f("pk_ratings")),
        **CLUSTERED,
    )
    op.add_column("counts", sa.Column("stars", sa.SmallInteger(), nullable=True))
    op.add_column("health", sa.Column("newest", sa.BigInteger(), nullable=True))
    op.execute(_STARS)
    op.execute(_RATINGS)


# Whole stars from 1 to 5, halves upwards, without a function that only some databases have.
_STARS = """
UPDATE counts SET stars = (
    SELECT CASE
        WHEN posts.stars >= 4.5 THEN 5 WHEN posts.stars >= 3.5 THEN 4
        WHEN posts.stars >= 2.5 THEN 3 WHEN posts.stars >= 1.5 THEN 2
        ELSE 1 END
    FROM posts WHERE posts.row = counts.post
)
WHERE EXISTS (SELECT 1 FROM posts WHERE posts.row = counts.post AND posts.stars IS NOT NULL)
"""

_RATINGS = """
INSERT INTO ratings (series, minute, source, stars, reviews)
SELECT counts.series, counts.minute, posts.source, counts.stars, COUNT(*)
FROM counts JOIN posts ON posts.row = counts.post
WHERE counts.stars IS NOT NULL
GROUP BY counts.series, counts.minute, posts.source, counts.stars
"""
