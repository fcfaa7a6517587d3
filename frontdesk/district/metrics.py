"""What the district counts of itself, as Prometheus reads it. Nothing in it tells one centre from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Upper bounds of the latencies that are counted apart, in seconds."""


ALONE = frozenset({"/v1/reports", "/v1/enrol", "/v1/exchange", "/v1/rotate"})
"""Where one request brings one thing to take in."""


class _Gauges:
    """Figures that are asked for when somebody reads the metrics."""

    def __init__(self, connections: Callable[[], int | None], pool: Callable[[], Mapping[str, int]]) -> None:
        self._connections = connections
        self._pool = pool

    def collect(self) -> list[Metric]:
        """The open connections, and what the store's pool says of itself (none on SQLite)."""
        found: list[Metric] = []
        open_now = self._connections()
        if open_now is not None:
            name = "frontdesk_district_connections"
            found.append(GaugeMetricFamily(name, "Connections open at the moment.", value=open_now))
        pool = GaugeMetricFamily("frontdesk_district_store_pool", "The store's pool of connections.", labels=["figure"])
        for figure, value in sorted(self._pool().items()):
            pool.add_metric([figure], value)
        return [*found, pool]


class Metrics:
    """The counters of one process. `connections` is set by the server that runs the application."""

    def __init__(self, pool: Callable[[], Mapping[str, int]]) -> None:
        self.connections: Callable[[], int | None] = lambda: None
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "frontdesk_district_requests",
            "Requests that were answered.",
            ["endpoint", "status"],
            registry=self._registry,
        )
        self._accepted = Counter(
            "frontdesk_district_accepted",
            "What centres sent and the district took in.",
            ["endpoint"],
            registry=self._registry,
        )
        self._refused = Counter(
            "frontdesk_district_refused",
            "Requests that were refused, by code.",
            ["endpoint", "code"],
            registry=self._registry,
        )
        self._latency = Histogram(
            "frontdesk_district_request_seconds",
            "From the request's headers to the end of the answer.",
            ["endpoint"],
            buckets=SECONDS,
            registry=self._registry,
        )
        # Looking one up by its labels takes longer than counting.
        self._counted: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        ProcessCollector(registry=self._registry)
        self._registry.register(_Gauges(lambda: self.connections(), pool))

    def answered(self, endpoint: str, method: str, status: int, code: str, seconds: float) -> None:
        """Count one request; `code` is why it was refused, empty when it was not."""
        counted = self._counted.get((endpoint, status))
        if counted is None:
            counted = self._counted[endpoint, status] = (
                self._requests.labels(endpoint, str(status)),
                self._latency.labels(endpoint),
            )
        counted[0].inc()
        counted[1].observe(seconds)
        if code:
            self._refused.labels(endpoint, code).inc()
        elif method == "POST" and endpoint in ALONE and status == 200:
            self._accepted.labels(endpoint).inc()

    def answered_together(self, endpoint: str, codes: Mapping[str, int]) -> None:
        """Count reports that came in one request: by the code of why each was refused, empty where it was not."""
        for code, count in codes.items():
            counter = self._refused.labels(endpoint, code) if code else self._accepted.labels(endpoint)
            counter.inc(count)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format 0.0.4."""
        return generate_latest(self._registry)
