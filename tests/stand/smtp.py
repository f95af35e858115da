"""A real SMTP server (aiosmtpd) on loopback, in the test's own loop, that refuses what it is told to refuse."""

# ruff: noqa: ARG002  # aiosmtpd hands every hook everything

from __future__ import annotations

import asyncio
import email.policy
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    import ssl
    from email.message import EmailMessage


@dataclass
class SmtpStand:
    """`async with SmtpStand() as smtp:` listens at 127.0.0.1:`smtp.port`.

    `refuse` answers RCPT for an address, `data` answers the whole mail ("drop": the line is cut when the text has
    come, "hang": never), `password` makes it ask for one, `context` makes it offer STARTTLS (or, with `implicit`,
    speak TLS from the first byte).
    """

    refuse: dict[str, str] = field(default_factory=dict)
    data: str = "250 taken"
    sender: str = "250 OK"
    password: str | None = None
    context: ssl.SSLContext | None = None
    implicit: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[SMTP] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        tls = self.context if self.implicit else None
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self._open:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0)

    def _protocol(self) -> SMTP:
        protocol = SMTP(
            self,
            hostname="stand.test",
            tls_context=None if self.implicit else self.context,
            authenticator=self._authenticate if self.password else None,
            auth_required=self.password is not None,
        )
        self._open.add(protocol)
        return protocol

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        given = cast("LoginPassword", data).password.decode()
        return AuthResult(success=given == self.password, handled=False)

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802  # the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        if self.data == "hang":
            await asyncio.sleep(60)
        if self.data == "drop":
            cast("asyncio.Transport", server.transport).abort()
        content = cast("bytes", envelope.content)
        self.raw.append(content)
        parsed = BytesParser(policy=email.policy.default).parsebytes(content)
        self.mails.append(parsed)
        self.envelopes.append(envelope)
        self.secured.append(session.ssl is not None or self.implicit)
        return self.data
