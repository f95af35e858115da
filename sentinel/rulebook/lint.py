"""Doubts about what a sound rule means: it can never fire, it proves nothing, it relies on what nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.model.phrase import shown
from sentinel.model.reading import Severity
from sentinel.rulebook.document import path_words
from sentinel.rulebook.fingerprint import fingerprint
from sentinel.rulebook.judgments import Crisis, Share, Silence, Spike, Stars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import Document, KeyPath
    from sentinel.rulebook.judgments import Judgment
    from sentinel.rulebook.names import Known
    from sentinel.rulebook.types import Ladder, Rule, Timeline

_WHOLE_SCALE = 4
"""From five stars to one."""


def rule_doubts(rule: Rule, document: Document, known: Known) -> Iterator[Problem]:
    """Doubts about one rule by itself."""
    yield from _too_few_for_its_authors(rule, document)
    yield from _unread_sentiment(rule, document, known)
    yield from _engine_nobody_asks(rule, document)
    yield from _starless(rule, document, known.starless)
    yield from _more_than_all(rule, document)
    yield from _fall_too_deep(rule, document)
    yield from _repeated_words(document)
    yield from _repeated_examples(rule, document)
    yield from _impossible_timelines(rule, document)


def ladder_doubts(ladder: Ladder, document: Document) -> Iterator[Problem]:
    """Doubts about one ladder by itself."""
    if ladder.steps[0].after and ladder.steps[0].at is None:
        says = "steps[1]: nobody is told when an incident opens, only later"
        yield _warn(document, ("steps", 0), says, "add a step with 'at: once' if that is not meant")
    for name, hours in ladder.quiet_hours.items():
        if Severity.CRITICAL in hours.hold:
            path = ("quiet_hours", name, "hold")
            yield _warn(document, path, f"{path_words(path)}: critical incidents wait too", "is that meant?")


def climb_doubts(rule: Rule, document: Document, ladder: Ladder) -> Iterator[Problem]:
    """Doubts about a rule and the ladder it climbs."""
    severity = rule.then.severity
    if not any(not step.only or severity in step.only for step in ladder.steps):
        says = f"then.escalate: no step of {shown(ladder.id)} tells of a {severity} incident"
        yield _warn(document, ("then", "escalate"), says, "change the severity, or 'only' in the ladder")
    hours = ladder.quiet_hours.get(rule.then.quiet or "")
    if hours is not None and severity not in hours.hold:
        says = f"then.quiet: {shown(rule.then.quiet)} do not hold {severity} incidents, so nothing waits"
        yield _warn(document, ("then", "quiet"), says, "remove the line, or add it to 'hold' in the ladder")


def twin_doubts(rules: Iterable[Rule], documents: Mapping[str, Document]) -> Iterator[Problem]:
    """Rules that count exactly the same posts in the same groups, ladders and thresholds aside."""
    first: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        counts = fingerprint(rule), rule.judgment.key
        if rule.status.judges and (twin := first.setdefault(counts, rule)) is not rule:
            says = f"watch: this rule counts exactly what {twin.file} counts"
            yield _warn(
                documents[rule.id], ("watch",), says, "one storm will open two incidents", at_key=True
            )


def _too_few_for_its_authors(rule: Rule, document: Document) -> Iterator[Problem]:
    asks = rule.judgment
    if not isinstance(asks, Silence) and asks.at_least < asks.from_authors:
        posts = "reviews" if isinstance(asks, Stars) else "posts"
        says = (
            f"{asks.key}.at_least: {asks.at_least} {posts} cannot come from {asks.from_authors} authors, "
            "so it takes more than it says"
        )
        yield _warn(document, (asks.key, "at_least"), says, f"write '{asks.from_authors} {posts}'")


def _unread_sentiment(rule: Rule, document: Document, known: Known) -> Iterator[Problem]:
    negative = rule.counted
    read = (known.engines or {}).get(negative.engine or "")
    if read is None:
        return
    unread = [each for each in rule.watch.languages if each not in read]
    if negative.sentiment and unread and not negative.says and not negative.stars:
        who = f"the engine {negative.engine} reads no" if negative.engine else "no scorer reads"
        says = f"negative.sentiment: {who} sentiment in {', '.join(unread)}: those posts never count"
        mend = "add words to 'says', or stars"
        hint = f"{mend}; or choose another engine" if negative.engine else mend
        yield _warn(document, ("negative", "sentiment"), says, hint)


def _engine_nobody_asks(rule: Rule, document: Document) -> Iterator[Problem]:
    if rule.counted.engine and not rule.counted.sentiment:
        says = "negative.engine: without 'sentiment' no engine is asked, so this changes nothing"
        hint = "remove it, or add e.g. 'sentiment: below -0.25'"
        yield _warn(document, ("negative", "engine"), says, hint)


def _starless(rule: Rule, document: Document, starless: AbstractSet[str]) -> Iterator[Problem]:
    sources = rule.watch.sources
    if rule.stars is not None and sources and starless >= set(sources):
        says = f"watch.sources: posts of {', '.join(sources)} never carry stars, so this can never fire"
        yield _warn(document, ("watch", "sources"), says, "name a source of reviews", at_key=True)


def _more_than_all(rule: Rule, document: Document) -> Iterator[Problem]:
    if rule.share is not None and rule.share.above == 1:
        says = "share.above: more than all of them cannot be negative, so this can never fire"
        yield _warn(document, ("share", "above"), says, "write a smaller share")


def _fall_too_deep(rule: Rule, document: Document) -> Iterator[Problem]:
    if rule.stars is not None and (rule.stars.below_usual or 0) >= _WHOLE_SCALE:
        says = (
            f"stars.below_usual: {rule.stars.below_usual:g} stars is the whole scale, so this can never fire"
        )
        yield _warn(document, ("stars", "below_usual"), says, "half a star is already much")


def _repeated_words(document: Document) -> Iterator[Problem]:
    for path in (("watch", "any_of"), ("watch", "none_of"), ("negative", "says"), ("crisis", "says")):
        seen: set[str] = set()
        for index, word in enumerate(_texts(document, path)):
            if (folded := _folded(word)) in seen:
                at = (*path, index)
                yield _warn(document, at, f"{path_words(at)}: {shown(word)} stands there twice", "remove one")
            seen.add(folded)
    for wish, path in (("any_of", ("watch", "any_of")), ("crisis.says", ("crisis", "says"))):
        wanted = {_folded(word) for word in _texts(document, path)}
        for index, word in enumerate(_texts(document, ("watch", "none_of"))):
            if _folded(word) in wanted:
                at = ("watch", "none_of", index)
                says = f"{path_words(at)}: {shown(word)} is asked for by {wish} and shut out here"
                yield _warn(document, at, says, "no post with it can count; remove one of the two")


def _repeated_examples(rule: Rule, document: Document) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], KeyPath] = {}
    for group in ("catches", "ignores"):
        for index, example in enumerate(getattr(rule.examples, group)):
            at: KeyPath = ("examples", group, index)
            key = (_folded(example.text), example.source, example.stars, example.about, example.brand)
            if (earlier := seen.setdefault(key, at)) != at:
                says = f"{path_words(at)}: the same post as {path_words(earlier)}"
                both = "it cannot be caught and ignored" if earlier[1] != group else "it proves nothing new"
                yield _warn(document, at, says, both)


def _impossible_timelines(rule: Rule, document: Document) -> Iterator[Problem]:
    for index, timeline in enumerate(rule.examples.timelines):
        path = ("examples", "timelines", index)
        expected = timeline.expect.severity
        if expected is None:
            continue
        if (few := _too_few(rule.judgment, timeline)) is not None:
            row, says = few
            yield _warn(document, (*path, row), f"{path_words(path)}: {says}", "nothing can come of it")
        if expected.rank > rule.then.severity.rank:
            says = f"{path_words((*path, 'expect'))}: the rule raises no more than a {rule.then.severity}"
            yield _warn(document, (*path, "expect"), says, f"expect {rule.then.severity}")


def _too_few(asks: Judgment, timeline: Timeline) -> tuple[str, str] | None:
    """The row that never holds as many as the rule asks for, and a sentence that says so."""
    match asks:
        case Silence():
            return None
        case Stars():
            row, has, what = "stars", sum(map(bool, timeline.stars)), "reviews"
        case Share():
            row, has, what = "posts", sum(timeline.posts), "posts"
        case Spike() | Crisis():
            row, has, what = "negatives", sum(timeline.negatives), "negative posts"
    if has >= asks.at_least or not getattr(timeline, row):
        return None
    return row, f"{has} {what} in all, and the rule asks for {asks.at_least} at least"


def _texts(document: Document, path: KeyPath) -> list[str]:
    value = document.value(path)
    return [str(each) for each in value] if isinstance(value, list) else []


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _warn(document: Document, path: KeyPath, says: str, hint: str, *, at_key: bool = False) -> Problem:
    return document.problem(path, says, hint, at_key=at_key, level="warning")
