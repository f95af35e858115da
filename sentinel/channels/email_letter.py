"""A message as a mail: text and HTML, threaded per incident, with no header that a post could have written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from sentinel.channels.as_text import LABEL, LINE, QUOTE, as_text
from sentinel.channels.inert import brief, clean, one_line, shorten, web_address
from sentinel.channels.look import badge, byline, links, take_on, title
from sentinel.model.reading import Severity

if TYPE_CHECKING:
    import jinja2

    from sentinel.model.message import Message

SUBJECT: Final = 200
TEMPLATES: Final = Path(__file__).parent / "templates"

_ADDRESS = re.compile(r"[!-;=?A-Z^-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Between whom a mail goes; `first` is the Message-ID of the incident's first mail, if there was one."""

    sender: str
    to: tuple[str, ...]
    list_name: str
    first: str | None = None

    @property
    def domain(self) -> str:
        """Of the sender: what our ids are made in."""
        return mailbox(self.sender).rpartition("@")[2]


def mailbox(written: str) -> str:
    """The bare address of `Name <a@b>` or `a@b`; raises ValueError when it is not one ASCII address."""
    address = parseaddr(written)[1]
    if not _ADDRESS.fullmatch(address) or not written.isprintable():
        raise ValueError(
            f"'{written}' is not a mail address; write it like 'Sentinel <sentinel@example.org>'"
        )
    return address


def message_id(key: str, domain: str) -> str:
    """The same id for the same outbox row, however often it is sent: readers and servers can tell a repeat."""
    return f"<{_digest(key)}@{domain}>"


def thread_id(incident: str, domain: str) -> str:
    """An id that every mail of an incident refers to; no mail bears it."""
    return f"<incident.{_digest(incident)}@{domain}>"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def letter(message: Message, envelope: Envelope) -> EmailMessage:
    """The mail, ready to be sent as bytes."""
    mail = EmailMessage(policy=SMTP)
    for name, value in _headers(message, envelope).items():
        mail[name] = value
    mail.set_content(as_text(message) + "\n", cte="quoted-printable")
    if html := html_part(message):
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def _headers(message: Message, envelope: Envelope) -> dict[str, object]:
    domain = envelope.domain
    thread = thread_id(message.incident, domain)
    headers: dict[str, object] = {
        "From": _address(envelope.sender),
        "To": tuple(map(_address, envelope.to)),
        "Subject": title(message, SUBJECT, sign=False),
        "Date": format_datetime(message.at),
        "Message-ID": message_id(message.key, domain),
        "References": f"{thread} {envelope.first}" if envelope.first else thread,
        "In-Reply-To": envelope.first or thread,
        "List-Id": f"<{_slug(envelope.list_name)}.sentinel.{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Sentinel-Incident": _ascii(message.incident),
        "X-Sentinel-Severity": message.severity.value,
        "X-Sentinel-Kind": message.kind.value,
    }
    if message.severity is Severity.CRITICAL and message.loud and message.state.live:
        headers["Importance"] = "high"
    return headers


def _address(written: str) -> Address:
    return Address(one_line(parseaddr(written)[0]), addr_spec=mailbox(written))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "alerts"


def _ascii(text: str) -> str:
    return one_line(text).encode("ascii", "replace").decode()[:100]


def html_part(message: Message) -> str | None:
    """The mail in HTML; None if the template fails: the text part then goes alone."""
    try:
        return _template().render(
            message=message,
            badge=badge(message),
            title=title(message),
            command=take_on(message),
            links=links(message),
        )
    except Exception as error:  # noqa: BLE001  # a broken template must not hold up an alert, however it broke
        _log.error("layout_failed", kind=type(error).__name__)  # a traceback could show post text
        return None


@cache
def _template() -> jinja2.Template:
    import jinja2  # noqa: PLC0415  # heavy: only when used

    rooms = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rooms.filters["headline"] = lambda text: brief(text, SUBJECT)
    rooms.filters["line"] = lambda text: brief(text, LINE)
    rooms.filters["label"] = lambda text: brief(text, LABEL)
    rooms.filters["paragraph"] = lambda text: shorten(clean(text), QUOTE)
    rooms.filters["web_address"] = web_address
    rooms.filters["byline"] = byline
    return rooms.get_template("email.html")
