"""SQL of stops: whoever decides on a contact and whoever stops contact pass one fence, so a stop has no gap."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.contracts.workflows import LOOK
from services.common.runtime.sql import Sql
from services.contact.domain.stops import StopFact, StopScope
from services.contact.models import STOPPED, ContactCase, Permit, StopOrder

# Two numbers are a lock of another kind than the one number that locks a telephone number.
_FENCE = "1937006960, 1"
SHARE_FENCE = f"pg_advisory_xact_lock_shared({_FENCE})"
"""Taken by whoever decides on a contact, until its decision is committed."""
_LOCK_NOT_AVAILABLE = "55P03"

# The workflows of all messages that wait for a stop and are covered by none any more look again.
NUDGE = Sql(
    f"""
    INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
    SELECT 'temporal', 'nudge', CAST(:queue AS text), o.workflow_id, CAST(:name AS text), m.case_id,
        '{{}}'::jsonb, ''::bytea, clock_timestamp()
    FROM message m
    JOIN contact_case c ON c.case_id = m.case_id
    JOIN obligation o ON o.kind = :kind AND o.ref = m.message_id::text AND o.state = 'open'
    WHERE m.state = 'planned' AND m.reason = '{STOPPED}' AND NOT EXISTS (
        SELECT FROM stop_order s
        WHERE s.lifted_at IS NULL AND (s.scope = 'all'
            OR s.scope = 'pack' AND s.value = ANY (string_to_array(c.pack, '+'))
            OR s.scope = 'portfolio' AND s.value = c.portfolio
            OR s.scope = 'channel' AND s.value = m.channel OR s.scope = 'template' AND s.value = m.template))
    RETURNING id
    """  # noqa: S608 - made of constants
)


async def fence(session: AsyncSession, at_most_ms: int) -> bool:
    """Wait until every decision on a contact that was begun is committed, and let none begin before our own commit.

    False when one of them hangs for longer than `at_most_ms`: a stop does not wait for that.
    """
    try:
        async with session.begin_nested():
            await session.execute(text(f"SET LOCAL lock_timeout = {at_most_ms:d}"))
            await session.execute(text(f"SELECT pg_advisory_xact_lock({_FENCE})"))
            await session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


async def lock_open(session: AsyncSession, scope: str, value: str) -> StopOrder | None:
    """The stop in force of exactly this, locked until the transaction ends."""
    found = select(StopOrder).where(
        col(StopOrder.scope) == scope, col(StopOrder.value) == value, col(StopOrder.lifted_at).is_(None)
    )
    return (await session.execute(found.with_for_update())).scalar_one_or_none()


async def lock_stop(session: AsyncSession, stop_id: UUID) -> StopOrder | None:
    found = select(StopOrder).where(col(StopOrder.stop_id) == stop_id).with_for_update()
    return (await session.execute(found)).scalar_one_or_none()


async def find_stop(session: AsyncSession, stop_id: UUID) -> StopOrder | None:
    return await session.get(StopOrder, stop_id)


async def count_of(session: AsyncSession, scope: str, value: str) -> int:
    """How many stops of exactly this there ever were."""
    found = select(func.count()).where(col(StopOrder.scope) == scope, col(StopOrder.value) == value)
    return int((await session.execute(found)).scalar_one())


async def add_stop(session: AsyncSession, stop: StopOrder) -> bool:
    """Keep a new stop; False when exactly this was stopped meanwhile."""
    row = insert(StopOrder).values(**stop.model_dump()).on_conflict_do_nothing()
    return (await session.execute(row.returning(col(StopOrder.stop_id)))).first() is not None


async def stops_after(
    session: AsyncSession, in_force: bool, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[StopOrder]:
    """Stops, the newest first, of those placed before another one; only those in force, or all."""
    found = select(StopOrder).order_by(col(StopOrder.placed_at).desc(), col(StopOrder.stop_id).desc()).limit(limit)
    if in_force:
        found = found.where(col(StopOrder.lifted_at).is_(None))
    if after is not None:
        found = found.where(tuple_(col(StopOrder.placed_at), col(StopOrder.stop_id)) < after)
    return (await session.execute(found)).scalars().all()


async def count_open(session: AsyncSession) -> dict[str, int]:
    """Stops in force by scope."""
    found = select(col(StopOrder.scope), func.count()).where(col(StopOrder.lifted_at).is_(None))
    return {scope: count for scope, count in await session.execute(found.group_by(col(StopOrder.scope)))}


async def stops_since(session: AsyncSession, since: datetime) -> tuple[StopFact, ...]:
    """Stops in force at some moment after `since`."""
    found = select(StopOrder).where(or_(col(StopOrder.lifted_at).is_(None), col(StopOrder.lifted_at) > since))
    rows = (await session.execute(found.order_by(col(StopOrder.stop_id)))).scalars()
    return tuple(StopFact(str(row.stop_id), StopScope(row.scope), row.value, row.lifted_at) for row in rows)


async def count_reserved(session: AsyncSession, stop: StopOrder, now: datetime) -> int:
    """Permits that this stop would refuse now, were given before it, and may still be used by somebody who has one."""
    covered = {
        StopScope.PACK: literal(stop.value) == func.any(func.string_to_array(col(Permit.pack), "+")),
        StopScope.CHANNEL: col(Permit.channel) == stop.value,
        StopScope.TEMPLATE: func.jsonb_extract_path_text(col(Permit.facts), "template") == stop.value,
        StopScope.PORTFOLIO: col(Permit.case_id).in_(
            select(col(ContactCase.case_id)).where(col(ContactCase.portfolio) == stop.value)
        ),
    }
    found = select(func.count()).where(
        and_(col(Permit.verdict) == "permitted", col(Permit.used_at).is_(None), col(Permit.expires_at) > now)
    )
    if stop.scope != StopScope.ALL:
        found = found.where(covered[StopScope(stop.scope)])
    return int((await session.execute(found)).scalar_one())


async def is_portfolio(session: AsyncSession, name: str) -> bool:
    """Whether some case is of this portfolio."""
    found = select(col(ContactCase.case_id)).where(col(ContactCase.portfolio) == name).limit(1)
    return name != "" and (await session.execute(found)).first() is not None


async def nudge_waiting(session: AsyncSession, service: str, obligation: str) -> int:
    """Leave a nudge for each message that waits for a stop and is covered by none any more; how many they are."""
    await session.flush()
    values = {"queue": service, "name": LOOK, "kind": obligation}
    return len((await NUDGE.run(session, values)).all())
