"""Whatever a post, an author or a server says, the pages stay ours."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from sentinel.model.incident import Ack
from sentinel.model.post import Author
from sentinel.web.words import safe_url

if TYPE_CHECKING:
    import httpx

    from tests.web.conftest import FakeView

STORM = "/incidents/2026-11-22-limpieza-miramar-7f3a"
TEXTS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "breaks-out-of-an-attribute": '" onmouseover="alert(1)" x="',
    "closes-everything": "</bdi></p></blockquote></main></body></html><h1>owned",
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "template": "{{ 7*7 }}{% include 'base.html' %}",
    "svg": "<svg/onload=alert(1)>",
    "comment": "<!-- --!> <![CDATA[ x ]]> -->",
    "entity": "&lt;script&gt; &#60;script&#62;",
    "reversed-writing": "safe\u202egpj.exe\u2066",
    "control-signs": "a\x00b\x1b[31mc\x7f\x85",
    "lone-surrogate": "broken \ud800 pair",
    "half-an-emoji": "\udc4d",
    "markup-url": "javascript:alert(1)",
    "very-long-word": "a" * 20_000,
    "many-marks": "z" + "\u0300" * 3_000,
}
TAGS = frozenset(
    (
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "header",
        "main",
        "footer",
        "article",
        "section",
        "div",
        "a",
        "p",
        "time",
        "span",
        "h1",
        "h2",
        "h3",
        "ul",
        "li",
        "b",
        "bdi",
        "strong",
        "blockquote",
        "figure",
        "figcaption",
        "svg",
        "rect",
        "line",
    )
)
ATTRIBUTES = frozenset(
    (
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "rel",
        "href",
        "target",
        "class",
        "datetime",
        "title",
        "dir",
        "role",
        "aria-label",
        "viewbox",
        "preserveaspectratio",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
    )
)


class Inventory(HTMLParser):
    """Every element and address of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.hrefs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]


def poison(view: FakeView, text: str) -> None:
    """Put the text wherever a text from outside can come to stand."""
    shelf = view.shelf
    storm = replace(shelf.every[1], brand=text, why=(text,), group=(("brand", text), ("source", text)))
    shelf.every = [replace(storm, acks=(Ack(text, storm.formed_at),)), *shelf.every[2:]]
    shelf.posts = [replace(post, text=text, url=text, author=Author(text, text, 1)) for post in shelf.posts]
    shelf.log = [replace(act, text=text, who=text, channel=text) for act in shelf.log]
    shelf.outbox = [replace(row, error=text, reason=text, channel=text) for row in shelf.outbox]
    shelf.sources = [replace(source, says=text) for source in shelf.sources]
    view.pulse = {name: replace(beat, error=text) for name, beat in view.pulse.items()}
    view.is_ready = (False, text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("path", ["/", STORM])
async def test_a_hostile_text_is_shown_as_text(
    web: httpx.AsyncClient, view: FakeView, path: str, text: str
) -> None:
    clean = Inventory((await web.get(path)).text)
    poison(view, text)
    answer = await web.get(path)
    found = Inventory(answer.text)
    assert answer.status_code == 200
    assert set(found.tags) <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert found.tags.count("meta") == clean.tags.count("meta")
    assert all(re.match(r"/|https://|data:image/svg", href) for href in found.hrefs)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", answer.text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_a_hostile_text_breaks_no_json(web: httpx.AsyncClient, view: FakeView, text: str) -> None:
    poison(view, text)
    for path in ("/api/v1/status", f"/api/v1{STORM}", "/api/v1/incidents", "/api/v1/sources"):
        answer = await web.get(path)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        answer.json()


@pytest.mark.parametrize(
    "text", ["x\ny", 'a"b\\c', "\ud800", "é" * 300], ids=["newline", "quote", "surrogate", "long"]
)
async def test_a_hostile_name_breaks_no_metrics(web: httpx.AsyncClient, view: FakeView, text: str) -> None:
    view.shelf.sources = [replace(view.shelf.sources[0], state=text)]
    assert (await web.get("/metrics")).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        " https://a.example",
        "data:text/html,x",
        "//a.example",
        "/incidents",
        "ftp://a.example",
        'https://a.example/"onclick=',
        "https://a.example/<b>",
        "https://a.example/a b",
        "https://a.example/a\nb",
        "java\nscript:alert(1)",
        "https://a.example/" + "a" * 3_000,
    ],
)
def test_only_whole_and_plain_web_addresses_can_be_followed(url: str | None) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize(
    "url", ["https://x.example/1?a=b&c=d#e", "HTTP://x.example", "https://es.example/año"]
)
def test_an_ordinary_address_can(url: str) -> None:
    assert safe_url(url) == url
