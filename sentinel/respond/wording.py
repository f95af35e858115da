"""A notice in words: no channel's markup, no template that could fail to go out.

Named `{fields}` are filled by plain replacement, never by `str.format`: what an analyst wrote cannot reach into
objects, and what a post says cannot either. A field that is unknown or empty stands as `–`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.incident import Incident, State
from sentinel.model.message import Link, Message, Quote
from sentinel.model.notice import Notice, NoticeKind
from sentinel.model.phrase import say_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sentinel.model.post import Post
    from sentinel.rulebook.types import Rule

_FIELD = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
_EXCERPT = 280
_SILENT = {NoticeKind.UPDATE}


@dataclass(frozen=True, slots=True)
class Story:
    """The posts that a message may show, as the store had them when it was worded."""

    first: Post | None = None
    loudest: tuple[Post, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()


def word(key: str, notice: Notice, incident: Incident, rule: Rule, story: Story) -> Message:
    """The message that a notice becomes; `key` is its outbox row's."""
    fields = _fields(incident, rule, story)
    headline = fill(rule.say.title, fields) or _plain_title(incident)
    lines = tuple(line for line in (_standing(incident), *fill(rule.say.body, fields).splitlines()) if line)
    facts = tuple(_facts(incident, story))
    why_told = f"{notice.reason.value[0].upper()}{notice.reason.value[1:]}."
    return Message(
        key=key,
        incident=incident.id,
        kind=notice.kind,
        severity=incident.severity,
        state=incident.state,
        headline=headline,
        lines=lines,
        facts=facts,
        quotes=tuple(_quotes(story)),
        why_told=why_told,
        plain=plain(incident, facts, why_told),
        at=notice.at,
        loud=notice.kind not in _SILENT,
        links=(Link("Runbook", rule.say.runbook),) if rule.say.runbook else (),
        reply=fill(rule.say.reply, fields),
        rule=rule.rule,
        brand=incident.brand,
    )


def fill(template: str, fields: Mapping[str, str]) -> str:
    """Replace `{name}` and `{name.part}`; anything else stands as written."""
    return _FIELD.sub(lambda found: fields.get(found[1]) or "–", template).strip()


def plain(incident: Incident, facts: tuple[tuple[str, str], ...], why_told: str) -> str:
    """The whole in plain words, from nothing that a person configured."""
    body = "\n".join(f"{label}: {value}" for label, value in facts)
    return f"{_plain_title(incident)}\n{_standing(incident)}\n{body}\n{why_told}\nIncident {incident.id}"


def _plain_title(incident: Incident) -> str:
    return (
        f"{incident.brand}: {incident.peak.negatives} negative posts, usual is {_number(incident.peak.usual)}"
    )


def _standing(incident: Incident) -> str:
    """How it stands now, in one sentence."""
    since = f" since {_time(incident.onset)}" if incident.onset else ""
    match incident.state:
        case State.CLOSED:
            return f"Over{f' at {_time(incident.closed_at)}' if incident.closed_at else ''}, after {incident.peak.negatives} negatives at its worst."
        case State.CALMING:
            return f"Calming{since}: {incident.now.negatives} now, {incident.peak.negatives} at its worst."
        case _:
            taken = ", ".join(ack.who for ack in incident.acks)
            by = f" Taken on by {taken}." if taken else " Nobody has taken it on yet."
            blind = " Too little is being read to judge it now." if incident.blind else ""
            return f"Going on{since}.{by}{blind}"


def _facts(incident: Incident, story: Story) -> list[tuple[str, str]]:
    peak = incident.peak
    facts = [
        ("Negatives", f"{peak.negatives} (usual {_number(peak.usual)}{_times(peak.negatives, peak.usual)})"),
    ]
    if incident.now.negatives != peak.negatives:
        facts.append(("Now", f"{incident.now.negatives}"))
    if peak.authors:
        facts.append(("Authors", f"{peak.authors}"))
    if incident.onset:
        facts.append(("Since", _time(incident.onset)))
    if story.sources:
        facts.append(("Where", " · ".join(f"{name} {count}" for name, count in story.sources[:5])))
    return facts


def _times(negatives: int, usual: float) -> str:
    return f", {negatives / usual:.0f} times" if usual > 0 and 1 < negatives / usual < 1000 else ""  # noqa: PLR2004


def _quotes(story: Story) -> list[Quote]:
    quotes = [] if story.first is None else [quote("First", story.first)]
    first = None if story.first is None else (story.first.source, story.first.id)
    loud = [post for post in story.loudest if (post.source, post.id) != first]
    return [*quotes, *(quote("Most shared" if k == 0 else "Also", post) for k, post in enumerate(loud[:2]))]


def quote(label: str, post: Post) -> Quote:
    """A post as evidence, shortened."""
    text = " ".join(post.text.split())
    return Quote(
        label=label,
        text=text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…",
        author=post.author.name or "",
        source=post.source,
        published_at=post.published_at,
        url=post.url,
        detail=" · ".join(_counters(post)),
    )


def _counters(post: Post) -> Iterator[str]:
    if post.stars is not None:
        yield f"{post.stars:g} stars"
    counted = (
        (post.engagement.shares, "shares"),
        (post.engagement.likes, "likes"),
        (post.author.followers, "followers"),
    )
    yield from (f"{number} {name}" for number, name in counted if number)


def _fields(incident: Incident, rule: Rule, story: Story) -> dict[str, str]:
    peak = incident.peak
    fields = {
        "brand": incident.brand,
        "rule": rule.rule,
        "incident": incident.id,
        "severity": incident.severity.value,
        "negatives": str(peak.negatives),
        "mentions": str(peak.negatives),
        "authors": str(peak.authors or ""),
        "usual": _number(peak.usual),
        "times_usual": f"{peak.negatives / peak.usual:.0f}" if peak.usual > 0 else "",
        "window": say_duration(rule.spike.window),
        "since": _time(incident.onset) if incident.onset else "",
        "source": dict(incident.group).get("source", ""),
        "sources": ", ".join(name for name, _ in story.sources),
    }
    posts = (("first_post", story.first), ("top_post", story.loudest[0] if story.loudest else None))
    for name, post in posts:
        fields |= _post_fields(name, post)
    top = posts[1][1] or story.first
    return fields | {"author": (top.author.name if top else "") or ""}


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
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"  # noqa: PLR2004  # one decimal below ten


def _time(at: datetime) -> str:
    return f"{at:%d %b %H:%M} UTC"
