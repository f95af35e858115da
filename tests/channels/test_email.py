from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from pydantic import ValidationError
from structlog.testing import capture_logs

from sentinel.channels import email_letter
from sentinel.channels.email import Email, EmailOptions
from sentinel.channels.email_letter import Envelope, letter, mailbox, message_id
from sentinel.channels.registry import kind
from sentinel.errors import Refused, Unreachable
from sentinel.model.incident import State
from sentinel.model.notice import NoticeKind
from sentinel.model.reading import Severity
from tests.stand.hostile import HOSTILE
from tests.stand.messages import MESSAGE, doorway, hostile, message
from tests.stand.smtp import SmtpStand

if TYPE_CHECKING:
    from pathlib import Path

READERS = ["Ada <ada@hotel.test>", "ben@hotel.test", "eva@hotel.test"]
ENVELOPE = Envelope("Sentinel <sentinel@hotel.test>", tuple(READERS), "desk")


def desk(smtp: SmtpStand, **options: Any) -> Email:
    line = kind("email")
    given = {
        "kind": "email",
        "host": "localhost",
        "port": smtp.port,
        "from": "sentinel@hotel.test",
        "to": READERS,
    }
    made = line.build("desk", line.options.model_validate(given | options), doorway(PASSWORD="s3cret"))
    assert isinstance(made, Email)
    return made


def parts(smtp: SmtpStand) -> tuple[str, str]:
    """Text and HTML of the last mail."""
    text, html = smtp.mails[-1].iter_parts()
    return text.get_content(), html.get_content()


# -- what it looks like -------------------------------------------------------------------------------------------


async def test_a_mail_goes_to_all_readers_with_text_and_html() -> None:
    async with SmtpStand() as smtp:
        await desk(smtp).send(MESSAGE, None)

    assert smtp.envelopes[0].rcpt_tos == ["ada@hotel.test", "ben@hotel.test", "eva@hotel.test"]
    assert smtp.mails[0]["subject"].startswith("CRITICAL · Hotel Miramar: 41 complaints")
    text, html = parts(smtp)
    assert "  > Una cucaracha en la planta 3 & nobody <comes>" in text
    assert "Una cucaracha en la planta 3 &amp; nobody &lt;comes&gt;" in html
    assert '<a href="https://x.test/ada/status/1599">open the post</a>' in html
    assert "sentinel incidents ack miramar-7" in text
    assert "sentinel incidents ack miramar-7" in html


async def test_an_incidents_mails_form_one_thread_under_stable_ids() -> None:
    async with SmtpStand() as smtp:
        sender = desk(smtp)
        receipt = await sender.send(MESSAGE, None)
        later = await sender.send(message(key="2", kind=NoticeKind.GREW), receipt)
        await sender.send(message(key="3", kind=NoticeKind.RESOLVED), later)
        await sender.send(MESSAGE, None)

    opened, grew, resolved, again = smtp.mails
    assert grew["in-reply-to"] == resolved["in-reply-to"] == opened["message-id"]
    assert opened["references"] == opened["in-reply-to"]
    assert opened["references"] in grew["references"]
    assert opened["message-id"] in resolved["references"]
    assert again["message-id"] == opened["message-id"] == message_id(MESSAGE.key, "hotel.test")
    assert len({opened["message-id"], grew["message-id"], resolved["message-id"]}) == 3


def test_robots_are_told_that_a_robot_wrote() -> None:
    mail = letter(MESSAGE, ENVELOPE)

    assert mail["auto-submitted"] == "auto-generated"
    assert mail["list-id"] == "<desk.sentinel.hotel.test>"
    assert mail["x-sentinel-incident"] == "miramar-7"
    assert mail["date"] == "Sun, 22 Nov 2026 18:31:00 +0000"


@pytest.mark.parametrize(
    ("changes", "importance"),
    [({}, "high"), ({"severity": Severity.WARNING}, None), ({"state": State.CLOSED}, None)],
    ids=["critical", "warning", "closed"],
)
def test_only_what_is_critical_and_going_on_is_marked_important(
    changes: dict[str, Any], importance: str | None
) -> None:
    assert letter(message(**changes), ENVELOPE)["importance"] == importance


# -- what posts may try -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE.keys())
async def test_no_post_writes_headers_tags_or_readers(text: str) -> None:
    async with SmtpStand() as smtp:
        await desk(smtp).send(hostile(text), None)

    assert len(smtp.mails) == 1
    assert smtp.envelopes[0].rcpt_tos == ["ada@hotel.test", "ben@hotel.test", "eva@hotel.test"]
    assert smtp.mails[0]["bcc"] is None
    assert smtp.mails[0]["x-injected"] is None
    assert max(map(len, smtp.raw[0].splitlines())) <= 998
    _, html = parts(smtp)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_broken_template_leaves_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("template")

    monkeypatch.setattr(email_letter, "_template", broken)

    with capture_logs() as logs:
        mail = letter(MESSAGE, ENVELOPE)

    assert "41 complaints" in mail.get_content()
    assert [log["event"] for log in logs] == ["layout_failed"]


# -- what servers may say -----------------------------------------------------------------------------------------


