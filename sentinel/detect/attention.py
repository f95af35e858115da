"""What the rulebook makes us look for, compiled: from posts to mentions and counts, page by page.

Order matters for speed: words are matched first, in one pass for all brands and rules; only what speaks of a brand is
scored, all texts of a page at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from sentinel.detect.counting import Counting
from sentinel.detect.match import Brands, Matcher, Names
from sentinel.detect.silence import quiet_since
from sentinel.model.mention import Counted, Mention, Text
from sentinel.model.phrase import say_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sentinel.detect.match import Found
    from sentinel.model.mention import Count, Score
    from sentinel.model.post import Post
    from sentinel.rulebook.types import Book


class Judge(Protocol):
    """A scorer, as far as one is needed here."""

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """The engines and versions that its scores bear; others, whenever an answer could be another."""
        ...

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order."""
        ...


_NOBODY: Mapping[str, Judge] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BrandWords:
    """What a brand is called, what only looks like it, what it speaks, and the accounts that are its own."""

    terms: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    own_accounts: frozenset[str] = frozenset()

    def accounts(self) -> frozenset[str]:
        """Its own accounts as `account` writes them; a handle among its names is one of them."""
        handles = (term for term in self.terms if term.startswith("@"))
        return frozenset(map(account, (*self.own_accounts, *handles))) - {
            ""
        }  # who is not named is nobody's account


def countings(
    book: Book, kinds: Mapping[str, str], judge: Judge, asked_for: Mapping[str, Judge] = _NOBODY
) -> tuple[Counting, ...]:
    """The counting parts of the rules that judge; the arguments are those of `Attention`."""
    return tuple(
        Counting(
            rule,
            kinds,
            _mark(asked_for.get(rule.counted.engine or "", judge)) if rule.counted.sentiment else "",
        )
        for rule in book.rules
        if rule.status.judges
    )


def _mark(judge: Judge) -> str:
    """A mark of who judges for a rule that counts by sentiment: another scorer, another past."""
    return blake2b(repr(sorted(judge.voices)).encode(), digest_size=3).hexdigest()


