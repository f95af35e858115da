"""The pages: everything at a glance, and one incident with all that belongs to it. Rendered here, no scripts."""

# Without `from __future__ import annotations`: FastAPI reads the annotations at run time.

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from sentinel import __version__
from sentinel.model.incident import State
from sentinel.model.message import Delivery, DeliveryState
from sentinel.model.notice import NoticeKind
from sentinel.model.phrase import say_duration
from sentinel.web import curve, words
from sentinel.web.api import IncidentId, found_or_404
from sentinel.web.door import from_this_machine
from sentinel.web.dossier import Glance, situation
from sentinel.web.seen import Seen

if TYPE_CHECKING:
    from sentinel.web.view import View

STATIC = Path(__file__).with_name("static")
REFRESH_SECONDS = 15

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def home(view: Seen, request: Request) -> HTMLResponse:
    """Live incidents, then those that ended, then how the service itself fares."""
    ready, says = view.ready()
    seen = situation(view)
    return page(
        request,
        "status.html",
        seen=seen,
        ready=ready,
        says=says,
        verdict=_verdict(list(seen.live)),
        beats=view.beats(),
        rules=view.book().rules,
        refresh=REFRESH_SECONDS,
    )


@router.get("/incidents/{incident_id}")
def incident(view: Seen, request: Request, incident_id: IncidentId) -> HTMLResponse:
    """One incident: why, its curve, its log, who was told and who was not, and the posts behind it."""
    found = found_or_404(view, incident_id)
    return page(
        request,
        "incident.html",
        found=found,
        glance=found.glance,
        posts=words.posts_of(found.evidence),
        told=[row for row in found.deliveries if not _is_quiet_edit(row)],
        edits=sum(_is_quiet_edit(row) for row in found.deliveries),
        may_act=from_this_machine(request),
        refresh=REFRESH_SECONDS if found.glance.incident.state.live else None,
    )


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A rendered page; `now` and `refresh` (seconds or None) are always there."""
    view: View = request.app.state.view
    context = {"now": view.now(), "started_at": view.started_at, "refresh": None, **context}
    return HTMLResponse(request.app.state.pages.get_template(template).render(context), status)


def environment() -> Environment:
    """Templates that escape everything, print no hostile sign, and refuse to print what is not there."""
    pages = Environment(
        loader=PackageLoader("sentinel.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=words.finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    named = (words.ago, words.clip, words.clock, words.hour, words.number, words.plural, words.roughly)
    more = (words.safe_url, words.stamp, words.took, words.title_of, words.key_of, say_duration)
    pages.filters.update({filter_.__name__: filter_ for filter_ in (*named, *more)})
    pages.globals.update(
        state_words=words.STATES,
        source_words=words.SOURCES,
        delivery_words=words.DELIVERIES,
        width=curve.WIDTH,
        height=curve.HEIGHT,
        version=__version__,
        style=f"/static/sentinel.css?{_fingerprint(STATIC / 'sentinel.css')}",
    )
    return pages


def _is_quiet_edit(row: Delivery) -> bool:
    return row.kind is NoticeKind.UPDATE and row.state in {DeliveryState.SENT, DeliveryState.SKIPPED}


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _verdict(live: list[Glance]) -> str:
    """The page in one sentence."""
    told = [one for one in live if one.incident.state is not State.FORMING]
    if not told:
        return "All calm." if not live else "All calm so far; something is forming."
    alone = [one for one in told if one.ack is None and one.incident.state is not State.CALMING]
    going = f"{words.plural(len(told), 'incident')} going on"
    if not alone:
        return f"{going}, taken on or calming down."
    if len(alone) < len(told):
        return f"{going}; {len(alone)} still {'waits' if len(alone) == 1 else 'wait'} for somebody to take it on."
    return f"{going}; nobody has taken {'it' if len(told) == 1 else 'them'} on."
