"""What a further look at a stored post changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sentinel.store.counting import count_rows
from sentinel.store.known import Known
from sentinel.store.rows import FOLLOWERS, PUBLISHED, content, mention_rows, renewed
from sentinel.store.written import micros

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel.model.mention import Counted, SeriesKey
    from sentinel.model.post import Post
    from sentinel.store.rows import Values


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a post stood and stands now."""

    before: Known
    now: Known

    @property
    def kind(self) -> Literal["changed", "unchanged", "gone"]:
        """`gone`: it spoke of a brand and no longer does, or was deleted."""
        if self.before.mentions and not self.now.mentions:
            return "gone"
        return "changed" if self.rewritten or self.respoken or self.recounted else "unchanged"

    @property
    def looked_again(self) -> bool:
        """Nothing but the time of the newest look moved on."""
        return not self.rewritten and self.now.looked_at != self.before.looked_at

    @property
    def rewritten(self) -> bool:
        """Text, counters or anything else of the post itself differs."""
        return self.now.content != self.before.content

    @property
    def respoken(self) -> bool:
        """Its mentions or their scores differ."""
        return self.now.mentions != self.before.mentions

    @property
    def recounted(self) -> bool:
        """It counts in other series, another minute, for another voice or as something else."""
        return self.now.counts != self.before.counts


def speaks(look: Counted) -> bool:
    """Whether the post is there and about some brand."""
    return bool(look.mentions) and not look.post.deleted


def renew(look: Counted, before: Known, numbers: Mapping[SeriesKey, int]) -> Renewal:
    """The look against what is stored; one older than the newest known changes nothing."""
    looked_at = micros(look.post.seen_at)
    if looked_at < before.looked_at:
        return Renewal(before, before)
    said = renewed(content(look.post), before.content)
    if not speaks(look):
        return Renewal(before, Known(before.row, looked_at, said, set(), set()))
    spoken = set(mention_rows(before.row, look.mentions))
    counted = set(count_rows(_as_known(look.post, said), before.row, said[PUBLISHED], look.counts, numbers))
    return Renewal(before, Known(before.row, looked_at, said, spoken, counted))


def _as_known(post: Post, said: Values) -> Post:
    """The post with the followers that an earlier look saw: whose voice it is hangs on them."""
    if post.author.followers is not None or said[FOLLOWERS] is None:
        return post
    return replace(post, author=replace(post.author, followers=said[FOLLOWERS]))
