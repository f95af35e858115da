"""What a rule or ladder must keep to beyond the form of each value: its parts must make sense together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.errors import ProblemsFound
from sentinel.model.phrase import say_duration, shown
from sentinel.model.problem import Problem
from sentinel.rulebook.document import path_words
from sentinel.rulebook.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.rulebook.document import Document, KeyPath
    from sentinel.rulebook.types import Ladder, Rule

_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_MINUTE = timedelta(minutes=1)
_WEEK = timedelta(weeks=1)
_MOST_POSTS = 100_000

NOT_YET: tuple[KeyPath, ...] = (("viral",), ("watch", "quiet_source"), ("then", "when_viral"))
"""Parts of the grammar that are planned and not built: named plainly, so that nobody relies on them."""


def id_problem(file: str, name: str) -> Problem | None:
    """A file's name is its id, used in addresses and figures: small letters, digits, - and _."""
    if _ID.fullmatch(name):
        return None
    plain = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:64].strip("-")
    hint = f"call it '{plain}.yaml'" if plain else "call it e.g. 'dirty-rooms.yaml'"
    says = f"the file's name {shown(name)} holds more than small letters (a-z), digits, - and _"
    return Problem(file, 0, 0, says, hint=hint)


def misplaced(document: Document, sign: str, what: str, where: str) -> None:
    """Raises `ProblemsFound` for a file that is sound, maybe, but lies in the wrong folder: `sign` is its first key."""
    first = next(iter(document.plain), None) if isinstance(document.plain, dict) else None
    if first == sign:
        says = f"this is {what}, which has its place in {where}"
        raise ProblemsFound([document.problem((sign,), says, "move the file", at_key=True)])


def not_yet(document: Document) -> Iterator[Problem]:
    """Sections that exist on paper only."""
    for path in NOT_YET:
        if path in document.places:
            yield document.problem(
                path,
                f"{path_words(path)}: is not there yet; remove it",
                "it comes in a later version",
                at_key=True,
            )


def rule_mistakes(rule: Rule, document: Document) -> Iterator[Problem]:
    """What does not make sense together in a rule whose every value is well formed."""
    if not (rule.negative.sentiment or rule.negative.stars or rule.negative.says):
        yield document.problem(
            ("negative",),
            "negative: nothing here makes a post negative",
            "give sentiment, stars or says",
            at_key=True,
        )
    if "brand" not in rule.then.group_by:
        yield document.problem(("then", "group_by"), "then.group_by: brand must be among them", "add brand")
    yield from _uncountable(document, ("spike", "window"), rule.spike.window)
    if rule.status.judges:
        yield from _missing_examples(rule, document)
    yield from _endless_timelines(rule, document)


def ladder_mistakes(ladder: Ladder, document: Document) -> Iterator[Problem]:
    """What does not make sense together in a ladder whose every value is well formed."""
    for index, step in enumerate(ladder.steps):
        path: KeyPath = ("steps", index, "after")
        if step.at is not None and path in document.places:
            yield document.problem(
                path, f"{path_words(path)}: 'at: once' stands there too", "keep one of the two"
            )
        elif index and step.after < ladder.steps[index - 1].after:
            says = f"{path_words(('steps', index))}: this step comes before the one above it"
            yield document.problem(path, says, "put the steps in the order of their times")
    for name, hours in ladder.quiet_hours.items():
        if hours.start == hours.end:
            path = ("quiet_hours", name, "to")
            yield document.problem(
                path, f"{path_words(path)}: ends when it begins", "for no quiet hours, remove it"
            )


def _uncountable(document: Document, path: KeyPath, span: timedelta) -> Iterator[Problem]:
    """Posts are counted by the minute and compared with the week before."""
    if span < _MINUTE or span % _MINUTE:
        says = f"{path_words(path)}: {shown(say_duration(span))} is no whole number of minutes"
        yield document.problem(path, says, "posts are counted by the minute")
    elif span > _WEEK:
        says = f"{path_words(path)}: {shown(say_duration(span))} is longer than a week"
        yield document.problem(path, says, "usual is looked up hour by hour of the week")


def _missing_examples(rule: Rule, document: Document) -> Iterator[Problem]:
    """A rule that may judge must prove itself."""
    word = "live" if rule.status is Status.LIVE else "trial"
    for key, what in {
        "catches": "one post that it catches",
        "ignores": "one post that it ignores",
        "timelines": "one course of events and what must come of it",
    }.items():
        if not getattr(rule.examples, key):
            path: KeyPath = ("examples", key) if ("examples",) in document.places else ("status",)
            says = f"examples.{key}: a {word} rule shows at least {what}"
            yield document.problem(path, says, "add one, or make it 'status: draft'", at_key=True)


def _endless_timelines(rule: Rule, document: Document) -> Iterator[Problem]:
    for index, timeline in enumerate(rule.examples.timelines):
        path = ("examples", "timelines", index)
        yield from _uncountable(document, (*path, "every"), timeline.every)
        if sum(timeline.negatives) > _MOST_POSTS:
            says = f"{path_words((*path, 'negatives'))}: more than {_MOST_POSTS:_} posts"
            yield document.problem((*path, "negatives"), says, "a smaller storm proves as much")
