"""A rule as prose, in the words of its file. If a rule could not be said so, the grammar would be wrong."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration, say_rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.rulebook.types import Ladder, QuietHours, Rule, Step

_WIDTH = 100
_FEW = 12
_STATUS = {
    "draft": "a draft: checked, never judged",
    "trial": "on trial: judged and recorded, tells nobody",
    "live": "live",
    "retired": "retired: no longer judged",
}


def explain(rule: Rule, ladder: Ladder | None) -> str:
    """The rule in a few short paragraphs; `ladder` is the one it climbs, None if it is not at hand."""
    paragraphs = [
        _heading(rule),
        f"Why: {' '.join(rule.why.split())}",
        _watched(rule),
        _counted(rule),
        _spike(rule),
        _consequence(rule),
        _climb(rule, ladder),
        f"Known false alarms: {' '.join(_sentence(each) for each in rule.noise)}",
    ]
    return "\n\n".join(fill(each, _WIDTH, break_long_words=False) for each in paragraphs if each)


def _heading(rule: Rule) -> str:
    owner = f", owned by {rule.owner}" if rule.owner else ""
    return f"{rule.rule} ({rule.file}; {_STATUS[rule.status]}{owner})"


def _watched(rule: Rule) -> str:
    watch = rule.watch
    contain = f" that contain {_quoted(watch.any_of)}" if watch.any_of else ""
    return _joined(
        f"It looks at posts about {_words(watch.brands, 'or') or 'any brand'}{contain}",
        watch.none_of and f"but not {_quoted(watch.none_of)}",
        watch.languages and f"written in {_words(watch.languages, 'or')}",
        watch.sources and f"from {_words(watch.sources, 'or')}",
    )


def _counted(rule: Rule) -> str:
    negative = rule.negative
    sentiment = negative.sentiment
    clauses = [
        f"its sentiment is {sentiment.side} {sentiment.value:g}" if sentiment else "",
        f"it gives at most {_stars(negative.stars)}" if negative.stars is not None else "",
        f"it says {_quoted(negative.says)}" if negative.says else "",
    ]
    return f"A post is negative if {_words([each for each in clauses if each], 'or')}."


def _spike(rule: Rule) -> str:
    spike = rule.spike
    weeks = f"{spike.usual.weeks} weeks" if spike.usual.weeks > 1 else "week"
    above = f"at least {spike.above_usual:g} times " if spike.above_usual else "more than "
    hold = f"It must hold for {say_duration(spike.hold)} before anybody is told. " if spike.hold else ""
    return (
        f"It is a spike when {say_duration(spike.window)} bring at least {_many(spike.at_least, 'negative post')} "
        f"from at least {_many(spike.from_authors, 'author')}, "
        f"rarer by chance than {say_rarity(spike.rarer_than)}, and {above}what is usual for "
        f"the same hour of the week over the last {weeks}. {hold}"
        f"It is over after {say_duration(spike.calm_after)} of calm."
    )


def _consequence(rule: Rule) -> str:
    labels = _words([f"{key} {value}" for key, value in sorted(rule.then.labels.items())], "and")
    return _joined(
        f"Then it opens an incident of severity {rule.then.severity}, one for each {_words(rule.then.group_by, 'and')}",
        labels and f"labelled {labels}",
        rule.say.runbook and f"with the runbook {rule.say.runbook}",
    )


def _climb(rule: Rule, ladder: Ladder | None) -> str:
    if ladder is None:
        return f"It climbs the ladder '{rule.then.escalate}'."
    steps = "; ".join(_step(step) for step in ladder.steps)
    remind = ladder.remind
    most = f"at most {remind.at_most} time{'' if remind.at_most == 1 else 's'}" if remind else ""
    reminders = f" Reminders come every {say_duration(remind.every)}, {most}." if remind else ""
    hours = ladder.quiet_hours.get(rule.then.quiet or "")
    return f"It climbs the ladder '{ladder.ladder}': {steps}.{reminders}{_quiet(rule, hours)}"


def _step(step: Step) -> str:
    when = f"after {say_duration(step.after)}" if step.after else "at once"
    return _joined(
        f"{_words(step.tell, 'and')} {when}",
        step.unless_acknowledged and "unless acknowledged",
        step.only and f"only if {_words(step.only, 'or')}",
    ).removesuffix(".")


def _quiet(rule: Rule, hours: QuietHours | None) -> str:
    if hours is None:
        return ""
    span = f"{hours.start:%H:%M} to {hours.end:%H:%M}, {hours.zone.key}"
    if rule.then.severity not in hours.hold:
        return f" In {rule.then.quiet} ({span}) nothing of this rule waits."
    return f" In {rule.then.quiet} ({span}) {_words(hours.hold, 'and')} wait."


def _joined(*parts: object) -> str:
    """The parts that say something, with commas."""
    return f"{', '.join(str(part) for part in parts if part)}."


def _words(words: Sequence[str], last: str) -> str:
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _quoted(words: Iterable[str]) -> str:
    """Words in quotes; a long list is cut, with how many are left."""
    every = [f"“{word}”" for word in words]
    if len(every) <= _FEW:
        return _words(every, "or")
    return f"{', '.join(every[:_FEW])} or one of {len(every) - _FEW} more"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _stars(most: float) -> str:
    return "1 star" if most == 1 else f"{most:g} stars"


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."
