"""Figures of the plumbing tables for Prometheus: backlog, held messages, overdue obligations, open tasks."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from services.common.runtime.database import Database
from services.common.runtime.metrics import Metrics


def table_figures(database: Database, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    """A callback that reads the figures and sets the gauges."""
    tables = database.tables
    counted = 0

    async def refresh() -> None:
        nonlocal counted
        metrics.sql_statements.inc(database.statements - counted)
        counted = database.statements
        async with database.read() as session:
            outbox = tables.outbox
            waiting = select(
                outbox.c.sink,
                func.count(),
                func.extract("epoch", func.now() - func.min(outbox.c.created_at)),
            ).where(outbox.c.published_at.is_(None))
            found = {row[0]: row for row in await session.execute(waiting.group_by(outbox.c.sink))}
            for sink in ("kafka", "temporal"):
                metrics.relay_backlog.labels(sink).set(found[sink][1] if sink in found else 0)
                metrics.relay_oldest.labels(sink).set(float(found[sink][2]) if sink in found else 0)

            held = tables.held_message
            metrics.dead_letters.clear()
            dead = select(held.c.topic, func.count()).where(held.c.status == "dead").group_by(held.c.topic)
            for topic, count in await session.execute(dead):
                metrics.dead_letters.labels(topic).set(count)

            obligation = tables.obligation
            metrics.overdue_obligations.clear()
            overdue = (
                select(obligation.c.kind, obligation.c.owner, func.count())
                .where(obligation.c.state == "open", obligation.c.due_at < database.clock.now())
                .group_by(obligation.c.kind, obligation.c.owner)
            )
            for kind, owner, count in await session.execute(overdue):
                metrics.overdue_obligations.labels(kind, owner).set(count)

            task = tables.task
            metrics.open_tasks.clear()
            waiting_tasks = select(task.c.kind, func.count()).where(task.c.closed_at.is_(None)).group_by(task.c.kind)
            for kind, count in await session.execute(waiting_tasks):
                metrics.open_tasks.labels(kind).set(count)

    return refresh
