"""What the rulebook makes us look for, compiled: from posts to mentions and counts, page by page.

Order matters for speed: words are matched first, in one pass for all brands and rules; only what speaks of a brand is
scored, all texts of a page at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from sentinel.detect.counting import Counting
from sentinel.detect.match import Brands, Matcher, Names
from sentinel.detect.silence import quiet_since
from sentinel.model.mention import Counted, Mention, Text
from sentinel.model.phrase import say_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sentinel.detect.match import Found
    from sentinel.model.mention import Count, Score
    from sentinel.model.post import Post
    from sentinel.rulebook.types import Book

ScoreAll: TypeAlias = "Callable[[Sequence[Text]], list[Score]]"


@dataclass(frozen=True, slots=True)
class BrandWords:
    """What a brand is called, what only looks like it, what it speaks, and the accounts that are its own."""

    terms: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    own_accounts: frozenset[str] = frozenset()


class Attention:
    """Made once for a book and its brands; `kinds` are the connectors behind the sources' names."""

    def __init__(
        self,
        book: Book,
        brands: Mapping[str, BrandWords],
        kinds: Mapping[str, str],
        score: ScoreAll,
    ) -> None:
        self.brands = brands
        self.countings = tuple(Counting(rule, kinds) for rule in book.rules if rule.status.judges)
        self._brands = Brands({name: Names(brand.terms, brand.exclusions) for name, brand in brands.items()})
        self._own = {name: brand.own_accounts for name, brand in brands.items() if brand.own_accounts}
        self._allowed = tuple(sorted({lang for brand in brands.values() for lang in brand.languages}))
        self._by_brand = {name: tuple(c for c in self.countings if c.watches_brand(name)) for name in brands}
        words = (counting.words() for counting in self.countings)
        self._matcher = Matcher(self._brands.phrases().union(*words))
        self._score = score
        self._kinds = kinds

    def quiet(
        self, feed: str, newest: datetime | None, read_since: datetime, last_ok: datetime | None
    ) -> str:
        """What to tell ops of a source that is read and says nothing for longer than a rule allows; else nothing."""
        rules = [
            counting.rule
            for counting in self.countings
            if counting.rule.watch.quiet_source and counting.watches_feed(feed, self._kinds.get(feed, ""))
        ]
        for rule in sorted(rules, key=lambda rule: rule.watch.quiet_source or timedelta.max):
            asked = rule.watch.quiet_source
            if asked and (since := quiet_since(newest, read_since, last_ok, asked)):
                return f"no post since {since:%Y-%m-%d %H:%M} UTC; {rule.id} expects one within {say_duration(asked)}"
        return ""

    def counted(self, posts: Sequence[Post]) -> list[Counted]:
        """Every post of a page with what was made of it, in the same order."""
        found = [self._matcher.look(post.text) for post in posts]
        about = [self.about(post, seen) for post, seen in zip(posts, found, strict=True)]
        asked = [self.text(post, brands) for post, brands in zip(posts, about, strict=True) if brands]
        scores = iter(self._score(asked) if asked else ())
        return [
            self._made_of(post, brands, seen, next(scores)) if brands else Counted(post)
            for post, brands, seen in zip(posts, about, found, strict=True)
        ]

    def look(self, text: str) -> Found:
        """Which of all known words stand in a text."""
        return self._matcher.look(text)

    def about(self, post: Post, found: Found) -> tuple[str, ...]:
        """The brands a post speaks of; none for a deleted post, and not the brand whose own account wrote it."""
        if post.deleted:
            return ()
        brands = self._brands.of(found)
        if not self._own or not brands:
            return brands
        author = (post.author.name or "").lower()
        return tuple(name for name in brands if author not in self._own.get(name, ()))

    def text(self, post: Post, brands: Sequence[str]) -> Text:
        """What the scorer is asked about a post."""
        names = self.brands[brands[0]].terms
        for other in brands[1:]:
            names += self.brands[other].terms
        return Text(post.text, post.lang, post.stars, names, self._allowed)

    def _made_of(self, post: Post, brands: Sequence[str], found: Found, score: Score) -> Counted:
        mentions = tuple([Mention(post, brand, score) for brand in brands])
        return Counted(post, mentions, self.recount(post, mentions, found))

    def recount(
        self, post: Post, mentions: Sequence[Mention], found: Found | None = None
    ) -> tuple[Count, ...]:
        """The counts of mentions whose scores are known already (a changed rulebook over stored posts)."""
        phrases = (found or self._matcher.look(post.text)).phrases
        counts = [
            counting.count(post, mention.brand, mention.score, phrases)
            for mention in mentions
            for counting in self._by_brand.get(mention.brand, ())
        ]
        return tuple([count for count in counts if count is not None])


def clamp(post: Post, at: datetime) -> Post:
    """A post taken in at `at` was published by then, whatever it says: a clock that runs ahead reaches no future."""
    latest = min(post.seen_at, at)
    return post if post.published_at <= latest else replace(post, published_at=latest)
