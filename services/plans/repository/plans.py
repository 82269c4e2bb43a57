"""Versions of plans with their schedules, decisions, offers, objections and agreements."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.plans.domain.options import ScheduledInstalment
from services.plans.models import Activation, Agreement, Approval, Objection, Offer, Plan, PlanInstalment
from services.plans.vocabulary import PlanState

_FRESH = {"populate_existing": True}
# What runs at every step is made once, with its values as parameters: making a statement costs as much as running it.
_LATEST = (
    select(Plan)
    .where(col(Plan.plan_id) == bindparam("plan_id"))
    .order_by(col(Plan.version).desc())
    .limit(1)
    .execution_options(**_FRESH)
)
_SIGNED = (
    select(Plan, Agreement)
    .outerjoin(Agreement, (col(Agreement.plan_id) == Plan.plan_id) & (col(Agreement.version) == Plan.version))
    .where(col(Plan.plan_id) == bindparam("plan_id"))
    .order_by(col(Plan.version).desc())
    .limit(1)
    .execution_options(**_FRESH)
)
_SCHEDULE = (
    select(col(PlanInstalment.number), col(PlanInstalment.due_date), col(PlanInstalment.amount))
    .where(col(PlanInstalment.plan_id) == bindparam("plan_id"), col(PlanInstalment.version) == bindparam("version"))
    .order_by(col(PlanInstalment.number))
)
_DECISIONS = (
    select(Approval)
    .where(col(Approval.plan_id) == bindparam("plan_id"), col(Approval.version) == bindparam("version"))
    .order_by(col(Approval.id))
)


async def latest(session: AsyncSession, plan_id: UUID) -> Plan | None:
    """The newest version of a plan."""
    return (await session.scalars(_LATEST, {"plan_id": plan_id})).one_or_none()


async def latest_with_agreement(session: AsyncSession, plan_id: UUID) -> Row[Plan, Agreement | None] | None:
    """The newest version of a plan, and the agreement on just this version."""
    return (await session.execute(_SIGNED, {"plan_id": plan_id})).one_or_none()


async def versions(session: AsyncSession, plan_id: UUID) -> Sequence[Plan]:
    """All versions of a plan, oldest first."""
    wanted = select(Plan).where(col(Plan.plan_id) == plan_id).order_by(col(Plan.version))
    return (await session.scalars(wanted.execution_options(**_FRESH))).all()


async def of_case(session: AsyncSession, case_id: UUID) -> Sequence[Plan]:
    """All versions of all rounds, oldest first."""
    wanted = select(Plan).where(col(Plan.case_id) == case_id).order_by(col(Plan.round), col(Plan.version))
    return (await session.scalars(wanted.execution_options(**_FRESH))).all()


async def in_states(session: AsyncSession, case_id: UUID, states: Sequence[PlanState]) -> Sequence[Plan]:
    """The versions of a case that are in one of the states."""
    wanted = select(Plan).where(col(Plan.case_id) == case_id, col(Plan.state).in_(states))
    return (await session.scalars(wanted.execution_options(**_FRESH))).all()


async def add_schedule(
    session: AsyncSession, plan_id: UUID, version: int, schedule: Sequence[ScheduledInstalment]
) -> None:
    """Write the payments of a version."""
    rows = [
        {
            "plan_id": plan_id,
            "version": version,
            "number": line.number,
            "due_date": line.due_date,
            "amount": line.amount.amount,
        }
        for line in schedule
    ]
    await session.execute(insert(PlanInstalment), rows)


async def schedule(session: AsyncSession, plan_id: UUID, version: int) -> Sequence[Row[int, date, Decimal]]:
    """The payments of a version, in order: number, due date, amount."""
    return (await session.execute(_SCHEDULE, {"plan_id": plan_id, "version": version})).all()


async def decisions(session: AsyncSession, plan_id: UUID, version: int) -> Sequence[Approval]:
    """What was decided on a version, in order."""
    return (await session.scalars(_DECISIONS, {"plan_id": plan_id, "version": version})).all()


async def get_offer(session: AsyncSession, plan_id: UUID, version: int) -> Offer | None:
    """The offer of a version."""
    return await session.get(Offer, (plan_id, version), populate_existing=True)


async def latest_offer(session: AsyncSession, case_id: UUID) -> Offer | None:
    """The newest offer of a case. By round and version: business time may stand still between two offers."""
    newest = (
        select(Offer)
        .join(Plan, (col(Plan.plan_id) == Offer.plan_id) & (col(Plan.version) == Offer.version))
        .where(col(Offer.case_id) == case_id)
        .order_by(col(Plan.round).desc(), col(Plan.version).desc())
        .limit(1)
    )
    return (await session.scalars(newest)).one_or_none()


async def objections(session: AsyncSession, plan_id: UUID) -> Sequence[Objection]:
    """The objections to a plan, oldest first."""
    wanted = select(Objection).where(col(Objection.plan_id) == plan_id).order_by(col(Objection.version))
    return (await session.scalars(wanted)).all()


async def get_agreement(session: AsyncSession, plan_id: UUID, version: int) -> Agreement | None:
    """The agreement on a version."""
    wanted = select(Agreement).where(col(Agreement.plan_id) == plan_id, col(Agreement.version) == version)
    return (await session.scalars(wanted.execution_options(**_FRESH))).one_or_none()


async def get_activation(session: AsyncSession, plan_id: UUID, version: int) -> Activation | None:
    """The activation of a version."""
    return await session.get(Activation, (plan_id, version), populate_existing=True)
