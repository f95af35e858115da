"""A scripted HTTP server on loopback: it answers what it is told, also what no decent server would."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Header names are lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: whole, not at all (`nothing`), broken off half-way (`cut`), or never (`hang`)."""

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    how: Literal["whole", "nothing", "cut", "hang"] = "whole"

    def raw(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


HTML = Reply(200, "<!doctype html><title>Log in to the hotel's wifi</title>", {"Content-Type": "text/html"})
NOTHING = Reply(how="nothing")
CUT = Reply(200, b'{"ok": tru' + b" " * 500, how="cut")
HANG = Reply(how="hang")


class HttpStand:
    """`with HttpStand(answer) as stand:` serves at `stand.url`; `answer` runs in the server's threads."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer
        self._leaving = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = stand._answer(Request(self.path, headers, body))
                self.close_connection = True
                if reply.how == "hang":
                    stand._leaving.wait(30)
                elif reply.how != "nothing":
                    self._write(reply)

            do_GET = do_POST  # noqa: N815  # http.server's name

            def _write(self, reply: Reply) -> None:
                raw = reply.raw()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw[: len(raw) // 2] if reply.how == "cut" else raw)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class Inbox:
    """A receiver of webhooks: keeps every request, answers 200 or what stands in `script` first."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.script: list[Reply] = []
        self._stand = HttpStand(self._take)

    @property
    def url(self) -> str:
        return self._stand.url + "hook"

    def __enter__(self) -> Self:
        self._stand.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._stand.__exit__()

    def _take(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.script.pop(0) if self.script else Reply()
