"""Versions of plans with their schedules and the decisions on them; under the lock of their case they change here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import decrypt
from services.common.runtime.sql import Sql
from services.plans.domain.reliefs.terms import ScheduledInstalment
from services.plans.models import Agreement, Approval, Negotiation, Plan
from services.plans.repository.access import EVERYTHING, Seen, visible
from services.plans.repository.rows import columns, put, take
from services.plans.vocabulary import Phase, PlanState

_PLAN = f"SELECT {columns(Plan, 'p')} FROM plan p"  # noqa: S608 - made of constants
LATEST = Sql(f"{_PLAN} WHERE plan_id = :plan_id AND {visible('p.case_id')} ORDER BY version DESC LIMIT 1")
VERSIONS = Sql(f"{_PLAN} WHERE plan_id = :plan_id ORDER BY version")
OF_CASE = Sql(f"{_PLAN} WHERE case_id = :case_id AND {visible('p.case_id')} ORDER BY round, version")
IN_STATES = Sql(f"{_PLAN} WHERE case_id = :case_id AND state = ANY(:states)")
SIGNED = Sql(
    f"""
    SELECT {columns(Plan, "p")}, {columns(Agreement, "a")}
    FROM plan p LEFT JOIN agreement a USING (plan_id, version)
    WHERE plan_id = :plan_id ORDER BY version DESC LIMIT 1
    """  # noqa: S608 - made of constants
)
# All that may change of a version, whatever has.
_UPDATE = """
    UPDATE plan SET revision = :revision, state = :state, submitted_by = :submitted_by, submitted_at = :submitted_at,
        proposal_hash = :proposal_hash, needed_level = :needed_level, asked = CAST(:asked AS jsonb),
        reminded_at = :reminded_at, expires_at = :expires_at
    WHERE plan_id = :plan_id AND version = :version
    """
UPDATE = Sql(_UPDATE)
UPDATE_WITH_ROUND = Sql(
    f"""
    WITH moved AS (UPDATE negotiation SET phase = :phase WHERE case_id = :case_id AND round = :present_round)
    {_UPDATE}
    """  # noqa: S608 - made of constants
)
SCHEDULE = Sql(
    "SELECT number, due_date, amount FROM plan_instalment WHERE plan_id = :plan_id AND version = :version "
    "ORDER BY number"
)
ADD_SCHEDULE = Sql(
    """
    INSERT INTO plan_instalment (plan_id, version, number, due_date, amount)
    SELECT :plan_id, :version, line.* FROM unnest(CAST(:numbers AS int[]), CAST(:days AS date[]),
        CAST(:amounts AS numeric[])) AS line
    """
)
DECISIONS = Sql(
    "SELECT decision, decided_by, on_behalf_of, part, needed_level, authority, reasons, decided_at, verdicts "
    "FROM approval WHERE plan_id = :plan_id AND version = :version ORDER BY id"
)
JUDGED = Sql(
    f"SELECT {columns(Approval, 'a')} FROM approval a WHERE plan_id = :plan_id ORDER BY id"  # noqa: S608
)
OF_HASH = Sql("SELECT version FROM plan WHERE plan_id = :plan_id AND proposal_hash = :proposal_hash")


_SHOWN = (
    "decision", "decided_by", "on_behalf_of", "part", "needed_level", "authority", "reasons", "decided_at", "verdicts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided on a version, as it is shown."""

    decision: str
    decided_by: str | None
    on_behalf_of: str | None
    part: str | None
    needed_level: str
    authority: dict[str, Any]
    reasons: str | None
    decided_at: datetime
    verdicts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One payment of a stored schedule."""

    number: int
    due_date: date
    amount: Decimal


async def latest(session: AsyncSession, plan_id: UUID, seen: Seen = EVERYTHING) -> Plan | None:
    """The newest version of a plan, which whoever has not locked its case may have to be allowed to see."""
    row = (await LATEST.run(session, {"plan_id": plan_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else take(Plan, "p", row)


async def latest_with_agreement(session: AsyncSession, plan_id: UUID) -> tuple[Plan, Agreement | None] | None:
    """The newest version of a plan, and the agreement on just this version."""
    row = (await SIGNED.run(session, {"plan_id": plan_id})).mappings().one_or_none()
    if row is None:
        return None
    return take(Plan, "p", row), None if row["a_agreement_id"] is None else take(Agreement, "a", row)


async def versions(session: AsyncSession, plan_id: UUID) -> Sequence[Plan]:
    """All versions of a plan, oldest first."""
    return await _plans(session, VERSIONS, {"plan_id": plan_id})


async def of_case(session: AsyncSession, case_id: UUID, seen: Seen) -> Sequence[Plan]:
    """All versions of all rounds, oldest first."""
    return await _plans(session, OF_CASE, {"case_id": case_id, **seen.values()})


async def in_states(session: AsyncSession, case_id: UUID, states: Sequence[PlanState]) -> Sequence[Plan]:
    """The versions of a case that are in one of the states."""
    return await _plans(session, IN_STATES, {"case_id": case_id, "states": list(states)})


async def update(session: AsyncSession, plan: Plan) -> None:
    """Write a version as it has become."""
    await UPDATE.run(session, _values(plan))


async def update_with_round(session: AsyncSession, plan: Plan, negotiation: Negotiation, phase: Phase) -> None:
    """The same, and let the locked round wait for something else."""
    negotiation.phase = phase
    await UPDATE_WITH_ROUND.run(session, {**_values(plan), "phase": phase, "present_round": negotiation.round})


async def add(session: AsyncSession, plan: Plan, schedule: Sequence[ScheduledInstalment]) -> Plan:
    """Write a new version with its payments."""
    await put(session, plan)
    values = {
        "plan_id": plan.plan_id,
        "version": plan.version,
        "numbers": [line.number for line in schedule],
        "days": [line.due_date for line in schedule],
        "amounts": [line.amount.amount for line in schedule],
    }
    await ADD_SCHEDULE.run(session, values)
    return plan


async def schedule(session: AsyncSession, plan_id: UUID, version: int) -> Sequence[ScheduleRow]:
    """The payments of a version, in order."""
    found = await SCHEDULE.run(session, {"plan_id": plan_id, "version": version})
    return [ScheduleRow(**row) for row in found.mappings().all()]


async def decide(session: AsyncSession, approval: Approval) -> DecisionRow:
    """Keep a decision on a version."""
    await put(session, approval)
    return DecisionRow(**{name: getattr(approval, name) for name in _SHOWN})


async def decisions(session: AsyncSession, plan_id: UUID, version: int) -> list[DecisionRow]:
    """What was decided on a version, in order."""
    found = await DECISIONS.run(session, {"plan_id": plan_id, "version": version})
    return [DecisionRow(**{**row, "reasons": _reasons(row["reasons"])}) for row in found.mappings().all()]


async def judged(session: AsyncSession, plan_id: UUID) -> Sequence[Approval]:
    """The decisions on all versions of a plan with all that is stored of them, in order."""
    rows = (await JUDGED.run(session, {"plan_id": plan_id})).mappings().all()
    return [take(Approval, "a", row) for row in rows]


async def version_of_hash(session: AsyncSession, plan_id: UUID, proposal_hash: str) -> int | None:
    """The version that was submitted under a hash."""
    found: int | None = (
        await OF_HASH.run(session, {"plan_id": plan_id, "proposal_hash": proposal_hash})
    ).scalar_one_or_none()
    return found


def _values(plan: Plan) -> dict[str, Any]:
    return {**dict(plan), "asked": None if plan.asked is None else orjson.dumps(plan.asked).decode()}


def _reasons(stored: str | None) -> str | None:
    return None if stored is None else decrypt(stored, "approval.reasons")


async def _plans(session: AsyncSession, wanted: Sql, values: dict[str, Any]) -> Sequence[Plan]:
    return [take(Plan, "p", row) for row in (await wanted.run(session, values)).mappings().all()]
