"""Rules, readings, signals and incidents to judge: storms at an invented hotel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sentinel.detect.judge import judge
from sentinel.model.incident import Incident, Peak, State
from sentinel.model.mention import SeriesKey
from sentinel.model.post import Author, Post
from sentinel.model.reading import Reading, Severity, Signal
from sentinel.rulebook.judgments import Spike
from sentinel.rulebook.types import Rule

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
GROUP = (("brand", "miramar"),)


def series(name: str = "miramar") -> SeriesKey:
    """A series of one brand."""
    return SeriesKey("complaints", "complaints:1", (("brand", name),))


def rule(**sections: Any) -> Rule:
    """A rule; each section given is merged into a sound default."""
    parts: dict[str, Any] = {
        "spike": {"window": "2 hours", "at_least": "6 posts", "from": "3 authors", "calm_after": "2 hours"},
        "then": {"escalate": "team"},
        "negative": {"sentiment": "below -0.25", "stars": "at most 2", "says": ["never again"]},
    }
    for name, changes in sections.items():
        parts[name] = {**parts.get(name, {}), **changes} if isinstance(changes, dict) else changes
    known = {"id": "complaints", "file": "rules/complaints.yaml", "rule": "Complaints", "status": "live"}
    return Rule.model_validate({**known, "why": "It matters.", "noise": ["August"], **parts})


def reading(negatives: int = 12, **changes: Any) -> Reading:
    """Twelve negatives by nine people where one is usual, all seen."""
    usual = Reading(
        series=series(),
        at=NOON,
        window=2 * HOUR,
        negatives=negatives,
        authors=9,
        usual=1.0,
        tail=1e-6,
        rarity=timedelta(days=3000),
        covered=1.0,
        history=timedelta(days=28),
        onset=NOON - HOUR,
    )
    return replace(usual, **changes)


def signal(minutes: float, negatives: int, of: Rule, *, covered: float = 1.0) -> Signal:
    """How `of` judges so many negatives so many minutes after noon; fewer than it asks for are nothing rare."""
    rare = timedelta(days=3000) if negatives >= of.judged_by(Spike).at_least else HOUR
    return judge(of, reading(negatives, at=NOON + minutes * MINUTE, covered=covered, rarity=rare))


def incident(**changes: Any) -> Incident:
    """An incident that opened at noon."""
    peak = Peak(12, 1.0, 9, NOON)
    base = Incident(
        id="k3m9zt",
        rule="complaints",
        brand="miramar",
        group=GROUP,
        fingerprint="complaints:1",
        state=State.OPEN,
        severity=Severity.WARNING,
        formed_at=NOON,
        peak=peak,
        now=peak,
        opened_at=NOON,
        onset=NOON - HOUR,
        told_level=12,
        revision=1,
        revised_at=NOON,
        shown=12,
    )
    return replace(base, **changes)


def post(text: str = "never again", **changes: Any) -> Post:
    """A post on x at noon."""
    base = Post("x", "1", text, NOON, NOON, author=Author("42", "@ada"))
    return replace(base, **changes)
