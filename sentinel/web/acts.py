"""The one act a page offers: taking an incident on. From this machine only, and from our own form only."""

# Without `from __future__ import annotations`: FastAPI reads the annotations at run time.

import secrets
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from sentinel.store.contract import Conflict
from sentinel.web.api import IncidentId, found_or_404
from sentinel.web.door import from_our_page, from_this_machine
from sentinel.web.pages import page
from sentinel.web.seen import Seen
from sentinel.web.words import clip, inert

router = APIRouter(include_in_schema=False)

_FORM_BYTES = 4096
_NAME_SIGNS = 60


@router.get("/incidents/{incident_id}/take-on")
def form(view: Seen, request: Request, incident_id: IncidentId) -> HTMLResponse:
    """The form, on a page of its own: one that reloads itself would swallow what is being typed."""
    _from_here(request)
    found = found_or_404(view, incident_id)
    return page(request, "take_on.html", glance=found.glance, token=request.app.state.token, says="")


@router.post("/incidents/{incident_id}/take-on", response_model=None)
async def take_on(view: Seen, request: Request, incident_id: IncidentId) -> HTMLResponse | RedirectResponse:
    """Take it on, then back to the incident; or the form again with a sentence that says what was wrong."""
    _from_here(request)
    fields = await _fields(request)
    if not (from_our_page(request) and _same(fields.get("token", ""), request.app.state.token)):
        raise HTTPException(403, "This form is no longer good: open the incident's page again.")
    found = await run_in_threadpool(found_or_404, view, incident_id)
    incident, who = found.glance.incident, clip(inert(fields.get("who", "")), _NAME_SIGNS)
    says = "Please write who takes it on."
    if who:
        try:
            await run_in_threadpool(view.acknowledge, incident.id, who)
            return RedirectResponse(f"/incidents/{quote(incident.id, safe='')}", 303)
        except Conflict:
            says = "The incident has just changed: please look again and press once more."
        except ValueError as error:
            says = str(error)
    context = {"glance": found.glance, "token": request.app.state.token, "says": says}
    return await run_in_threadpool(page, request, "take_on.html", 409 if who else 422, **context)


def _from_here(request: Request) -> None:
    if not from_this_machine(request):
        raise HTTPException(
            403, "Incidents are taken on from the machine sentinel runs on, or with `sentinel incidents ack`."
        )


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


async def _fields(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_BYTES:
            raise HTTPException(413, "That is more than this form holds.")
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
