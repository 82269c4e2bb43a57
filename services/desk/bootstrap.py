"""Wires desk: the only file that knows every concrete part."""

from collections.abc import Awaitable, Callable

from prometheus_client import Gauge

from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.database import Database
from services.common.runtime.metrics import Metrics
from services.common.runtime.settings import ServiceSettings
from services.desk import repository
from services.desk.api import tasks
from services.desk.consumers import handlers
from services.desk.models import TABLES
from services.desk.service import Desk


def build(settings: ServiceSettings) -> AssembledService:
    """The service desk."""
    metrics = Metrics(settings.service, settings.role)
    database = open_database(settings, TABLES)
    desk = Desk(database)
    parts = Parts(
        title="Forbear desk",
        routers=[tasks.router(desk)],
        handlers=handlers(desk),
        figures=[_figures(database, metrics)],
    )
    return AssembledService(settings, database, metrics, parts)


def _figures(database: Database, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    gauge = Gauge(
        "forbear_desk_tasks", "Open tasks by kind: all, untaken, overdue", ["kind", "which"], registry=metrics.registry
    )

    async def refresh() -> None:
        async with database.read() as session:
            found = await repository.count_open(session, database.clock.now())
        gauge.clear()
        for kind, waiting, untaken, overdue in found:
            gauge.labels(kind, "all").set(waiting)
            gauge.labels(kind, "untaken").set(untaken)
            gauge.labels(kind, "overdue").set(overdue)

    return refresh
