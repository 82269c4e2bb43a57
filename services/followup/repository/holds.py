"""SQL of holds under which nobody has to pay."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

Span = tuple[datetime, datetime | None]
"""From when until when; None is not known yet."""

_LOCK = Sql("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 3))")
_OWE = Sql("INSERT INTO case_debtor (case_id, borrower_id) VALUES (:case_id, :borrower_id) ON CONFLICT DO NOTHING")
_CASES = Sql("SELECT case_id FROM case_debtor WHERE borrower_id = :borrower_id ORDER BY case_id")
_PLACE = Sql(
    """
    INSERT INTO hold_fact (hold_id, number, borrower_id, starts_at, ends_at, known_at)
    SELECT :hold_id, coalesce(max(number), 0) + 1, :borrower_id, :starts_at, :ends_at, :known_at
    FROM hold_fact WHERE hold_id = :hold_id
    """
)
_LIFT = Sql(
    """
    INSERT INTO hold_fact (hold_id, number, borrower_id, starts_at, ends_at, known_at)
    SELECT hold_id, number + 1, borrower_id, starts_at, :lifted_at, :known_at
    FROM hold_fact WHERE hold_id = :hold_id ORDER BY number DESC LIMIT 1
    RETURNING hold_id
    """
)
_OF_CASES = Sql(
    """
    SELECT DISTINCT ON (h.hold_id, d.case_id) d.case_id, h.starts_at, h.ends_at
    FROM case_debtor d JOIN hold_fact h USING (borrower_id)
    WHERE d.case_id = ANY(:cases)
    ORDER BY h.hold_id, d.case_id, h.number DESC
    """
)
_OF_PERSONS = Sql(
    """
    SELECT DISTINCT ON (hold_id) borrower_id, starts_at, ends_at FROM hold_fact
    WHERE borrower_id = ANY(:persons) ORDER BY hold_id, number DESC
    """
)
_FACTS = Sql(
    "SELECT h.hold_id, h.starts_at, h.ends_at, h.known_at FROM case_debtor d JOIN hold_fact h USING (borrower_id) "
    "WHERE d.case_id = :case_id"
)


async def facts_of_case(session: AsyncSession, case_id: UUID) -> Sequence[Row[Any]]:
    """Everything that was ever said of the holds of a case's debtor, with when it was learned."""
    return (await _FACTS.run(session, {"case_id": case_id})).all()


async def lock_person(session: AsyncSession, borrower_id: UUID) -> None:
    """Let what is said of a person's holds and the beginning of an agreement come one after the other."""
    await _LOCK.run(session, {"ref": str(borrower_id)})


async def owe(session: AsyncSession, case_id: UUID, borrower_id: UUID) -> None:
    """Keep whose agreements those of a case are."""
    await _OWE.run(session, {"case_id": case_id, "borrower_id": borrower_id})


async def cases_of(session: AsyncSession, borrower_id: UUID) -> Sequence[UUID]:
    """The cases in which a person owes an agreement."""
    return (await _CASES.run(session, {"borrower_id": borrower_id})).scalars().all()


async def place(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Add what was said of a hold."""
    await _PLACE.run(session, values)


async def lift(session: AsyncSession, hold_id: UUID, lifted_at: datetime, known_at: datetime) -> bool:
    """Add that a hold has ended; False when it is none of ours."""
    values = {"hold_id": hold_id, "lifted_at": lifted_at, "known_at": known_at}
    return (await _LIFT.run(session, values)).first() is not None


async def of_cases(session: AsyncSession, cases: Iterable[UUID]) -> Mapping[UUID, list[Span]]:
    """By case, the holds of its debtor as they were said last."""
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in await _OF_CASES.run(session, {"cases": list(cases)}):
        found[row.case_id].append((row.starts_at, row.ends_at))
    return found


async def of_persons(session: AsyncSession, persons: Iterable[UUID]) -> Mapping[UUID, list[Span]]:
    """By person, their holds as they were said last, whether or not they owe an agreement."""
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in await _OF_PERSONS.run(session, {"persons": list(persons)}):
        found[row.borrower_id].append((row.starts_at, row.ends_at))
    return found
