"""A rule as prose, in the words of its file. If a rule could not be said so, the grammar would be wrong."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration
from sentinel.rulebook.asked import asked
from sentinel.rulebook.judgments import Stars
from sentinel.rulebook.saying import joined, quoted, stars, words

if TYPE_CHECKING:
    from sentinel.rulebook.types import Ladder, QuietHours, Rule, Step

_WIDTH = 100
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
        asked(rule.judgment),
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
    contain = f" that contain {quoted(watch.any_of)}" if watch.any_of else ""
    return joined(
        f"It looks at posts about {words(watch.brands, 'or') or 'any brand'}{contain}",
        watch.none_of and f"but not {quoted(watch.none_of)}",
        watch.languages and f"written in {words(watch.languages, 'or')}",
        watch.sources and f"from {words(watch.sources, 'or')}",
    ) + _quiet_source(rule)


def _quiet_source(rule: Rule) -> str:
    quiet = rule.watch.quiet_source
    said = f"{say_duration(quiet)} without a single post" if quiet else ""
    return f" If one of its sources is read and brings {said}, ops are told." if said else ""


def _counted(rule: Rule) -> str:
    if not rule.negative and not isinstance(rule.judgment, Stars):
        return ""
    negative = rule.counted
    sentiment = negative.sentiment
    clauses = [
        f"its sentiment{_judged_by(negative.engine)} is {sentiment.side} {sentiment.value:g}"
        if sentiment
        else "",
        f"it gives at most {stars(negative.stars)}" if negative.stars is not None else "",
        f"it says {quoted(negative.says)}" if negative.says else "",
    ]
    return f"A post is negative if {words([each for each in clauses if each], 'or')}."


def _judged_by(engine: str | None) -> str:
    return f", as the engine {engine} reads it," if engine else ""


def _consequence(rule: Rule) -> str:
    labels = words([f"{key} {value}" for key, value in sorted(rule.then.labels.items())], "and")
    return joined(
        f"Then it opens an incident of severity {rule.then.severity}, one for each {words(rule.then.group_by, 'and')}",
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
    return joined(
        f"{words(step.tell, 'and')} {when}",
        step.unless_acknowledged and "unless acknowledged",
        step.only and f"only if {words(step.only, 'or')}",
    ).removesuffix(".")


def _quiet(rule: Rule, hours: QuietHours | None) -> str:
    if hours is None:
        return ""
    span = f"{hours.start:%H:%M} to {hours.end:%H:%M}, {hours.zone.key}"
    if rule.then.severity not in hours.hold:
        return f" In {rule.then.quiet} ({span}) nothing of this rule waits."
    return f" In {rule.then.quiet} ({span}) {words(hours.hold, 'and')} wait."


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."
