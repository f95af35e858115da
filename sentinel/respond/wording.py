"""A notice in words: no channel's markup, no template that could fail to go out.

Named `{fields}` are filled by plain replacement, never by `str.format`: what an analyst wrote cannot reach into
objects, and what a post says cannot either. A field that is unknown or empty stands as `–`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.incident import Incident, Peak, State
from sentinel.model.message import Link, Message, Quote
from sentinel.model.notice import Notice, NoticeKind
from sentinel.model.phrase import say_duration
from sentinel.rulebook.judgments import Crisis, Silence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sentinel.model.post import Post
    from sentinel.rulebook.judgments import Judgment
    from sentinel.rulebook.types import Rule

_FIELD = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
_EXCERPT = 280
_NAME = 80
_HEADLINE = 200
_TEXT = 3000
_MOST_TIMES = 99
_WORTH_SAYING = 1.05
"""So many times what is usual would read as once."""


@dataclass(frozen=True, slots=True)
class Story:
    """The posts that a message may show, as the store had them when it was worded."""

    first: Post | None = None
    loudest: tuple[Post, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()


def word(key: str, notice: Notice, incident: Incident, rule: Rule, story: Story) -> Message:
    """The message that a notice becomes; `key` is its outbox row's."""
    window = say_duration(rule.judgment.window)
    fields = _fields(incident, rule, story)
    title = _plain_title(incident, rule.judgment, window)
    standing = _standing(incident, window)
    body = shortened(fill(rule.say.body, fields), _TEXT).splitlines()
    facts = tuple(_facts(incident, rule.judgment, window, story))
    why_told = f"{notice.reason.value[0].upper()}{notice.reason.value[1:]}."
    return Message(
        key=key,
        incident=incident.id,
        kind=notice.kind,
        severity=incident.severity,
        state=incident.state,
        headline=shortened(_one_line(fill(rule.say.title, fields)) or title, _HEADLINE),
        lines=tuple(line.strip() for line in (standing, *body) if line.strip()),
        facts=facts,
        quotes=tuple(_quotes(story)),
        why_told=why_told,
        plain="\n".join(
            [title, standing, *(f"{a}: {b}" for a, b in facts), why_told, f"Incident {incident.id}"]
        ),
        at=notice.at,
        loud=notice.kind is not NoticeKind.UPDATE,
        links=(Link("Runbook", rule.say.runbook),) if rule.say.runbook else (),
        reply=shortened(fill(rule.say.reply, fields), _TEXT),
        rule=rule.rule,
        brand=incident.brand,
    )


def fill(template: str, fields: Mapping[str, str]) -> str:
    """Replace `{name}` and `{name.part}`; anything else stands as written."""
    return _FIELD.sub(lambda found: fields.get(found[1]) or "–", template).strip()


