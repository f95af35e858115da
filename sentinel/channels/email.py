"""Mail: every loud message one mail, threaded per incident; at least once (SMTP cannot be asked what it delivered).

A repeat after a crash bears the same Message-ID, so that readers which look can drop it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

import msgspec
import structlog
from pydantic import Field, field_validator, model_validator

from sentinel.channels.contract import ChannelOptions, Doorway
from sentinel.channels.email_errors import Stage, refusal, trouble
from sentinel.channels.email_letter import Envelope, letter, mailbox, message_id
from sentinel.model.message import Message, Receipt
from sentinel.model.secret import SecretRef

if TYPE_CHECKING:
    from pathlib import Path

    from aiosmtplib import SMTP, SMTPRecipientRefused

    from sentinel.channels.contract import Channel

SECONDS: Final = 30.0
"""Total for one mail, from the connection to the server's word that it has it."""

_log = structlog.get_logger()


class EmailOptions(ChannelOptions):
    """Mail through an SMTP server."""

    host: str = Field(min_length=1, description="The SMTP server.")
    port: int = Field(
        25, ge=1, le=65_535, description="25 between servers, 587 with a password, 465 with tls: tls."
    )
    sender: str = Field(alias="from", description="Whom it is from, e.g. 'Sentinel <sentinel@example.org>'.")
    to: tuple[str, ...] = Field(min_length=1, description="Who gets it.")
    username: str | None = Field(None, description="User name, with `password`.")
    password: SecretRef | None = Field(None, description="Where the password stands.")
    tls: Literal["auto", "none", "starttls", "tls"] | None = Field(
        None,
        description=(
            "auto: STARTTLS when the server offers it, certificate unchecked; starttls: required and checked; "
            "tls: from the first byte (port 465), checked; none: in the clear. Left out: auto, and starttls with a "
            "password."
        ),
    )
    ca_file: str | None = Field(
        None, description="PEM file of an own authority to trust besides the usual ones."
    )

    @field_validator("sender")
    @classmethod
    def _sender_is_an_address(cls, value: str) -> str:
        mailbox(value)
        return value

    @field_validator("to")
    @classmethod
    def _readers_are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            mailbox(address)
        return value

    @model_validator(mode="after")
    def _name_and_password_go_together(self) -> EmailOptions:
        if (self.username is None) != (self.password is None):
            raise ValueError("`username` and `password` go together")
        return self

    @property
    def safety(self) -> Literal["auto", "none", "starttls", "tls"]:
        """`tls`, or what it is when left out: a password never leaves over a line that is not checked."""
        return self.tls or ("starttls" if self.password else "auto")


@dataclass(frozen=True, slots=True)
class Sent:
    """A receipt: the Message-ID of the incident's first mail, and whom the server would not take it for."""

    first: str
    refused: tuple[str, ...] = ()

    def receipt(self) -> Receipt:
        """As the small JSON that is stored."""
        return Receipt(msgspec.json.encode(self).decode())

    @classmethod
    def of(cls, receipt: Receipt | None) -> Sent | None:
        """None without a receipt, or when it is not one of ours."""
        try:
            return msgspec.json.decode(receipt, type=cls) if receipt else None
        except msgspec.MsgspecError:
            return None


@dataclass(frozen=True, slots=True)
class Email:
    """Some readers behind one SMTP server."""

    name: str
    options: EmailOptions
    door: Doorway
    seconds: float = SECONDS
    can_edit: bool = False
    can_find: bool = False

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """One mail to all readers. Those that the server refuses are named in the receipt, the others have it.

        Raises Refused when it takes none of them, Unreachable when trying again may help (`ambiguous` when the
        connection broke after the mail's text had begun to leave).
        """
        earlier = Sent.of(receipt)
        envelope = Envelope(
            self.options.sender, self.options.to, self.name, earlier.first if earlier else None
        )
        mail = letter(message, envelope).as_bytes()
        refused = await self._post(mail)
        if refused:
            _log.warning("recipients_refused", channel=self.name, count=len(refused))
        first = earlier.first if earlier else message_id(message.key, envelope.domain)
        return Sent(first, tuple(refused)).receipt()

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # contract
        """None: a mail that left cannot be looked for."""
        return None

    async def close(self) -> None:
        """Nothing is kept open between mails."""

    async def _post(self, mail: bytes) -> list[str]:
        """Hand the mail over; whom the server refused, if it took anybody."""
        stage = Stage.CALLING
        try:
            async with asyncio.timeout(self.seconds):
                smtp = await self._connection()
                try:
                    stage = Stage.ADDRESSING
                    refused = await _address(smtp, mailbox(self.options.sender), self._readers())
                    if len(refused) == len(self._readers()):
                        raise refusal(refused)
                    stage = Stage.HANDING_OVER
                    await smtp.data(mail)
                finally:
                    await _leave(smtp)
        except Exception as error:  # aiosmtplib, ssl, asyncio and the system each have their own
            raise trouble(error, stage) from error
        return [f"{one.recipient}: {one.code}" for one in refused]

    def _readers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(mailbox, self.options.to)))

    async def _connection(self) -> SMTP:
        import aiosmtplib  # noqa: PLC0415  # heavy: only when used

        given, safety = self.options, self.options.safety
        smtp = aiosmtplib.SMTP(
            hostname=given.host,
            port=given.port,
            username=given.username,
            password=self.door.reveal(given.password) if given.password else None,
            use_tls=safety == "tls",
            start_tls={"auto": None, "starttls": True}.get(safety, False),
            tls_context=await asyncio.to_thread(_tls, safety, self.door.folder, given.ca_file),
            local_hostname=mailbox(given.sender).rpartition("@")[2],
            timeout=self.seconds,
        )
        await smtp.connect()
        return smtp


async def _address(smtp: SMTP, sender: str, readers: tuple[str, ...]) -> list[SMTPRecipientRefused]:
    import aiosmtplib  # noqa: PLC0415  # heavy: only when used

    refused: list[SMTPRecipientRefused] = []
    await smtp.mail(sender)
    for reader in readers:
        try:
            await smtp.rcpt(reader)
        except aiosmtplib.SMTPRecipientRefused as error:
            refused.append(error)
    return refused


async def _leave(smtp: SMTP) -> None:
    """Say goodbye; whatever goes wrong here no longer concerns the mail."""
    with contextlib.suppress(Exception):
        await smtp.quit(timeout=1)
    smtp.close()


def _tls(safety: str, folder: Path, ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if safety == "auto":
        # anybody who could forge the certificate could as well take the offer of STARTTLS away (RFC 7435)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca_file:
        context.load_verify_locations(folder / ca_file)
    return context


def build(name: str, options: ChannelOptions, door: Doorway) -> Channel:
    """A mail channel of its options in `sentinel.yaml`."""
    return Email(name, cast("EmailOptions", options), door)
