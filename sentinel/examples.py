"""The examples in a rule file as what a rehearsal plays: posts, a course of events, and the past it stands against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect.coverage import epoch_minute
from sentinel.model.mention import MOST_STARS, Tally
from sentinel.model.post import Author, Post
from sentinel.rulebook.judgments import Crisis
from sentinel.rulebook.types import BAD_REVIEW, Example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from sentinel.detect.counting import Counting
    from sentinel.model.mention import SeriesKey
    from sentinel.rulebook.types import Rule, Timeline

_SITE = "example"


def example_post(example: Example, at: datetime, author: str = _SITE, extra: str = "") -> Post:
    """A post as an example describes it."""
    text = " ".join(part for part in (example.text, example.about, extra) if part)
    return Post(
        source=example.source or _SITE,
        id=f"{author}-{at.timestamp():.0f}",
        text=text,
        published_at=at,
        seen_at=at,
        lang=example.lang,
        author=Author(id=author, name=author),
        stars=example.stars,
    )


@dataclass(frozen=True, slots=True)
class Course:
    """A timeline of a rule from `start` on, about a brand of which `term` is a name."""

    counting: Counting
    line: Timeline
    start: datetime
    term: str

    @property
    def rule(self) -> Rule:
        """The rule that is tried."""
        return self.counting.rule

    @property
    def end(self) -> datetime:
        """When its last step is over."""
        return self.start + self.line.every * self.line.steps

    @property
    def past(self) -> timedelta:
        """How much of what is usual comes before it: what the rule looks back to, and a window."""
        asked = self.rule.judgment
        return (
            timedelta(0) if isinstance(asked, Crisis) else timedelta(weeks=asked.usual.weeks) + asked.window
        )

    def posts(self) -> Iterator[Post]:
        """Its posts, spread evenly over each step, each by an author of its own."""
        number = 0
        for index in range(self.line.steps):
            kinds = self._step(index)
            for k, kind in enumerate(kinds):
                number += 1
                at = self.start + self.line.every * (index + (k + 0.5) / len(kinds))
                yield example_post(kind, at.replace(microsecond=0), f"author{number}", self.term)

    def _step(self, index: int) -> list[Example]:
        """One step's posts: negatives in the words of the first catch, the others in none that could be one."""
        line = self.line
        if line.stars:
            stars = line.stars[index]
            return [self._caught().model_copy(update={"stars": float(stars)})] if stars else []
        bad = line.negatives[index] if line.negatives else 0
        every = line.posts[index] if line.posts else bad
        turns = [(k + 1) * bad // every > k * bad // every for k in range(every)]
        return [self._caught() if turn else self._plain() for turn in turns]

    def _caught(self) -> Example:
        return self.rule.examples.catches[0]

    def _plain(self) -> Example:
        """A post that the rule looks at and that says nothing of note."""
        watch, like = self.rule.watch, next(iter(self.rule.examples.catches), None)
        source = like.source if like else next(iter(watch.sources), None)
        language = next(iter(watch.languages), None) if watch.languages or not like else like.lang
        return Example(text=next(iter(watch.any_of), "…"), source=source, lang=language)

    def tallies(self, series: SeriesKey) -> list[Tally]:
        """What is usual, as chance would spread it (Poisson, always the same draw), as counts of the past."""
        rng = np.random.default_rng(len(self.line.name))
        minutes = int(self.past.total_seconds() // 60)
        first = epoch_minute(self.start) - minutes
        per_minute = rng.poisson(self.line.usual / 60, minutes)
        found = []
        for minute in np.flatnonzero(per_minute).tolist():
            posts = int(per_minute[minute])
            stars = self._stars(rng, posts)
            bad = sum(stars[: int(BAD_REVIEW)]) if stars else self._bad(rng, posts)
            found.append(Tally(series, _SITE, first + minute, posts, bad, stars))
        return found

    def _bad(self, rng: np.random.Generator, posts: int) -> int:
        if self.line.usual_share is not None:
            return int(rng.binomial(posts, self.line.usual_share))
        return posts if self.line.negatives else 0

    def _stars(self, rng: np.random.Generator, posts: int) -> tuple[int, ...]:
        """So many reviews whose stars average at the usual ones: each is 1 + Binomial(4, …)."""
        if self.line.usual_stars is None:
            return ()
        steps = MOST_STARS - 1
        above: NDArray[np.int64] = rng.binomial(steps, (self.line.usual_stars - 1) / steps, posts)
        return tuple(np.bincount(above, minlength=MOST_STARS).tolist())