def shortened(text: str, most: int) -> str:
    """At most so many letters; what is cut off is marked."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain_title(incident: Incident, judgment: Judgment, window: str) -> str:
    peak = incident.peak
    usual = "" if isinstance(judgment, Crisis) else f", usual: {_usual(peak, judgment)}"
    return f"{incident.brand}: {_counted(peak.negatives, judgment)} in {window}{usual}"


def _counted(n: int, judgment: Judgment) -> str:
    """`6 negative posts`, `38 missing posts`: what the rule counts."""
    return f"{n} {judgment.counts if n == 1 else _plural(judgment.counts)}"


def _plural(what: str) -> str:
    first, found, rest = what.partition(" with ")
    return f"{first}s{found}{rest}"


def _usual(peak: Peak, judgment: Judgment) -> str:
    """What is usual; of missing posts none are, so there it is said how many come."""
    return f"{_number(peak.usual)} posts" if isinstance(judgment, Silence) else _number(peak.usual)


def _standing(incident: Incident, window: str) -> str:
    """How it stands now, in one sentence or two."""
    worst = f"{incident.peak.negatives} at its worst"
    match incident.state:
        case State.CLOSED:
            return f"Over{_since(' since', incident.closed_at)}: {worst}."
        case State.DROPPED:
            return "Taken back: judged again by what is known now, it was no incident of its own."
        case State.CALMING:
            now = f"{incident.now.negatives} in the last {window}, {worst}"
            return f"Calming{_since(' since', incident.quiet_since)}: {now}.{_unseen(incident)}"
        case _:
            taken = ", ".join(shortened(_one_line(ack.who), _NAME) for ack in incident.acks)
            by = f"Taken on by {taken}." if taken else "Nobody has taken it on yet."
            return f"Going on{_since(' since', incident.onset)}. {by}{_unseen(incident)}"


def _since(word: str, at: datetime | None) -> str:
    return f"{word} {_time(at)}" if at else ""


def _unseen(incident: Incident) -> str:
    return " Too little is being read to judge it now." if incident.blind else ""


def _facts(incident: Incident, judgment: Judgment, window: str, story: Story) -> Iterator[tuple[str, str]]:
    peak = incident.peak
    times = f", {_times(peak)} times as many" if peak.negatives > _WORTH_SAYING * peak.usual > 0 else ""
    usual = "" if isinstance(judgment, Crisis) else f" (usual: {_usual(peak, judgment)}{times})"
    yield _plural(judgment.counts).capitalize(), f"{peak.negatives} in {window}{usual}"
    if incident.now.negatives != peak.negatives:
        yield "Now", f"{incident.now.negatives} in the last {window}"
    if peak.authors:
        yield "Authors", f"{peak.authors}"
    if incident.onset:
        yield "Since", _time(incident.onset)
    if story.sources:
        yield "Where", " · ".join(f"{name} {count}" for name, count in story.sources[:5])


def _times(peak: Peak) -> str:
    """How many times what is usual; empty where nothing is."""
    if peak.usual <= 0:
        return ""
    times = peak.negatives / peak.usual
    return f"over {_MOST_TIMES}" if times > _MOST_TIMES else _number(times)


def _quotes(story: Story) -> list[Quote]:
    quotes = [] if story.first is None else [quote("First", story.first)]
    first = None if story.first is None else (story.first.source, story.first.id)
    loud = [post for post in story.loudest if (post.source, post.id) != first]
    labels = ["Most shared" if loud and loud[0].engagement.shares else "Also", "Also"]
    return [*quotes, *(quote(label, post) for label, post in zip(labels, loud, strict=False))]


def quote(label: str, post: Post) -> Quote:
    """A post as evidence, shortened."""
    counted = (
        ("star", post.stars),
        ("share", post.engagement.shares),
        ("like", post.engagement.likes),
        ("follower", post.author.followers),
    )
    return Quote(
        label=label,
        text=shortened(_one_line(post.text), _EXCERPT),
        author=shortened(_one_line(post.author.name or ""), _NAME),
        source=post.source,
        published_at=post.published_at,
        url=post.url,
        detail=" · ".join(_amount(n, name) for name, n in counted if n),
    )


def _amount(n: float, name: str) -> str:
    return f"{n:g} {name}" if n == 1 else f"{_grouped(n)} {name}s"


def _grouped(n: float) -> str:
    return f"{n:_}".replace("_", "\u202f") if isinstance(n, int) else f"{n:g}"


def _fields(incident: Incident, rule: Rule, story: Story) -> dict[str, str]:
    peak = incident.peak
    fields = {
        "brand": incident.brand,
        "rule": rule.rule,
        "incident": incident.id,
        "severity": incident.severity.value,
        "negatives": str(peak.negatives),
        "authors": str(peak.authors or ""),
        "usual": _number(peak.usual),
        "times_usual": _times(peak),
        "window": say_duration(rule.judgment.window),
        "since": _time(incident.onset) if incident.onset else "",
        "source": dict(incident.group).get("source", ""),
        "sources": ", ".join(name for name, _ in story.sources),
    }
    top = story.loudest[0] if story.loudest else story.first
    fields |= _post_fields("first_post", story.first) | _post_fields("top_post", top)
    return fields | {"author": quote("", top).author if top else ""}


def _post_fields(name: str, post: Post | None) -> dict[str, str]:
    if post is None:
        return {}
    shown = quote("", post)
    return {
        f"{name}.link": post.url or "",
        f"{name}.text": shown.text,
        f"{name}.author": shown.author,
        f"{name}.source": post.source,
        f"{name}.shares": str(post.engagement.shares or ""),
        f"{name}.followers": str(post.author.followers or ""),
    }


def _number(value: float) -> str:
    """Whole from ten on; below, with one decimal where it is not whole."""
    if 0 < value < 0.05:  # noqa: PLR2004  # would read "0"
        return "under 0.1"
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")  # noqa: PLR2004


def _time(at: datetime) -> str:
    return f"{at:%d %b %H:%M} UTC"