async def test_one_reader_refused_of_three_does_not_stop_the_others() -> None:
    async with SmtpStand(refuse={"ben@hotel.test": "550 no such person"}) as smtp:
        with capture_logs() as logs:
            receipt = await desk(smtp).send(MESSAGE, None)

    assert smtp.envelopes[0].rcpt_tos == ["ada@hotel.test", "eva@hotel.test"]
    assert json.loads(receipt)["refused"] == ["ben@hotel.test: 550"]
    assert [(log["event"], log["count"]) for log in logs] == [("recipients_refused", 1)]


@pytest.mark.parametrize(
    ("stand", "error", "ambiguous"),
    {
        "nobody is known": (
            {"refuse": dict.fromkeys(("ada@hotel.test", "ben@hotel.test", "eva@hotel.test"), "550 who?")},
            Refused,
            None,
        ),
        "some only for now": (
            {
                "refuse": {
                    "ada@hotel.test": "450 later",
                    "ben@hotel.test": "550 who?",
                    "eva@hotel.test": "550 who?",
                }
            },
            Unreachable,
            False,
        ),
        "sender refused": ({"sender": "550 not you"}, Refused, None),
        "too busy": ({"sender": "421 come back"}, Unreachable, False),
        "mail refused": ({"data": "554 spam"}, Refused, None),
        "mail not taken now": ({"data": "452 full"}, Unreachable, False),
        "line cut after the text": ({"data": "drop"}, Unreachable, True),
    }.values(),
)
async def test_what_a_servers_answer_means(
    stand: dict[str, Any], error: type[Exception], ambiguous: object
) -> None:
    async with SmtpStand(**stand) as smtp:
        with pytest.raises(error) as caught:
            await desk(smtp).send(MESSAGE, None)

    assert getattr(caught.value, "ambiguous", None) is ambiguous


# -- TLS and passwords --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
async def test_a_checked_line_is_used_with_an_own_authority(
    context: ssl.SSLContext, trusted: str, implicit: object
) -> None:
    async with SmtpStand(context=context, implicit=bool(implicit)) as smtp:
        await desk(smtp, tls="tls" if implicit else "starttls", ca_file=trusted).send(MESSAGE, None)

    assert smtp.secured == [True]


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    context: ssl.SSLContext, implicit: object
) -> None:
    async with SmtpStand(context=context, implicit=bool(implicit)) as smtp:
        with pytest.raises(Refused, match="ca_file"):
            await desk(smtp, tls="tls" if implicit else "starttls").send(MESSAGE, None)

    assert smtp.mails == []


async def test_starttls_is_used_when_offered_whoever_signed_it(context: ssl.SSLContext) -> None:
    async with SmtpStand(context=context) as smtp:
        await desk(smtp).send(MESSAGE, None)

    assert smtp.secured == [True]


async def test_required_starttls_that_is_not_offered_is_refused() -> None:
    async with SmtpStand() as smtp:
        with pytest.raises(Refused, match="STARTTLS"):
            await desk(smtp, tls="starttls").send(MESSAGE, None)


async def test_none_leaves_starttls_alone(context: ssl.SSLContext) -> None:
    async with SmtpStand(context=context) as smtp:
        await desk(smtp, tls="none").send(MESSAGE, None)

    assert smtp.secured == [False]


LOGIN = {"username": "sentinel", "password": {"env": "PASSWORD"}}


async def test_a_password_is_given_over_a_checked_line(context: ssl.SSLContext, trusted: str) -> None:
    async with SmtpStand(context=context, password="s3cret") as smtp:
        await desk(smtp, ca_file=trusted, **LOGIN).send(MESSAGE, None)

    assert smtp.secured == [True]


async def test_a_wrong_password_is_refused_without_being_shown(context: ssl.SSLContext, trusted: str) -> None:
    async with SmtpStand(context=context, password="another") as smtp:
        with pytest.raises(Refused, match="535") as caught:
            await desk(smtp, ca_file=trusted, **LOGIN).send(MESSAGE, None)

    assert "s3cret" not in str(caught.value)


async def test_a_password_never_leaves_over_a_line_that_is_not_checked() -> None:
    async with SmtpStand(password="s3cret") as smtp:
        with pytest.raises(Refused, match="STARTTLS"):
            await desk(smtp, **LOGIN).send(MESSAGE, None)


async def test_a_missing_authority_file_is_named() -> None:
    async with SmtpStand() as smtp:
        with pytest.raises(Refused, match="ca_file"):
            await desk(smtp, tls="starttls", ca_file="nowhere.pem").send(MESSAGE, None)


# -- options ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "not an address"},
        {"from": "a@b.test\r\nBcc: c@d.test"},
        {"to": ["a@b.test", "c"]},
        {"to": []},
        {"username": "x"},
        {"password": {"env": "X"}},
        {"tls": "maybe"},
        {"port": 0},
    ],
    ids=str,
)
def test_options_that_cannot_work_are_refused_at_once(changes: dict[str, Any]) -> None:
    given = {"kind": "email", "host": "localhost", "from": "a@b.test", "to": ["c@d.test"]}
    EmailOptions.model_validate(given)

    with pytest.raises(ValidationError):
        EmailOptions.model_validate(given | changes)


@pytest.mark.parametrize(
    ("written", "address"),
    [("a@b.test", "a@b.test"), ("Ada <a.b+c@d.test>", "a.b+c@d.test"), ("Señor Ñ <s@b.test>", "s@b.test")],
)
def test_an_address_may_carry_a_name(written: str, address: str) -> None:
    assert mailbox(written) == address
