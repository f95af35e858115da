"""What an SMTP server's answers mean: who must act, and whether the mail may have gone out."""

from __future__ import annotations

import ssl
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from sentinel.channels.inert import brief
from sentinel.errors import Outside, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aiosmtplib import SMTPRecipientRefused

_FOR_GOOD: Final = 500
"""From here on a reply code (RFC 5321, 4.2.1) says: not this way; below, not now."""
_NOT_NOW: Final = 400


class Stage(IntEnum):
    """How far a mail had come when something broke."""

    CALLING = 0
    ADDRESSING = 1
    HANDING_OVER = 2


def trouble(error: Exception, stage: Stage) -> Outside:
    """The error that a failure at `stage` means. No answer while the text was handed over: it may have arrived."""
    import aiosmtplib  # noqa: PLC0415  # heavy: only when used

    if isinstance(error, Outside):
        return error
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answer(error.code, str(error.message))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
        return Refused("the mail server's certificate is not trusted: see `ca_file`, and `host` for its name")
    if isinstance(error, aiosmtplib.SMTPNotSupported) or "STARTTLS" in str(error):
        return Refused("the mail server offers no STARTTLS, or no way to log in: see `tls` and `port`")
    if isinstance(error, FileNotFoundError):
        return Refused("the file named in `ca_file` does not exist")
    ambiguous = stage is Stage.HANDING_OVER
    return Unreachable(f"no word from the mail server ({type(error).__name__})", ambiguous=ambiguous)


def refusal(refused: Sequence[SMTPRecipientRefused]) -> Outside:
    """The error of a mail that none of its readers may have; one refused for now is worth another try."""
    softest = min(refused, key=lambda one: one.code)
    return _answer(softest.code, str(softest.message))


def _answer(code: int, said: str) -> Outside:
    words = f"the mail server said {code}: {brief(said, 200)}"
    if code >= _FOR_GOOD:
        return Refused(words)
    return Unreachable(words if code >= _NOT_NOW else f"the mail server made no sense ({code})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
