"""What a case is about, and the means and the checklist of its rounds, which is written by this file alone."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Checklist, Negotiation, PlanCase, StatementOfMeansRow
from services.plans.repository.access import Seen, visible
from services.plans.repository.rows import columns, take
from services.plans.vocabulary import Phase

ACCOUNT = Sql(f"SELECT account_ref FROM plan_case p WHERE case_id = :case_id AND {visible('p.case_id')}")  # noqa: S608
FACTS = Sql(
    f"""
    SELECT {columns(StatementOfMeansRow, "s")}, {columns(Checklist, "c")}
    FROM statement_of_means s JOIN checklist c USING (case_id, round)
    WHERE case_id = :case_id AND round = :round
    """  # noqa: S608 - made of constants
)
PRESENT = Sql(
    f"""
    SELECT {columns(PlanCase, "p")}, {columns(StatementOfMeansRow, "s")}, {columns(Checklist, "c")}
    FROM plan_case p LEFT JOIN statement_of_means s USING (case_id, round) LEFT JOIN checklist c USING (case_id, round)
    WHERE case_id = :case_id AND {visible("p.case_id")}
    """  # noqa: S608 - made of constants
)
NEWEST_STATEMENT = Sql(
    f"""
    SELECT {columns(StatementOfMeansRow, "s")}, p.pack
    FROM plan_case p JOIN statement_of_means s USING (case_id)
    WHERE case_id = :case_id AND {visible("p.case_id")}
    ORDER BY s.round DESC LIMIT 1
    """  # noqa: S608 - made of constants
)
# A new checklist as well as all that may change of one.
_KEEP_CHECKLIST = """
    INSERT INTO checklist (checklist_id, case_id, round, assessment_id, policy_version, state, asked, deadline_at,
        reminded_at, opened_at)
    VALUES (:checklist_id, :case_id, :round, :assessment_id, :policy_version, :state, :asked, :deadline_at,
        :reminded_at, :opened_at)
    ON CONFLICT (checklist_id) DO UPDATE SET state = excluded.state, asked = excluded.asked,
        deadline_at = excluded.deadline_at, reminded_at = excluded.reminded_at
    """
KEEP_CHECKLIST = Sql(_KEEP_CHECKLIST)
KEEP_CHECKLIST_WITH_ROUND = Sql(
    f"""
    WITH moved AS (UPDATE negotiation SET phase = :phase WHERE case_id = :case_id AND round = :round)
    {_KEEP_CHECKLIST}
    """  # noqa: S608 - made of constants
)


async def account_of(session: AsyncSession, case_id: UUID, seen: Seen) -> str | None:
    """The account that a case is about; None for a case that is not known, or not to be seen."""
    found: str | None = (await ACCOUNT.run(session, {"case_id": case_id, **seen.values()})).scalar_one_or_none()
    return found


async def round_facts(
    session: AsyncSession, case_id: UUID, round_: int
) -> tuple[StatementOfMeansRow, Checklist] | None:
    """The statement of means and the checklist of a round, when it has both."""
    row = (await FACTS.run(session, {"case_id": case_id, "round": round_})).mappings().one_or_none()
    return None if row is None else (take(StatementOfMeansRow, "s", row), take(Checklist, "c", row))


async def present(
    session: AsyncSession, case_id: UUID, seen: Seen
) -> tuple[PlanCase, StatementOfMeansRow | None, Checklist | None] | None:
    """A case with the statement of means and the checklist of its present round, as far as there are any."""
    row = (await PRESENT.run(session, {"case_id": case_id, **seen.values()})).mappings().one_or_none()
    if row is None:
        return None
    statement = None if row["s_assessment_id"] is None else take(StatementOfMeansRow, "s", row)
    checklist = None if row["c_checklist_id"] is None else take(Checklist, "c", row)
    return take(PlanCase, "p", row), statement, checklist


async def newest_statement(session: AsyncSession, case_id: UUID, seen: Seen) -> tuple[StatementOfMeansRow, str] | None:
    """The statement of means of the newest round that has one, and the rule packs of its case."""
    row = (await NEWEST_STATEMENT.run(session, {"case_id": case_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else (take(StatementOfMeansRow, "s", row), row["pack"])


async def keep_checklist(session: AsyncSession, checklist: Checklist) -> None:
    """Write a checklist as it has become, under the lock of its case."""
    await KEEP_CHECKLIST.run(session, dict(checklist))


async def keep_checklist_with_round(
    session: AsyncSession, checklist: Checklist, negotiation: Negotiation, phase: Phase
) -> None:
    """The same, and let its round wait for something else."""
    negotiation.phase = phase
    await KEEP_CHECKLIST_WITH_ROUND.run(session, {**dict(checklist), "phase": phase})
