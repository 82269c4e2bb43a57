"""SQL of overrides of refusals."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Override, Permit


async def find_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    return await session.get(Permit, permit_id)


async def add_override(session: AsyncSession, override: Override) -> bool:
    """Keep a request; False when this refusal has one."""
    row = insert(Override).values(**override.model_dump()).on_conflict_do_nothing()
    return (await session.execute(row.returning(col(Override.override_id)))).first() is not None


async def lock_override(session: AsyncSession, override_id: UUID) -> Override | None:
    found = select(Override).where(col(Override.override_id) == override_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def find_override(session: AsyncSession, override_id: UUID) -> Override | None:
    return await session.get(Override, override_id)


async def open_overrides(session: AsyncSession, now: datetime, limit: int) -> Sequence[Override]:
    """Requests that may still be decided, the oldest first."""
    found = select(Override).where(col(Override.state) == "requested", col(Override.expires_at) > now)
    ordered = found.order_by(col(Override.requested_at), col(Override.override_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()