class Attention:
    """Made once for a book and its brands; `kinds` are the connectors behind the sources' names.

    `judge` scores every mention, and that score is kept; `asked_for` are the engines that single rules count by instead.
    """

    def __init__(
        self,
        book: Book,
        brands: Mapping[str, BrandWords],
        kinds: Mapping[str, str],
        judge: Judge,
        asked_for: Mapping[str, Judge] = _NOBODY,
    ) -> None:
        self.brands = brands
        self._judge = judge
        self._asked_for = asked_for
        self.countings = countings(book, kinds, judge, asked_for)
        self._brands = Brands({name: Names(brand.terms, brand.exclusions) for name, brand in brands.items()})
        self._own = {name: own for name, brand in brands.items() if (own := brand.accounts())}
        self._allowed = tuple(sorted({lang for brand in brands.values() for lang in brand.languages}))
        self._by_brand = {name: tuple(c for c in self.countings if c.watches_brand(name)) for name in brands}
        self._engines = {
            name: engines
            for name, countings in self._by_brand.items()
            if (engines := tuple(dict.fromkeys(c.engine for c in countings if c.engine in asked_for)))
        }
        words = (counting.words() for counting in self.countings)
        self._matcher = Matcher(self._brands.phrases().union(*words))
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
        named = [self._brands.of(seen) for seen in found]
        about = [self._counting_for(post, brands) for post, brands in zip(posts, named, strict=True)]
        asked = [
            text
            for post, brands, all_named in zip(posts, about, named, strict=True)
            if brands
            for text in self._texts(post, brands, all_named)
        ]
        scores = iter(self._judge.score(asked) if asked else ())
        return [
            self._made_of(post, brands, seen, scores) if brands else Counted(post)
            for post, brands, seen in zip(posts, about, found, strict=True)
        ]

    def look(self, text: str) -> Found:
        """Which of all known words stand in a text."""
        return self._matcher.look(text)

    def about(self, post: Post, found: Found) -> tuple[str, ...]:
        """The brands a post speaks of; none for a deleted post, and not the brand whose own account wrote it."""
        return self._counting_for(post, self._brands.of(found))

    def _counting_for(self, post: Post, named: tuple[str, ...]) -> tuple[str, ...]:
        if post.deleted:
            return ()
        if not self._own or not named:
            return named
        author = account(post.author.name or "")
        return tuple(name for name in named if author not in self._own.get(name, ()))

    def score(self, post: Post, brand: str, counting: Counting) -> Score:
        """What the engine of a rule says of one post towards one brand."""
        judge = self._asked_for.get(counting.engine, self._judge)
        return judge.score(self._texts(post, [brand], self._brands.of(self.look(post.text))))[0]

    def _texts(self, post: Post, brands: Sequence[str], named: Sequence[str]) -> list[Text]:
        """What is asked about a post: once for each of the brands that it counts for, beside all that it names."""
        if len(named) == 1 == len(brands):
            return [self._text(post, brands[0])]
        return [self._text(post, brand, tuple([each for each in named if each != brand])) for brand in brands]

    def _text(self, post: Post, brand: str, others: tuple[str, ...] = ()) -> Text:
        of_others = tuple([term for other in others for term in self.brands[other].terms])
        return Text(post.text, post.lang, post.stars, self.brands[brand].terms, self._allowed, of_others)

    def _made_of(self, post: Post, brands: Sequence[str], found: Found, scores: Iterator[Score]) -> Counted:
        mentions = tuple([Mention(post, brand, next(scores)) for brand in brands])
        return Counted(post, mentions, self.recount(post, mentions, found))

    def renewed(self, post: Post, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        """Stored mentions, of brands there still are, with today's scores: asked for only where another engine gave theirs."""
        known = tuple([each for each in mentions if each.brand in self.brands])
        today = self._judge.voices
        if all((each.score.engine, each.score.version) in today for each in known):
            return known
        brands = [each.brand for each in known]
        scores = self._judge.score(self._texts(post, brands, self._brands.of(self.look(post.text))))
        return tuple([Mention(post, brand, score) for brand, score in zip(brands, scores, strict=True)])

    def recount(
        self, post: Post, mentions: Sequence[Mention], found: Found | None = None
    ) -> tuple[Count, ...]:
        """The counts of mentions whose scores are known already (a changed rulebook over stored posts)."""
        if found is None:
            found = self.look(post.text)
        own = self._by_own_engines(post, mentions, found) if self._engines else {}
        counts = [
            counting.count(
                post,
                mention.brand,
                own.get((mention.brand, counting.engine), mention.score) if own else mention.score,
                found.phrases,
            )
            for mention in mentions
            for counting in self._by_brand.get(mention.brand, ())
        ]
        return tuple([count for count in counts if count is not None])

    def _by_own_engines(
        self, post: Post, mentions: Sequence[Mention], found: Found
    ) -> dict[tuple[str, str], Score]:
        """What the engines that rules ask for say, by brand and engine."""
        brands = [mention.brand for mention in mentions if mention.brand in self._engines]
        return {
            (brand, engine): self._asked_for[engine].score([text])[0]
            for brand, text in zip(brands, self._texts(post, brands, self._brands.of(found)), strict=True)
            for engine in self._engines[brand]
        }


def account(name: str) -> str:
    """An account's name as names are compared: `@HotelMiramar` is `hotelmiramar`."""
    return name.strip().lstrip("@").lower()


def clamp(post: Post, at: datetime) -> Post:
    """A post taken in at `at` was published by then, whatever it says: a clock that runs ahead reaches no future."""
    latest = min(post.seen_at, at)
    return post if post.published_at <= latest else replace(post, published_at=latest)
