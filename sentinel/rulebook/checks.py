"""What a rule or ladder must keep to beyond the form of each value: its parts must make sense together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.errors import ProblemsFound
from sentinel.model.phrase import say_duration, shown
from sentinel.model.problem import Problem
from sentinel.rulebook.document import path_words
from sentinel.rulebook.judgments import KINDS, Crisis, Share, Silence, Spike, Stars
from sentinel.rulebook.keys import keys_of
from sentinel.rulebook.types import Status, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.rulebook.document import Document, KeyPath
    from sentinel.rulebook.judgments import Judgment
    from sentinel.rulebook.types import Ladder, Rule

_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_MINUTE = timedelta(minutes=1)
_WEEK = timedelta(weeks=1)
_WEEKS_OF_REVIEWS = 8
_MOST_POSTS = 100_000
_ROWS = {
    key: (info.description or "").rstrip(".")
    for key, info in keys_of(Timeline).items()
    if key in {"usual_share", "usual_stars", "posts", "negatives", "stars"}
}

NOT_YET: tuple[KeyPath, ...] = (("viral",), ("then", "when_viral"))
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


def judgment_mistakes(rule: Rule, document: Document) -> Iterator[Problem]:
    """A rule asks for one thing; what that needs stands there, and nothing that it would not use."""
    names = [kind.key for kind in KINDS]
    every = f"{', '.join(names[:-1])} or {names[-1]}"
    if not rule.judgments:
        says = "nothing here says when to raise the alarm"
        yield document.problem((), says, f"add one of the sections {every}", at_key=True)
    for one in rule.judgments[1:]:
        says = f"{one.key}: {rule.judgments[0].key} stands there too, and a rule judges one thing"
        yield document.problem((one.key,), says, "keep one of the two, or make two rules", at_key=True)
    if not rule.judgments:
        return
    judgment = rule.judgment
    if rule.negative is None and isinstance(judgment, Spike | Share):
        hint = f"add 'negative: …' (what makes a post a negative one), which {judgment.key} counts"
        yield document.problem((), "negative is missing", hint, at_key=True)
    elif rule.negative is not None and isinstance(judgment, Crisis | Silence):
        what = "its own 'says'" if isinstance(judgment, Crisis) else "every post"
        says = f"negative: {judgment.key} counts {what}, so this would not be asked"
        yield document.problem(("negative",), says, "remove it", at_key=True)
    if isinstance(judgment, Crisis) and not (judgment.says or judgment.lists):
        says = "crisis: no word stands here that would be one"
        yield document.problem(("crisis",), says, "add 'says: [...]' or 'list: ...'", at_key=True)


def rule_mistakes(rule: Rule, document: Document) -> Iterator[Problem]:
    """What does not make sense together in a rule whose every value is well formed."""
    negative = rule.negative
    if negative is not None and not (negative.sentiment or negative.stars or negative.says):
        yield document.problem(
            ("negative",),
            "negative: nothing here makes a post negative",
            "give sentiment, stars or says",
            at_key=True,
        )
    if "brand" not in rule.then.group_by:
        yield document.problem(("then", "group_by"), "then.group_by: brand must be among them", "add brand")
    most = _WEEKS_OF_REVIEWS if isinstance(rule.judgment, Stars) else 1
    yield from _uncountable(document, (rule.judgment.key, "window"), rule.judgment.window, most)
    if rule.status.judges:
        yield from _missing_examples(rule, document)
    for index, timeline in enumerate(rule.examples.timelines):
        path: KeyPath = ("examples", "timelines", index)
        yield from _uncountable(document, (*path, "every"), timeline.every, most)
        yield from _unfit_rows(rule.judgment, timeline, document, path)
        yield from _endless(timeline, document, path)


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


def _uncountable(document: Document, path: KeyPath, span: timedelta, weeks: int) -> Iterator[Problem]:
    """Posts are counted by the minute and compared with the week before; reviews with many weeks."""
    if span < _MINUTE or span % _MINUTE:
        says = f"{path_words(path)}: {shown(say_duration(span))} is no whole number of minutes"
        yield document.problem(path, says, "posts are counted by the minute")
    elif span > _WEEK * weeks:
        longest = "a week" if weeks == 1 else f"{weeks} weeks"
        says = f"{path_words(path)}: {shown(say_duration(span))} is longer than {longest}"
        why = "usual is looked up hour by hour of the week" if weeks == 1 else "that is no news any more"
        yield document.problem(path, says, why)


def _missing_examples(rule: Rule, document: Document) -> Iterator[Problem]:
    """A rule that may judge must prove itself; of a silence there is no post to show."""
    word = "live" if rule.status is Status.LIVE else "trial"
    for key, what in {
        "catches": "one post that it catches",
        "ignores": "one post that it ignores",
        "timelines": "one course of events and what must come of it",
    }.items():
        if key != "timelines" and isinstance(rule.judgment, Silence):
            continue
        if not getattr(rule.examples, key):
            path: KeyPath = ("examples", key) if ("examples",) in document.places else ("status",)
            says = f"examples.{key}: a {word} rule shows at least {what}"
            yield document.problem(path, says, "add one, or make it 'status: draft'", at_key=True)


def _unfit_rows(
    judgment: Judgment, timeline: Timeline, document: Document, path: KeyPath
) -> Iterator[Problem]:
    """A timeline tells what its judgment looks at, and nothing else."""
    at = path_words(path)
    for row, description in _ROWS.items():
        written, wanted = getattr(timeline, row), row in judgment.timeline
        if wanted and not written:
            yield document.problem(path, f"{at}: {row} is missing", f"add '{row}: …' ({description})")
        elif written and not wanted:
            says = f"{path_words((*path, row))}: {judgment.key} does not look at it"
            yield document.problem((*path, row), says, "remove it", at_key=True)
    if not (timeline.posts and timeline.negatives):
        return
    if len(timeline.posts) != len(timeline.negatives):
        says = f"{at}: {len(timeline.posts)} steps of posts and {len(timeline.negatives)} of negatives"
        yield document.problem((*path, "negatives"), says, "give as many of both")
    elif any(bad > every for bad, every in zip(timeline.negatives, timeline.posts, strict=True)):
        says = f"{path_words((*path, 'negatives'))}: more negative posts than posts"
        yield document.problem((*path, "negatives"), says, "posts counts them all, the negative ones too")


def _endless(timeline: Timeline, document: Document, path: KeyPath) -> Iterator[Problem]:
    row = "posts" if timeline.posts else "negatives"
    if sum(getattr(timeline, row)) > _MOST_POSTS:
        says = f"{path_words((*path, row))}: more than {_MOST_POSTS:_} posts"
        yield document.problem((*path, row), says, "a smaller storm proves as much")
