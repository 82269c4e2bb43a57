"""The lock of a case with its round, and how both change; a phase also with the plan or checklist that brings it about.

A case and its present round are read and locked in one statement, whatever of the case was named. Both rows are locked,
so both are as they are once the lock is got: a row that is only read beside one that was waited for would be as it was
before the wait.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Negotiation, PlanCase
from services.plans.repository.access import Seen, visible
from services.plans.repository.rows import columns, take
from services.plans.vocabulary import EndReason, Outcome, Phase

_BOTH = f"""
    SELECT {columns(PlanCase, "c")}, {columns(Negotiation, "n")}
    FROM plan_case c JOIN negotiation n USING (case_id)
    """  # noqa: S608 - made of constants
_PRESENT = f"{_BOTH} WHERE n.round = c.round AND {visible('c.case_id')} AND case_id = "
LOCK_ROUND = Sql(f"{_BOTH} WHERE n.round = :round AND case_id = :id FOR UPDATE")
LOCK_OF_CASE = Sql(_PRESENT + ":id FOR UPDATE")
LOCK_OF_PLAN = Sql(_PRESENT + "(SELECT case_id FROM plan WHERE plan_id = :id LIMIT 1) FOR UPDATE")  # noqa: S608
LOCK_OF_EVIDENCE = Sql(
    _PRESENT + "(SELECT case_id FROM evidence WHERE evidence_id = :id) FOR UPDATE"  # noqa: S608
)

CASE = Sql(f"SELECT {columns(PlanCase, 'c')} FROM plan_case c WHERE case_id = :case_id")  # noqa: S608
OPEN_CASE = Sql(
    """
    WITH opened AS (
        INSERT INTO plan_case
            (case_id, borrower_id, account_ref, pack, product, currency, days_past_due, language, round)
        VALUES
            (:case_id, :borrower_id, :account_ref, :pack, :product, :currency, :days_past_due, :language, :round)
        ON CONFLICT DO NOTHING RETURNING case_id, round
    )
    INSERT INTO negotiation (case_id, round, phase, opened_at)
    SELECT case_id, round, 'waiting', :opened_at FROM opened
    RETURNING case_id
    """
)
UPDATE_CASE = Sql(
    "UPDATE plan_case SET days_past_due = :days_past_due, product = :product, pack = :pack WHERE case_id = :case_id"
)
CLOSE_CASE = Sql("UPDATE plan_case SET closed_at = :closed_at WHERE case_id = :case_id")
OPEN_ROUND = Sql(
    """
    WITH present AS (UPDATE plan_case SET round = :round WHERE case_id = :case_id)
    INSERT INTO negotiation (case_id, round, phase, opened_at) VALUES (:case_id, :round, 'waiting', :opened_at)
    """
)
ASK = Sql(
    """
    UPDATE negotiation SET phase = :phase, request_id = :request_id, request_type = :request_type
    WHERE case_id = :case_id AND round = :round
    """
)
END = Sql(
    """
    UPDATE negotiation
    SET phase = :phase, outcome = :outcome, reason = :reason, agreement_id = :agreement_id, ended_at = :ended_at
    WHERE case_id = :case_id AND round = :round
    """
)


async def lock_case(session: AsyncSession, case_id: UUID, seen: Seen) -> tuple[PlanCase, Negotiation] | None:
    """The case with its lock, which everything that changes the case takes first, and its present round; None for one
    that is not to be seen."""
    return await _lock(session, LOCK_OF_CASE, case_id, seen)


async def lock_case_of_plan(session: AsyncSession, plan_id: UUID, seen: Seen) -> tuple[PlanCase, Negotiation] | None:
    """The same, of the case that a plan belongs to."""
    return await _lock(session, LOCK_OF_PLAN, plan_id, seen)


async def lock_case_of_evidence(
    session: AsyncSession, evidence_id: UUID, seen: Seen
) -> tuple[PlanCase, Negotiation] | None:
    """The same, of the case that a document belongs to."""
    return await _lock(session, LOCK_OF_EVIDENCE, evidence_id, seen)


async def lock_round(session: AsyncSession, case_id: UUID, round_: int) -> Negotiation | None:
    """One round, which need not be the present one, with the lock of its case."""
    row = (await LOCK_ROUND.run(session, {"id": case_id, "round": round_})).mappings().one_or_none()
    return None if row is None else _negotiation(row)


async def case_of(session: AsyncSession, case_id: UUID) -> PlanCase | None:
    """A case without its lock."""
    row = (await CASE.run(session, {"case_id": case_id})).mappings().one_or_none()
    return None if row is None else take(PlanCase, "c", row)


async def open_case(session: AsyncSession, case: PlanCase, at: datetime) -> bool:
    """Keep a new case with its first round, which waits; False when the case is known, and nothing is changed."""
    return (await OPEN_CASE.run(session, {**dict(case), "opened_at": at})).first() is not None


async def update_case(session: AsyncSession, case_id: UUID, days_past_due: int, product: str, pack: str) -> None:
    """Keep what intake says anew of a known case."""
    values = {"case_id": case_id, "days_past_due": days_past_due, "product": product, "pack": pack}
    await UPDATE_CASE.run(session, values)


async def close_case(session: AsyncSession, case_id: UUID, closed_at: datetime) -> None:
    """Keep that a locked case is closed."""
    await CLOSE_CASE.run(session, {"case_id": case_id, "closed_at": closed_at})


async def open_round(session: AsyncSession, case_id: UUID, round_: int, at: datetime) -> None:
    """Begin a further round of a locked case: it is the present one, and waits."""
    await OPEN_ROUND.run(session, {"case_id": case_id, "round": round_, "opened_at": at})


async def ask(session: AsyncSession, negotiation: Negotiation, request_id: UUID, request_type: str) -> None:
    """Keep the borrower's request: the round is about the means then."""
    negotiation.phase, negotiation.request_id, negotiation.request_type = Phase.MEANS, request_id, request_type
    await ASK.run(session, dict(negotiation))


async def end(
    session: AsyncSession,
    negotiation: Negotiation,
    outcome: Outcome,
    reason: EndReason,
    agreement_id: UUID | None,
    at: datetime,
) -> None:
    """End a locked round."""
    negotiation.phase, negotiation.outcome, negotiation.reason = Phase.ENDED, outcome, reason
    negotiation.agreement_id, negotiation.ended_at = agreement_id, at
    await END.run(session, dict(negotiation))


async def _lock(session: AsyncSession, lock: Sql, named: UUID, seen: Seen) -> tuple[PlanCase, Negotiation] | None:
    # Nothing is found where nothing is known or to be seen, and when a further round began while the lock was waited
    # for. The rows are locked then, and a second look finds that round.
    for _ in range(2):
        row = (await lock.run(session, {"id": named, **seen.values()})).mappings().one_or_none()
        if row is not None:
            return take(PlanCase, "c", row), _negotiation(row)
    return None


def _negotiation(row: RowMapping) -> Negotiation:
    found = take(Negotiation, "n", row)
    found.phase = Phase(found.phase)
    return found
