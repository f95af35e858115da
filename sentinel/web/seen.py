"""How a route comes by the view."""

from typing import Annotated, cast

from fastapi import Depends, Request

from sentinel.web.view import View


def _view(request: Request) -> View:
    return cast("View", request.app.state.view)


Seen = Annotated[View, Depends(_view)]
"""A route's parameter of this type is the running service's view."""
