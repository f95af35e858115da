"""From a reference to the secret itself, at the last moment; the value is never kept, logged or shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sentinel.model.secret import SecretRef

_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Where secrets come from: the environment, and files (relative ones stand in `folder`)."""

    environ: Mapping[str, str]
    folder: Path

    def reveal(self, ref: SecretRef) -> str:
        """The secret, without the line end that editors leave. Raises `Refused` with a sentence that says what is missing."""
        if ref.env is not None:
            return _not_empty(self._variable(ref.env), f"the environment variable {ref.env}")
        return _not_empty(self._content(ref.file or ""), f"the file {ref.file}")

    def _variable(self, name: str) -> str:
        if (value := self.environ.get(name)) is None:
            raise Refused(f"the environment variable {name} is not set")
        return value

    def _content(self, name: str) -> str:
        try:
            with (self.folder / name).open("rb") as opened:
                raw = opened.read(_MAX_BYTES + 1)
            if len(raw) > _MAX_BYTES:
                raise Refused(f"the file {name} is too large for a secret")
            return raw.decode("utf-8")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise Refused(f"the file {name} cannot be read: {reason}") from error
        except ValueError as error:  # not UTF-8, or a NUL in the name
            raise Refused(f"the file {name} does not hold text") from error


def _not_empty(value: str, where: str) -> str:
    if not (secret := value.rstrip("\r\n")).strip():
        raise Refused(f"{where} is empty")
    return secret
