"""For machines that watch: alive, ready, metrics."""

# No `from __future__ import annotations` in the files of routes: FastAPI reads the annotations at run time.

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sentinel.web.metrics import exposition
from sentinel.web.seen import Seen

router = APIRouter(include_in_schema=False)

_PROBED_BY = ["GET", "HEAD"]


@router.api_route("/healthz", methods=_PROBED_BY)
async def healthz() -> PlainTextResponse:
    """Alive: the event loop turns."""
    return PlainTextResponse("alive")


@router.api_route("/readyz", methods=_PROBED_BY)
def readyz(view: Seen) -> JSONResponse:
    """Ready, or 503; with the sentence that says why."""
    ready, says = view.ready()
    return JSONResponse({"ready": ready, "says": says}, 200 if ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus text, or OpenMetrics for who asks for it."""
    body, content_type = exposition(request.app.state.registry, request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": content_type})
