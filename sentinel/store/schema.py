"""The tables. Times are microseconds UTC and minutes whole minutes since 1970 (see `written`)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from sentinel.store.dialect import CLUSTERED, RowNumber

VERSIONS = ("0001", "0002", "0003")
"""Every version there has been, oldest first; the last is this program's. Each has a file in `migrations/versions`."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

posts = Table(
    "posts",
    metadata,
    Column("row", RowNumber, primary_key=True, autoincrement=False),  # grows in the order of commits
    Column("source", Text, nullable=False),
    Column("post_id", Text, nullable=False),
    Column("feed", Text, nullable=False),  # the configured source that brought it first
    Column("seen_at", BigInteger, nullable=False),  # the first look
    Column("looked_at", BigInteger, nullable=False),  # the newest look: an older one changes nothing
    Column("published_at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("lang", Text),
    Column("author_id", Text),
    Column("author_name", Text),
    Column("followers", BigInteger),
    Column("stars", Float),
    Column("likes", BigInteger),
    Column("shares", BigInteger),
    Column("replies", BigInteger),
    Column("views", BigInteger),
    Column("thread", Text),
    Column("repost_of", Text),
    Column("deleted", Boolean, nullable=False),
    UniqueConstraint("source", "post_id"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("post", RowNumber, ForeignKey("posts.row"), primary_key=True, autoincrement=False),
    Column("brand", Text, primary_key=True),
    Column("lang", Text),
    Column("polarity", Float),
    Column("negative", Float),
    Column("label", Text, nullable=False),
    Column("sure", Float, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON list of words
    Column("engine", Text, nullable=False),
    Column("version", Text, nullable=False),
    **CLUSTERED,
)

series = Table(
    "series",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("grouped", Text, nullable=False),  # JSON list of name/value pairs
    UniqueConstraint("fingerprint", "rule", "grouped"),
)

counts = Table(  # which post counts where: what evidence reads, and what undoes a tally when a post changes
    "counts",
    metadata,
    Column("series", RowNumber, ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("post", RowNumber, ForeignKey("posts.row"), primary_key=True, autoincrement=False),
    Column("negative", Boolean, nullable=False),
    Column("voice", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("stars", SmallInteger),  # whole ones, 1 to 5: those of a review
    Column("said", Text),  # `Post.said`: who says the same may be one hand
    Index(None, "post"),
    **CLUSTERED,
)

tallies = Table(  # sums of `counts`, and of history that was adopted: what rules read
    "tallies",
    metadata,
    Column("series", RowNumber, ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("mentions", BigInteger, nullable=False),
    Column("negatives", BigInteger, nullable=False),
    **CLUSTERED,
)

ratings = Table(  # the same of reviews alone, by their stars: few posts have any, so that tallies stay narrow
    "ratings",
    metadata,
    Column("series", RowNumber, ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("stars", SmallInteger, primary_key=True, autoincrement=False),
    Column("reviews", BigInteger, nullable=False),
    **CLUSTERED,
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
)

coverage = Table(  # half-open spans; those of one feed never touch
    "coverage",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("what", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("live", Boolean, nullable=False),
    Column("formed_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # the whole incident as JSON
    Index(None, "live", "formed_at"),
)

acts = Table(
    "acts",
    metadata,
    Column("number", RowNumber, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # the whole act as JSON
    Index(None, "incident", "at"),
)

held = Table(
    "held",
    metadata,
    Column("incident", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("step", SmallInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # the newest as JSON
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", Text, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("marks", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("message", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", BigInteger),
    Column("tried_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("receipt", Text),
    Column("error", Text, nullable=False),
    Index(None, "incident"),
    Index(None, "state"),
)

health = Table(
    "health",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("last_ok", BigInteger),
    Column("next_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("says", Text, nullable=False),
    Column("posts", BigInteger, nullable=False),
    Column("skipped", BigInteger, nullable=False),
    Column("newest", BigInteger),  # when the newest post that it ever brought was published
)

marks = Table(  # single numbers: how many posts and mentions there are, up to when the rules have been judged
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
