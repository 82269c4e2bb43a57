"""What a process shows to Prometheus: one registry per process, labels from fixed sets, never an id of a case.

Figures that live in tables (backlogs, cases by state) are refreshed by callbacks just before they are read.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.common.runtime.logging import error_fields, get_logger
from services.common.runtime.web_server import run_web_server

REFRESH_SECONDS = 5.0
REFRESH_DEADLINE = 2.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_log = get_logger(__name__)
# A second series for each counter and histogram, with the time of its birth: nobody reads it.
disable_created_metrics()  # type: ignore[no-untyped-call]

Refresh = Callable[[], Awaitable[None]]


class Metrics:
    """The instruments of one process. `refresh(callback)` registers an async function that sets gauges from tables."""

    def __init__(self, service: str, role: str = "all") -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"forbear_{name}", text, labels, registry=registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"forbear_{name}", text, labels, registry=registry)

        gauge("process", "Which service and role this process is", "service", "role").labels(service, role).set(1)
        self.http_seconds = Histogram(
            "forbear_http_request_seconds",
            "Time until the answer, by route template",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self.relay_backlog = gauge("relay_backlog_rows", "Outbox rows not yet delivered", "sink")
        self.relay_oldest = gauge("relay_oldest_seconds", "Age of the oldest outbox row not yet delivered", "sink")
        self.relay_delivered = counter("relay_delivered", "Outbox rows delivered", "sink")
        self.consumer_lag = gauge("consumer_lag_messages", "Messages between the group and the end", "topic")
        self.consumer_events = counter("consumer_events", "Events taken from the broker", "topic", "outcome")
        self.dead_letters = gauge("dead_letters", "Events set aside until somebody decides", "topic")
        self.parked_events = gauge("parked_events", "Events whose transition is not legal yet")
        self.overdue_obligations = gauge("overdue_obligations", "Obligations past due", "kind", "owner")
        self.open_tasks = gauge("open_tasks", "Tasks that wait for a person", "kind")
        self.cases_by_state = gauge("cases", "Cases by state", "state")
        self.workflow_ends = counter("workflow_ends", "Runs of workflows that ended", "workflow", "outcome")
        self.workflow_task_failures = counter("workflow_task_failures", "Workflow tasks that raised", "workflow")
        self.activities = counter("activities", "Activities that ended", "activity", "outcome")
        self.sql_statements = counter("sql_statements", "Statements sent to the service's own database")
        self.refresh_failures = counter("metrics_refresh_failures", "Refreshes of table figures that failed")
        self._callbacks: list[Refresh] = []
        self._refreshed = 0.0
        self._lock = asyncio.Lock()

    def refresh(self, callback: Refresh) -> None:
        """Call `callback` before figures are read, at most every five seconds."""
        self._callbacks.append(callback)

    async def text(self) -> bytes:
        """The figures in Prometheus' text format; stale ones are shown when a refresh fails or takes too long."""
        async with self._lock:
            if self._callbacks and time.monotonic() - self._refreshed > REFRESH_SECONDS:
                await self._run_callbacks()
                self._refreshed = time.monotonic()
        return generate_latest(self.registry)

    async def _run_callbacks(self) -> None:
        try:
            async with asyncio.timeout(REFRESH_DEADLINE):
                results = await asyncio.gather(*(call() for call in self._callbacks), return_exceptions=True)
        except TimeoutError as error:
            results = [error]
        for failed in (result for result in results if isinstance(result, BaseException)):
            self.refresh_failures.inc()
            _log.warning("figures of tables could not be refreshed", **error_fields(failed))

    async def answer(self, request: Request) -> Response:
        """The route `/metrics`."""
        return Response(await self.text(), media_type=CONTENT_TYPE_LATEST)


async def serve_metrics(metrics: Metrics, host: str, port: int, stop: asyncio.Event) -> None:
    """Show `/metrics` for a role that has no other HTTP, until `stop`."""
    app = Starlette(routes=[Route("/metrics", metrics.answer)])
    await run_web_server(app, host, port, stop)
