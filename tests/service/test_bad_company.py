"""Sources that answer anything but posts, beside one that is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.service.running import Running
from tests.stand.hotel import CONFIG, build, line, post
from tests.stand.http import HANG, HTML, HttpStand, Reply, Request

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {
    "wifi": HTML,
    "locked": Reply(401),
    "paid": Reply(402),
    "gone": Reply(410),
    "busy": Reply(429, headers={"Retry-After": "3600"}),
    "broken": Reply(500),
    "half": Reply(200, "<rss><channel><item>", {"Content-Type": "text/xml"}, how="cut"),
    "circle": Reply(302, headers={"Location": "/circle"}),
    "silent": HANG,
}
CLASSES = {
    "wifi": "source_unreachable",
    "locked": "source_parked",
    "paid": "source_parked",
    "gone": "source_parked",
    "busy": "source_waiting",
    "broken": "source_unreachable",
    "half": "source_unreachable",
    "circle": "source_parked",
}


def test_bad_sources_are_parked_or_backed_off_and_said_once_while_a_good_one_runs_on(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        asked.append(request.path.strip("/"))
        return ANSWERS[request.path.strip("/")]

    with HttpStand(answer) as stand:
        bad = "".join(
            f"  {name}: {{kind: feed, url: '{stand.url}{name}', every: 1 second, allow_private: true}}\n"
            for name in ANSWERS
        )
        build(tmp_path, config=CONFIG.replace("channels:", f"{bad}channels:"))
        good = tmp_path / "posts.jsonl"
        good.write_text("", encoding="utf-8")
        with Running(tmp_path) as service:
            service.ready()
            for name, event in CLASSES.items():
                service.said(event, source=name)
            service.until(lambda: asked.count("broken") >= 3, "further tries")
            with good.open("a", encoding="utf-8") as lines:
                lines.write(line(post("late", 0)))
            service.said("page_kept", source="sample")
            for name, event in CLASSES.items():
                trouble = [one for one in service.log if one.get("source") == name]
                assert [one["event"] for one in trouble] == [event], name
            once = ["locked", "paid", "gone", "busy"]
            assert [asked.count(name) for name in once] == [1] * len(once), (
                "they wait for a person, or their time"
            )
            states = {one["source"]: one["state"] for one in service.get("/api/v1/sources")["sources"]}
            assert states["sample"] == "ok"
            status, seconds = service.leave()
            assert (status, seconds < 5) == (0, True), "the silent one is not waited for"
            assert service.plain == []
