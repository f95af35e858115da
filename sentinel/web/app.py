"""The application on the one port of `web:`. Nothing here decides anything; it reads the view and prints."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from sentinel import __version__
from sentinel.errors import StoreError
from sentinel.web import acts, api, health, pages
from sentinel.web.door import HEADERS, Door
from sentinel.web.metrics import registry_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from sentinel.web.view import View


def create_app(view: View, hosts: Iterable[str] = ()) -> FastAPI:
    """The application over one running service.

    `hosts` are the names it may be called by besides `localhost` and bare addresses: the host of `web.listen`, and
    what a proxy in front calls it.
    """
    app = FastAPI(
        title="sentinel",
        version=__version__,
        openapi_url="/api/openapi.json",
        # Its pages fetch scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.state.view = view
    app.state.token = secrets.token_urlsafe()
    app.state.pages = pages.environment()
    app.state.registry = registry_of(view)
    for room in (health, api, pages, acts):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC))
    app.add_exception_handler(HTTPException, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(StoreError, _store_away)
    app.add_exception_handler(Exception, _unforeseen)
    app.add_middleware(Door, hosts=tuple(hosts))
    return app


def _known(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    says = error.detail if isinstance(error, HTTPException) else ""
    if not says or says == HTTPStatus(status).phrase:
        says = _PLAINLY.get(status, f"{HTTPStatus(status).phrase}.")
    return _trouble(request, status, says)


_PLAINLY = {404: "There is nothing at this address.", 405: "This address does not answer to that method."}


def _malformed(request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "msg": ""}
    return _trouble(request, 422, f"{'.'.join(str(part) for part in first['loc'][1:])}: {first['msg']}.")


def _store_away(request: Request, error: Exception) -> Response:
    return _trouble(request, 503, f"The store cannot be read: {error}")


def _unforeseen(request: Request, _: Exception) -> Response:
    answer = _trouble(request, 500, "Something went wrong in sentinel itself; its log says what.")
    # The outermost layer answers here, beyond the Door that dresses all others.
    answer.headers.update(HEADERS)
    return answer


def _trouble(request: Request, status: int, says: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": says}, status)
    return pages.page(request, "trouble.html", status, says=says)
