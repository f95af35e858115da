"""The service begins, is asked to do otherwise, and leaves."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
import structlog

from sentinel.cli import main
from sentinel.store.open import open_store
from tests.service.running import PATIENCE, Running, sentinel
from tests.stand.hotel import CONFIG, RULE, build, line, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIVE = CONFIG.replace("every: 1 second}", "every: 1 second, now_is: '2026-03-04T12:00:00Z'}")


def house(folder: Path, config: str = LIVE) -> Path:
    """A quiet fortnight, and a storm in the five minutes before the service starts."""
    build(folder, config=config)
    quiet = [post(f"q{n}", -60.0 * n, text="a lovely room at the Miramar") for n in range(300, 0, -1)]
    storm = [post(f"s{n}", -5 + n * 0.5) for n in range(8)]
    (folder / "posts.jsonl").write_text("".join(map(line, [*quiet, *storm])), encoding="utf-8")
    return folder


def test_it_raises_tells_shows_and_leaves(tmp_path: Path) -> None:
    with Running(house(tmp_path)) as service:
        opened = service.said("incident_opened")
        assert service.said("notice_sent")["channel"] == "team"
        service.ready()
        assert service.get("/readyz")["ready"] is True
        assert service.get("/api/v1/incidents")["incidents"][0]["id"] == opened["incident"]
        assert "a dirty room" not in str(service.log), "no post's text is logged"
        status, seconds = service.leave()
        assert (status, service.plain) == (0, [])
        assert seconds < 5
        assert service.log[-1]["event"] == "service_stopped"
    with Running(tmp_path) as again:
        again.ready()
        again.said("page_served")
        assert again.get("/api/v1/incidents")["incidents"][0]["id"] == opened["incident"]
        assert again.all("incident_opened") == []
        assert again.leave()[0] == 0


def test_a_second_service_on_the_same_store_is_refused(tmp_path: Path) -> None:
    with Running(house(tmp_path)) as first:
        first.ready()
        second = sentinel(tmp_path, "run")
        assert second.returncode == 1
        assert (
            f"another sentinel ({socket.gethostname()}:{first.process.pid}) works on this store"
            in second.stderr
        )
        assert "Traceback" not in second.stderr
        assert first.leave()[0] == 0
        with Running(tmp_path) as third:
            third.ready()
            assert third.leave()[0] == 0


def test_an_ack_beside_the_service_stops_the_climb(tmp_path: Path) -> None:
    with Running(house(tmp_path)) as service:
        incident = service.said("notice_sent")["incident"]
        service.said("page_served")
        before = service.get(f"/api/v1/incidents/{incident}")
        done = sentinel(tmp_path, "incidents", "ack", incident, "--who", "ada")
        assert (done.returncode, done.stdout) == (0, f"{incident}: ada has taken it on\n")
        now = service.until(
            lambda: next(
                (
                    shown
                    for shown in [service.get(f"/api/v1/incidents/{incident}")]
                    if "took it on" in str(shown)
                ),
                None,
            ),
            "the reason why nobody else is told",
        )
    assert "ada" in str(now)
    assert "took it on" not in str(before)


@pytest.mark.parametrize("how", ["SIGHUP", "POST"])
def test_a_reload_takes_a_good_book_and_keeps_the_old_one_before_a_broken_one(
    tmp_path: Path, how: str
) -> None:
    with Running(house(tmp_path)) as service:
        service.ready()

        def reload() -> httpx.Response | None:
            if how == "POST":
                return httpx.post(service.url + "api/v1/reload", timeout=PATIENCE)
            os.kill(service.process.pid, signal.SIGHUP)
            return None

        rule = tmp_path / "rules" / "dirty.yaml"
        rule.write_text(RULE.replace("5 posts", "many"), encoding="utf-8")
        answer = reload()
        problem = service.said("rule_problem")
        assert problem["at"] == "rules/dirty.yaml:8:13"
        assert problem["hint"] == "write it like '12 posts'"
        assert "stay in force" in service.said("rules_refused")["why"]
        assert answer is None or answer.status_code == 422
        rule.write_text(RULE.replace("5 posts", "500 posts"), encoding="utf-8")
        (tmp_path / "rules" / "second.yaml").write_text(RULE.replace("dirty", "noisy"), encoding="utf-8")
        answer = reload()
        assert service.said("rules_reloaded")["rules"] == 2
        assert answer is None or answer.status_code == 200
        assert service.leave()[0] == 0
        assert service.plain == [], "nothing is left behind unasked"


BAD_STARTS = {
    "broken config": (
        {"sentinel.yaml": CONFIG.replace("store:", "stor:")},
        ["sentinel.yaml:8:1", "did you mean", "store"],
    ),
    "broken rule": ({"rules/dirty.yaml": RULE.replace("5 posts", "many")}, ["dirty.yaml:8:13", "^"]),
    "no config": ({"sentinel.yaml": None}, ["sentinel.yaml"]),
    "a store that is no database": ({"sentinel.db": "x" * 5000}, ["not a database", "sentinel.db"]),
    "a store in a folder that cannot be made": (
        {"sentinel.yaml": CONFIG.replace("sqlite:///sentinel.db", "sqlite:///posts.jsonl/sentinel.db")},
        ["its folder cannot be made"],
    ),
    "a store of an unknown kind": (
        {"sentinel.yaml": CONFIG.replace("sqlite:///sentinel.db", "mysql://x/y")},
        ["mysql"],
    ),
}


@pytest.mark.parametrize(("files", "says"), BAD_STARTS.values(), ids=BAD_STARTS.keys())
def test_what_a_person_can_mend_is_said_in_a_sentence(
    tmp_path: Path, run_here: Callable[[Path], str], files: dict[str, str | None], says: list[str]
) -> None:
    house(tmp_path)
    for name, text in files.items():
        (tmp_path / name).unlink(missing_ok=True)
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    said = run_here(tmp_path)
    assert all(words in said for words in says), said
    assert "Traceback" not in said


@pytest.fixture
def run_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[Path], str]]:
    """`sentinel run` in this process, for what ends before it begins: what it says on stderr."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(folder: Path) -> str:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["sentinel", "run"])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 1
        return capsys.readouterr().err

    yield run
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_a_taken_port_is_named_and_the_store_let_go(tmp_path: Path, run_here: Callable[[Path], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run_here(house(tmp_path, config=LIVE.replace("127.0.0.1:0", f"127.0.0.1:{port}")))
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "Traceback" not in said
    store = open_store("sqlite:///sentinel.db", tmp_path)
    lease = store.holder("service")
    assert lease is not None
    assert lease.until.year == 1970, "given back"
    store.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    house(tmp_path)
    tmp_path.chmod(0o500)
    try:
        done = sentinel(tmp_path, "run")
    finally:
        tmp_path.chmod(0o700)
    assert done.returncode == 1
    assert "sentinel.db" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_ipv6_is_served(tmp_path: Path) -> None:
    config = LIVE.replace('"127.0.0.1:0"', '"[::1]:0"')
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with Running(house(tmp_path, config=config)) as service:
        service.ready()
        assert service.url.startswith("http://[::1]:")
        assert service.get("/readyz")["ready"] is True
