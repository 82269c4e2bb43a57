"""SQL of what a team does to serve borrowers better, and of policies that were changed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.followup.models import ImprovementAction, PolicyChange

_MOST = 200


async def put(session: AsyncSession, row: ImprovementAction | PolicyChange) -> None:
    """Keep a new action or change."""
    session.add(row)
    await session.flush()


async def lock(session: AsyncSession, action_id: UUID) -> ImprovementAction | None:
    """One action, locked."""
    query = select(ImprovementAction).where(col(ImprovementAction.action_id) == action_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def in_state(session: AsyncSession, state: str) -> Sequence[ImprovementAction]:
    """The first two hundred actions of a state, the earliest date first."""
    query = select(ImprovementAction).where(col(ImprovementAction.state) == state)
    query = query.order_by(col(ImprovementAction.due_on), col(ImprovementAction.action_id)).limit(_MOST)
    return (await session.execute(query)).scalars().all()


async def changes(session: AsyncSession, since: date) -> Sequence[PolicyChange]:
    """The first two hundred changes from a day on."""
    query = select(PolicyChange).where(col(PolicyChange.changed_on) >= since)
    query = query.order_by(col(PolicyChange.changed_on), col(PolicyChange.change_id)).limit(_MOST)
    return (await session.execute(query)).scalars().all()


async def change(session: AsyncSession, change_id: UUID) -> PolicyChange | None:
    """One change."""
    return await session.get(PolicyChange, change_id)
