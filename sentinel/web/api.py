"""The JSON interface: `/api/v1/…`, described at `/api/openapi.json`."""

# Without `from __future__ import annotations`: FastAPI reads the annotations at run time.

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from sentinel import __version__
from sentinel.web.door import from_our_page, from_this_machine
from sentinel.web.dossier import Dossier, dossier, glances, situation
from sentinel.web.seen import Seen
from sentinel.web.shapes import (
    BeatShape,
    DossierShape,
    IncidentsShape,
    OutboxShape,
    ProblemShape,
    ReloadShape,
    SourceShape,
    SourcesShape,
    StatusShape,
    Trouble,
    dossier_shape,
    incident_shape,
    rule_shape,
)
from sentinel.web.view import View

router = APIRouter(prefix="/api/v1", responses={503: {"model": Trouble, "description": "The store is away."}})

IncidentId = Annotated[
    str, Path(description="An incident's id, or an unambiguous beginning of it.", max_length=200)
]


@router.get("/status")
def status(view: Seen) -> StatusShape:
    """The service at a glance."""
    seen = situation(view)
    ready, says = view.ready()
    return StatusShape(
        version=__version__,
        ready=ready,
        says=says,
        started_at=view.started_at,
        now=view.now(),
        looked_until=seen.looked_until,
        posts=seen.overview.posts,
        mentions=seen.overview.mentions,
        live=[incident_shape(one) for one in seen.live],
        outbox=OutboxShape(waiting=seen.overview.outbox_waiting, oldest=seen.overview.oldest_waiting),
        beats={name: BeatShape.model_validate(beat) for name, beat in view.beats().items()},
        rules=[rule_shape(rule) for rule in view.book().rules],
    )


@router.get("/incidents")
def incidents(
    view: Seen,
    live: Annotated[bool | None, Query(description="true: going on; false: ended; left out: all.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> IncidentsShape:
    """Incidents, newest first."""
    return IncidentsShape(incidents=[incident_shape(one) for one in glances(view, live=live, limit=limit)])


@router.get("/incidents/{incident_id}", responses={404: {"model": Trouble, "description": "No such one."}})
def incident(view: Seen, incident_id: IncidentId) -> DossierShape:
    """One incident: why, its log, who was told and who was not, and the posts behind it."""
    return dossier_shape(found_or_404(view, incident_id))


@router.get("/sources")
def sources(view: Seen) -> SourcesShape:
    """How every source fares."""
    return SourcesShape(sources=[SourceShape.model_validate(one) for one in view.store.health()])


@router.post(
    "/reload",
    responses={
        403: {"model": Trouble, "description": "Not from this machine, or from another site's page."},
        422: {"model": ReloadShape, "description": "The rules have problems; the old ones stay in force."},
    },
)
async def reload(view: Seen, request: Request, response: Response) -> ReloadShape:
    """Read the rules again, all or nothing. From this machine only."""
    if not (from_this_machine(request) and from_our_page(request)):
        raise HTTPException(403, "Rules are reloaded from the machine that sentinel runs on.")
    done, problems = await view.reload()
    response.status_code = 200 if done else 422
    return ReloadShape(
        reloaded=done,
        error="" if done else "The rules have problems; those read before stay in force.",
        problems=[ProblemShape.model_validate(problem) for problem in problems],
    )


def found_or_404(view: View, incident_id: str) -> Dossier:
    """The incident with all that belongs to it; raises the 404 that says so."""
    if (found := dossier(view, incident_id)) is None:
        raise HTTPException(404, "There is no incident with this id.")
    return found
