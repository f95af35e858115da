"""The metrics, read by the official parser and held against the conventions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as classic

from sentinel.errors import StoreBroken
from sentinel.web.app import create_app

if TYPE_CHECKING:
    import httpx

    from tests.web.conftest import FakeView

NAMES = {
    "sentinel_source_last_success_timestamp_seconds",
    "sentinel_source_state",
    "sentinel_source_posts_total",
    "sentinel_source_skipped_total",
    "sentinel_incidents",
    "sentinel_outbox_waiting",
    "sentinel_outbox_oldest_seconds",
    "sentinel_beat_last_run_timestamp_seconds",
    "sentinel_beat_duration_seconds",
    "sentinel_posts_stored",
    "sentinel_rules",
    "sentinel_rule_blind",
    "sentinel_build_info",
}


async def scrape(web: httpx.AsyncClient) -> dict[str, float]:
    """Samples by their name and labels, as Prometheus writes them."""
    families = classic((await web.get("/metrics")).text)
    return {
        sample.name
        + "".join(f",{name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


async def test_the_numbers_are_those_of_the_store(web: httpx.AsyncClient) -> None:
    seen = await scrape(web)
    assert seen["sentinel_incidents,severity=critical,state=open"] == 1
    assert seen["sentinel_incidents,severity=notice,state=forming"] == 0
    assert seen["sentinel_source_posts_total,source=x"] == 12_941
    assert seen["sentinel_source_state,source=tripadvisor,state=parked"] == 1
    assert seen["sentinel_source_state,source=tripadvisor,state=ok"] == 0
    assert seen["sentinel_outbox_oldest_seconds"] == 43 * 60
    assert seen["sentinel_beat_duration_seconds,beat=poll"] == 1.83
    assert seen["sentinel_beat_failed,beat=tell"] == 1
    assert seen["sentinel_rules,status=live"] == 2
    assert seen["sentinel_source_last_success_timestamp_seconds,source=press"] == 1_795_373_407


async def test_a_rule_that_cannot_see_is_named(web: httpx.AsyncClient, view: FakeView) -> None:
    view.unseeing["limpieza"] = "press (never read)"
    seen = await scrape(web)
    assert seen["sentinel_rule_blind,rule=limpieza"] == 1
    assert "sentinel_rule_blind,rule=wifi" not in seen, "a draft is not judged"
    view.unseeing.clear()
    assert (await scrape(web))["sentinel_rule_blind,rule=limpieza"] == 0


async def test_every_promised_name_is_there_with_help_and_a_conventional_form(web: httpx.AsyncClient) -> None:
    text = (await web.get("/metrics")).text
    families = {family.name: family for family in classic(text) if family.name.startswith("sentinel")}
    names = {sample.name for family in families.values() for sample in family.samples}
    assert names >= NAMES
    for name, family in families.items():
        assert family.documentation.endswith("."), name
        assert re.fullmatch(r"[a-z][a-z_]*[a-z]", name), name
        assert all(s.name == f"{name}_total" for s in family.samples if family.type == "counter"), name
        assert len({(s.name, *sorted(s.labels.items())) for s in family.samples}) == len(family.samples), name
    assert "process_resident_memory_bytes" in text


async def test_openmetrics_is_spoken_to_who_asks_for_it(web: httpx.AsyncClient) -> None:
    answer = await web.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "sentinel_build" in {family.name for family in open_metrics(answer.text)}  # type: ignore[no-untyped-call]


async def test_a_store_that_is_away_is_a_number_not_a_failed_scrape(
    web: httpx.AsyncClient, view: FakeView
) -> None:
    view.shelf.broken = StoreBroken("gone")
    seen = await scrape(web)
    assert seen["sentinel_store_up"] == 0
    assert seen["sentinel_rules,status=live"] == 2
    assert not any(name.startswith("sentinel_incidents") for name in seen)


def test_two_applications_in_one_process_do_not_share_a_registry(view: FakeView) -> None:
    assert create_app(view).state.registry is not create_app(view).state.registry
