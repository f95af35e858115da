"""Which rules count a post, and which of its clauses made it a negative one.

Rules are compiled once into plain sets. Words are never searched here: `match` has found them all in one pass, and a
clause only asks whether one of its words is among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.mention import Count, SeriesKey, whole_stars
from sentinel.rulebook.fingerprint import fingerprint
from sentinel.rulebook.judgments import Silence, Stars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from sentinel.model.mention import Score
    from sentinel.model.post import Post
    from sentinel.rulebook.types import Rule


@dataclass(frozen=True, slots=True)
class Answer:
    """One clause of a rule about one post: whether it holds, in words."""

    clause: str
    holds: bool
    says: str


class Counting:
    """A rule's counting part, ready to be asked."""

    def __init__(self, rule: Rule, kinds: Mapping[str, str], judge: str = "") -> None:
        """Compile `rule`; `kinds` are the connectors behind the configured sources' names, `judge` a mark of the scorer's."""
        self.rule = rule
        self.fingerprint = f"{rule.id}:{fingerprint(rule)}{judge and '.' + judge}"
        self.engine = (rule.counted.sentiment and rule.counted.engine) or ""  # else nobody is asked
        watch = rule.watch
        self._brands = frozenset(watch.brands)
        self._any = frozenset(watch.any_of)
        self._none = frozenset(watch.none_of)
        self._languages = frozenset(watch.languages)
        # A site whose ids are one space (x, hackernews) writes its kind, others the configured name: both are meant.
        self._sources = frozenset(watch.sources).union(
            (name for name, kind in kinds.items() if kind in watch.sources),
            (kinds[name] for name in watch.sources if name in kinds),
        )
        self._negative = rule.counted
        self._says = frozenset(self._negative.says)
        self._by_source = "source" in rule.then.group_by
        self._keys: dict[tuple[str, ...], SeriesKey] = {}

    def words(self) -> frozenset[str]:
        """Every word or phrase this rule asks about."""
        return self._any | self._none | self._says

    def watches_brand(self, brand: str) -> bool:
        """Whether the rule looks at this brand at all."""
        return not self._brands or brand in self._brands

    def watches_feed(self, name: str, kind: str) -> bool:
        """Whether posts of this configured source can count; a recording may carry any site."""
        return not self._sources or name in self._sources or kind in {"recorded", "webhook"}

    def count(self, post: Post, brand: str, score: Score, found: AbstractSet[str]) -> Count | None:
        """How this post counts for this brand, or None if the rule does not look at it."""
        if self._any and self._any.isdisjoint(found):
            return None
        if self._none and not self._none.isdisjoint(found):
            return None
        if self._sources and post.source not in self._sources:
            return None
        if self._languages and (post.lang or score.lang or "") not in self._languages:
            return None
        why = self._why_negative(post, score, found)
        return Count(self.series(brand, post.source), bool(why), why, whole_stars(post.stars))

    def catches(self, count: Count | None) -> bool:
        """Whether a post that counts so (None: not at all) is one that the rule is after."""
        if count is None:
            return False
        match self.rule.judgment:
            case Silence():
                return True
            case Stars():
                return count.stars is not None
            case _:
                return count.negative

    def series(self, brand: str, source: str) -> SeriesKey:
        """The series that a post about `brand` on `source` falls into."""
        slot = (brand, source) if self._by_source else (brand,)
        if (key := self._keys.get(slot)) is None:
            group = (("brand", brand), ("source", source)) if self._by_source else (("brand", brand),)
            key = self._keys[slot] = SeriesKey(self.rule.id, self.fingerprint, group)
        return key

    def _why_negative(self, post: Post, score: Score, found: AbstractSet[str]) -> str:
        negative = self._negative
        if negative.stars is not None and post.stars is not None and post.stars <= negative.stars:
            return "stars"
        if self._says and not self._says.isdisjoint(found):
            return "says"
        threshold = negative.sentiment
        if threshold is not None and score.polarity is not None and threshold.holds(score.polarity):
            return "sentiment"
        return ""

    def explain(self, post: Post, brand: str, score: Score, found: AbstractSet[str]) -> tuple[Answer, ...]:
        """Clause by clause, in words: why the post counts or not."""
        watch, lang = self.rule.watch, post.lang or score.lang
        answers = [Answer("brands", self.watches_brand(brand), f"it speaks of {brand}")]
        if self._any:
            hits = sorted(self._any & found)
            answers.append(
                Answer("any_of", bool(hits), f"it says {_quoted(hits)}" if hits else "it says none of them")
            )
        if self._none:
            hits = sorted(self._none & found)
            answers.append(
                Answer("none_of", not hits, f"it says {_quoted(hits)}" if hits else "it says none of them")
            )
        if watch.sources:
            answers.append(Answer("sources", post.source in self._sources, f"it stands on {post.source}"))
        if watch.languages:
            answers.append(
                Answer(
                    "languages",
                    (lang or "") in self._languages,
                    f"it is in {lang or 'no language that was recognised'}",
                )
            )
        return (*answers, *self._explain_negative(post, score, found))

    def _explain_negative(self, post: Post, score: Score, found: AbstractSet[str]) -> Iterable[Answer]:
        negative = self._negative
        if negative.stars is not None:
            holds = post.stars is not None and post.stars <= negative.stars
            yield Answer(
                "stars",
                holds,
                "it has no stars"
                if post.stars is None
                else f"it has {post.stars:g} star{'' if post.stars == 1 else 's'}, asked for at most {negative.stars:g}",
            )
        if self._says:
            hits = sorted(self._says & found)
            yield Answer(
                "says", bool(hits), f"it says {_quoted(hits)}" if hits else "it says none of the phrases"
            )
        if (threshold := negative.sentiment) is not None:
            if score.polarity is None:
                yield Answer(
                    "sentiment",
                    holds=False,
                    says=f"the {score.engine} engine found nothing it can judge ({score.lang or 'unknown language'})",
                )
            else:
                words = f" because of {_quoted(score.evidence[:4])}" if score.evidence else ""
                yield Answer(
                    "sentiment",
                    threshold.holds(score.polarity),
                    f"its sentiment is {score.polarity:+.2f}{words}, asked for {threshold.side} {threshold.value:g}",
                )


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
