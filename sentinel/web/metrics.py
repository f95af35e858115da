"""Prometheus metrics, read from the view at the moment of the scrape: nothing is counted twice, nothing is kept here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from sentinel import __version__
from sentinel.errors import StoreError
from sentinel.model.incident import State
from sentinel.model.reading import Severity
from sentinel.rulebook.types import Status
from sentinel.web.dossier import MOST_LIVE
from sentinel.web.words import SOURCES, inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from sentinel.store.contract import Store
    from sentinel.web.view import View


class Snapshot(Collector):
    """Reads the view when asked. A store that cannot be read shows as `sentinel_store_up 0`, not as a failed scrape."""

    def __init__(self, view: View) -> None:
        self._view = view

    def collect(self) -> Iterator[Metric]:
        """Every metric of ours, as of now. Blocks."""
        view = self._view
        yield InfoMetricFamily("sentinel_build", "Which sentinel runs.", value={"version": __version__})
        yield _gauge("sentinel_start_time_seconds", "When the service started.", view.started_at.timestamp())
        yield _gauge("sentinel_ready", "1 while the service does its work.", float(view.ready()[0]))
        yield from _beats(view)
        yield _rules(view)
        yield _blind(view)
        try:
            stored = [*_sources(view.store), *_overview(view), _incidents(view.store)]
        except StoreError:
            stored = []
        yield _gauge("sentinel_store_up", "1 while the store can be read.", float(bool(stored)))
        yield from stored


def registry_of(view: View) -> CollectorRegistry:
    """A registry of its own for each application: ours, and the process (memory, CPU, open files)."""
    registry = CollectorRegistry()
    registry.register(Snapshot(view))
    ProcessCollector(registry=registry)
    return registry


def exposition(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The metrics and their content type, in the format that `accept` asks for."""
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def _beats(view: View) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "sentinel_beat_last_run_timestamp_seconds", "When the beat's newest round ended.", labels=["beat"]
    )
    took = GaugeMetricFamily(
        "sentinel_beat_duration_seconds", "How long the beat's newest round took.", labels=["beat"]
    )
    failed = GaugeMetricFamily(
        "sentinel_beat_failed", "1 if the beat's newest round failed.", labels=["beat"]
    )
    for name, beat in view.beats().items():
        if beat.last_run is not None:
            last.add_metric([name], beat.last_run.timestamp())
        if beat.seconds is not None:
            took.add_metric([name], beat.seconds)
        failed.add_metric([name], float(bool(beat.error)))
    yield from (last, took, failed)


def _rules(view: View) -> Metric:
    rules = GaugeMetricFamily("sentinel_rules", "Rules in force, by status.", labels=["status"])
    counts = Counter(rule.status for rule in view.book().rules)
    for status in Status:
        rules.add_metric([status], counts[status])
    return rules


def _blind(view: View) -> Metric:
    blind = GaugeMetricFamily(
        "sentinel_rule_blind",
        "1 while too little of the rule's newest window was read to judge it.",
        labels=["rule"],
    )
    unseeing = view.blind()
    for rule in view.book().rules:
        if rule.status.judges:
            blind.add_metric([rule.id], float(rule.id in unseeing))
    return blind


def _sources(store: Store) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "sentinel_source_last_success_timestamp_seconds",
        "When the source was last read without trouble.",
        labels=["source"],
    )
    state = GaugeMetricFamily(
        "sentinel_source_state", "1 for the state the source is in.", labels=["source", "state"]
    )
    posts = CounterMetricFamily("sentinel_source_posts", "Posts taken in from the source.", labels=["source"])
    skipped = CounterMetricFamily(
        "sentinel_source_skipped", "Items of the source that could not be read.", labels=["source"]
    )
    for one in store.health():
        name, stands = inert(one.source), inert(one.state)
        if one.last_ok is not None:
            last.add_metric([name], one.last_ok.timestamp())
        for possible in dict.fromkeys((*SOURCES, stands)):
            state.add_metric([name, possible], float(possible == stands))
        posts.add_metric([name], one.posts)
        skipped.add_metric([name], one.skipped)
    yield from (last, state, posts, skipped)


def _overview(view: View) -> Iterator[Metric]:
    seen = view.store.overview()
    oldest = (view.now() - seen.oldest_waiting).total_seconds() if seen.oldest_waiting else 0.0
    yield _gauge("sentinel_outbox_waiting", "Messages waiting to be sent.", seen.outbox_waiting)
    yield _gauge(
        "sentinel_outbox_oldest_seconds", "Age of the oldest waiting message, 0 if none.", max(oldest, 0.0)
    )
    yield _gauge("sentinel_posts_stored", "Posts in the store.", seen.posts)
    yield _gauge("sentinel_mentions_stored", "Mentions of brands in the store.", seen.mentions)
    if (until := view.store.looked_until()) is not None:
        yield _gauge(
            "sentinel_looked_until_timestamp_seconds",
            "Up to when the rules have been judged.",
            until.timestamp(),
        )


def _incidents(store: Store) -> Metric:
    incidents = GaugeMetricFamily(
        "sentinel_incidents", "Incidents going on, by state and severity.", labels=["state", "severity"]
    )
    counts = Counter((one.state, one.severity) for one in store.incidents(live=True, limit=MOST_LIVE))
    for state in (state for state in State if state.live):
        for severity in Severity:
            incidents.add_metric([state, severity], counts[state, severity])
    return incidents
