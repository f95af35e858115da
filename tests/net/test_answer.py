from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Refused, Throttled, Unreachable
from sentinel.net.answer import Answer, json_of, shown, verdict

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def answer(body: bytes) -> Answer:
    return Answer(200, {}, body, "https://ada:pw@api.test/v1/posts?token=s3cret#x")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://ada:pw@api.test/v1?token=s3cret#frag", "https://api.test/v1"),
        ("https://api.test:8443/", "https://api.test:8443/"),
        ("http://[::1", "an unreadable address"),
        ("https://api.test/\x1b[31mred\n", "https://api.test/?[31mred"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, told: str) -> None:
    assert shown(url) == told


def test_a_long_address_is_cut_and_a_path_can_be_left_out() -> None:
    assert len(shown("https://api.test/" + "a" * 5_000)) < 130
    assert shown("https://hooks.test/T0/B0/s3cret", path=False) == "https://hooks.test"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, "x"]}', {"a": [1, 2.5, "x"]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        (b"[NaN, Infinity, -Infinity, 1e999]", [None, None, None, None]),
        (b'["\\ud83d", "\\ud83d\\ude00", {"\\udc00": "x"}]', ["\ufffd", "😀", {"\ufffd": "x"}]),
        (b'["caf\xe9"]', ["caf\ufffd"]),
        (b"[" + b"9" * 5_000 + b", 7]", [None, 7]),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_json_is_read_and_mended(body: bytes, value: object) -> None:
    assert json_of(answer(body)) == value


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "https://api.test/v1/posts answered nothing where JSON was expected"),
        (
            b" <!doctype html><p>hi",
            "https://api.test/v1/posts answered with a web page where JSON was expected",
        ),
        (b'{"a": [1, 2', "https://api.test/v1/posts answered with broken JSON"),
        (b"[" * 200_000, "https://api.test/v1/posts answered with broken JSON"),
        (b'{"a": \xff\xfe}', "https://api.test/v1/posts answered with broken JSON"),
    ],
    ids=["nothing", "html", "half", "deep", "bytes"],
)
def test_what_is_no_json_is_unreachable_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreachable) as caught:
        json_of(answer(body))
    assert str(caught.value) == sentence


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_bytes_are_json_or_unreachable(body: bytes) -> None:
    try:
        value = json_of(answer(body))
    except Unreachable:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


@pytest.mark.parametrize("status", [200, 201, 204, 206, 304])
def test_good_statuses_pass(status: int) -> None:
    assert verdict(status, {}, "api.test", AT) is None  # type: ignore[func-returns-value]  # it did not raise


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        *((status, {}, Refused) for status in (302, 400, 401, 402, 403, 404, 405, 410, 418, 422, 451)),
        *((status, {}, Unreachable) for status in (100, 408, 425, 500, 502, 503, 504, 599, 999)),
        (429, {}, Throttled),
        (503, {"retry-after": "30"}, Throttled),
    ],
)
def test_bad_statuses_have_their_class(status: int, headers: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"^api.test .*{status}"):
        verdict(status, headers, "api.test", AT)


def test_a_mended_number_is_finite() -> None:
    assert all(math.isfinite(number) for number in json_of(answer(b"[1.5, 2e10]")))
