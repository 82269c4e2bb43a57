"""SQL of until when debts can be claimed in court."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.kernel.clock import local_day
from services.common.runtime.sql import Sql
from services.contact.domain.limitation import Limitation, Renewal
from services.contact.models import LimitationFact

# Part of other statements: what was said of the case `:case_id`, and when a demand reached somebody who owes its debt
# or one of them agreed to pay. Nothing is looked for where nothing was said.
LIMITATION = """(
    SELECT jsonb_build_array(l.as_of, l.counted_from, l.ends_on,
        (SELECT jsonb_agg(DISTINCT a.local_day) FROM attempt a JOIN permit q USING (permit_id)
            LEFT JOIN message m ON m.permit_id = a.permit_id
            WHERE a.case_id = l.case_id AND q.message_class = 'demand' AND (a.counts_as_rpc OR m.state = 'delivered')),
        (SELECT jsonb_agg(agreed.at) FROM (
            SELECT c.made_at AS at FROM commitment c
                WHERE c.case_id = l.case_id AND c.side = 'borrower' AND c.kind = 'PTP'
            UNION ALL
            SELECT g.starts_at FROM hold g WHERE g.case_id = l.case_id AND g.origin = 'agreement') agreed))
    FROM limitation l WHERE l.case_id = :case_id)"""
_ONE = Sql(f"SELECT {LIMITATION} AS limitation")


@dataclass(frozen=True, slots=True)
class LimitationKnown:
    """What is known of a debt's time: what was said of it, and all that may have made it begin anew."""

    said: Limitation
    demanded_on: tuple[date, ...]
    agreed_at: tuple[datetime, ...]

    @classmethod
    def of(cls, row: list[Any] | None) -> Self | None:
        """From what the statement answers; None where nothing was said."""
        if row is None:
            return None
        as_of, counted_from, ends_on, demanded, agreed = row
        return cls(
            Limitation(date.fromisoformat(as_of), _day(counted_from), _day(ends_on)),
            tuple(date.fromisoformat(one) for one in demanded or ()),
            tuple(datetime.fromisoformat(one) for one in agreed or ()),
        )

    def renewals(self, zone: str) -> list[tuple[date, Renewal]]:
        """What may have made it begin anew, by the days of a zone."""
        agreed = [(local_day(at, zone), Renewal.AGREEMENT) for at in self.agreed_at]
        return [*((day, Renewal.DEMAND) for day in self.demanded_on), *agreed]


async def limitation_of(session: AsyncSession, case_id: UUID) -> LimitationKnown | None:
    """What is known of one case."""
    return LimitationKnown.of((await _ONE.run(session, {"case_id": case_id})).scalar_one())


async def find_limitation(session: AsyncSession, case_id: UUID) -> LimitationFact | None:
    return await session.get(LimitationFact, case_id)


async def lock_limitation(session: AsyncSession, case_id: UUID) -> LimitationFact | None:
    """What was said of a case, locked until the transaction ends."""
    found = select(LimitationFact).where(col(LimitationFact.case_id) == case_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def put_limitation(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep what is said now instead of what was said before."""
    row = insert(LimitationFact).values(**values)
    kept = {name: row.excluded[name] for name in values if name != "case_id"}
    await session.execute(row.on_conflict_do_update(index_elements=[col(LimitationFact.case_id)], set_=kept))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
