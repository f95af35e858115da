from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.config.secrets import Secrets
from sentinel.errors import Refused
from sentinel.model.secret import SecretRef

if TYPE_CHECKING:
    from pathlib import Path


def _secrets(folder: Path) -> Secrets:
    return Secrets({"TOKEN": "abc", "LINE": "abc\n", "EMPTY": "", "BLANK": " \n"}, folder)


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from file\r\n")
    secrets = _secrets(tmp_path)
    assert secrets.reveal(SecretRef(env="TOKEN")) == "abc"
    assert secrets.reveal(SecretRef(env="LINE")) == "abc"
    assert secrets.reveal(SecretRef(file="token")) == "from file"
    assert secrets.reveal(SecretRef(file=str(tmp_path / "token"))) == "from file"


def test_a_file_is_read_anew_each_time_so_a_token_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("old")
    secrets = _secrets(tmp_path)
    secrets.reveal(SecretRef(file="token"))
    (tmp_path / "token").write_text("new")
    assert secrets.reveal(SecretRef(file="token")) == "new"


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        (SecretRef(env="NOWHERE"), "the environment variable NOWHERE is not set"),
        (SecretRef(env="EMPTY"), "the environment variable EMPTY is empty"),
        (SecretRef(env="BLANK"), "the environment variable BLANK is empty"),
        (SecretRef(file="nowhere"), "the file nowhere cannot be read: no such file or directory"),
        (SecretRef(file="."), "the file . cannot be read: is a directory"),
        (SecretRef(file="empty"), "the file empty is empty"),
        (SecretRef(file="binary"), "the file binary does not hold text"),
        (SecretRef(file="a\0b"), "the file a\0b does not hold text"),
        (SecretRef(file="large"), "the file large is too large for a secret"),
    ],
    ids=lambda value: str(value).replace("\0", "NUL") if isinstance(value, SecretRef) else "",
)
def test_a_secret_that_is_not_there_is_said_plainly(ref: SecretRef, says: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_text("x" * 100_000)
    with pytest.raises(Refused) as caught:
        _secrets(tmp_path).reveal(ref)
    assert str(caught.value) == says


def test_secrets_do_not_show_the_environment(tmp_path: Path) -> None:
    assert "abc" not in repr(_secrets(tmp_path))
