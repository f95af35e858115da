from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from sentinel import cli
from sentinel.cli import VERBS
from sentinel.errors import StoreBroken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Typed

HEAVY = ("sqlalchemy", "scipy", "numpy", "fastapi", "httpx", "pydantic", "apscheduler", "textblob", "tweepy")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_with_a_description(typed: Callable[..., Typed], verb: str) -> None:
    answer = typed(verb, "--help")
    assert answer.status == 0
    assert f"Usage: sentinel {verb}" in answer.out
    assert len(answer.out.splitlines()) > 5


def test_no_help_imports_the_house() -> None:
    program = (
        "import importlib, sys\n"
        "from sentinel.cli import VERBS\n"
        "for verb in VERBS: importlib.import_module(f'sentinel.cli.{verb}')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert found.stdout.strip() == "[]"


def test_help_answers_at_once() -> None:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "sentinel", "--help"], capture_output=True, check=True)
        return time.perf_counter() - begun

    assert min(once() for _ in range(3)) < 1.0  # 0.1 s where nothing else runs


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["chekc"], "did you mean 'check'?", id="a verb misspelt"),
        pytest.param(["zzz"], "sentinel --help lists the verbs", id="no verb at all"),
        pytest.param(["check", "--jsno"], "No such option", id="an unknown option"),
        pytest.param(["backtest"], "Missing argument", id="a missing file"),
        pytest.param(["backtest", "nowhere.jsonl"], "does not exist", id="a file that is not there"),
        pytest.param(["explain", "negative-spyke"], "did you mean 'negative-spike'?", id="a rule misspelt"),
        pytest.param(["test", "zzz"], "there is negative-spike", id="a rule that is not there"),
        pytest.param(["explain", "negative-spike", "--at", "ayer"], "is not a time", id="no time"),
        pytest.param(["explain", "negative-spike", "--at", "2026-11-22T12:00:00"], "no zone", id="no zone"),
        pytest.param(["explain", "negative-spike", "--post", "a", "--at", "now"], "one at a time", id="both"),
        pytest.param(["poll", "hackernew"], "did you mean 'hackernews'?", id="a source misspelt"),
        pytest.param(
            ["score", "--engine", "x"],
            "there is compact, lexicon, textblob, transformer",
            id="an engine that is not there",
        ),
        pytest.param(["replay", "sentinel.yaml", "--speed", "nan"], "--speed", id="no speed"),
        pytest.param(
            ["detect", "sentinel.yaml", "--rarer-than", "now and then"], "--rarer-than", id="no rarity"
        ),
        pytest.param(
            ["detect", "sentinel.yaml", "sentinel.yaml"], "--out DIR", id="two series and no folder"
        ),
        pytest.param(["incidents", "ack", "a", "--for", "soon"], "--for", id="no length of time"),
        pytest.param(["incidents", "note", "a", " "], "needs some words", id="an empty note"),
        pytest.param(["new", " "], "SENTENCE says", id="an empty sentence"),
        pytest.param(["init", " "], "BRAND is", id="an empty brand"),
        pytest.param(["init", "x" * 201], "at most 200", id="a brand too long"),
        pytest.param([], "Verbs:", id="nothing"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_right(
    house: Path, typed: Callable[..., Typed], arguments: list[str], says: str
) -> None:
    answer = typed(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([verb, *rest], id=verb)
        for verb, rest in {
            "run": [],
            "test": [],
            "explain": ["x"],
            "replay": [__file__],
            "backtest": [__file__],
            "poll": ["x"],
            "status": [],
            "new": ["x"],
        }.items()
    ]
    + [pytest.param(["incidents", "list"], id="incidents")],
)
def test_without_a_configuration_every_verb_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Callable[..., Typed], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = typed(*arguments)
    assert (answer.status, answer.out) == (1, "")
    assert "sentinel.yaml: there is no such file" in answer.err
    assert "sentinel init" in answer.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        pytest.param(StoreBroken("the store is full"), 1, "sentinel: the store is full\n", id="ours"),
        pytest.param(
            PermissionError(13, "Permission denied", "/x"), 1, "/x: Permission denied", id="a file's"
        ),
        pytest.param(KeyError("oops"), 1, "a mistake of sentinel's own: KeyError: 'oops'", id="nobody's"),
        pytest.param(RecursionError("deep"), 1, "SENTINEL_DEBUG=1", id="too deep"),
        pytest.param(KeyboardInterrupt(), 130, "", id="a person's"),
    ],
)
def test_whatever_is_raised_ends_in_a_sentence(
    house: Path,
    typed: Callable[..., Typed],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    *,
    status: int,
    says: str,
) -> None:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("sentinel.cli.status.plan_of", raise_it)
    answer = typed("status")
    assert answer.status == status
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_a_traceback_is_there_for_whoever_asks(
    house: Path, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_it(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("sentinel.cli.status.plan_of", raise_it)
    monkeypatch.setenv("SENTINEL_DEBUG", "0")  # set here so that it is put back after --debug
    assert "Traceback" not in typed("status").err
    assert "Traceback" in typed("--debug", "status").err


def test_a_reader_that_goes_away_is_no_trouble(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("text,timestamp\n" + "hello,2026-01-01\n" * 20_000)
    command = f"{sys.executable} -m sentinel convert {posts} | head -1"
    found = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert found.stdout.count("\n") == 1
    assert found.stderr == ""


def test_every_verb_is_a_file_and_every_file_of_a_verb_is_listed() -> None:
    from pathlib import Path  # noqa: PLC0415  # beside its only use

    folder = Path(cli.__file__).parent
    files = {
        path.stem
        for path in folder.glob("*.py")
        if "@click.group(" in path.read_text() or '@click.command("' in path.read_text()
    }
    assert files - {"__init__"} == set(VERBS)
