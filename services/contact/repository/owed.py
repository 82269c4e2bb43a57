"""SQL of who owes the debts of which open cases: their borrowers, joint debtors and guarantors."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import ContactCase, Party


@dataclass(frozen=True, slots=True)
class Owed:
    """A person and an open case whose debt this person owes, as its borrower or as another party."""

    person_id: UUID
    case: ContactCase

    @property
    def by_borrower(self) -> bool:
        return self.person_id == self.case.borrower_id


async def lock_owed(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Owed]:
    """The open cases whose debts these persons owe, locked in the order of their ids; borrowers before others."""
    if not person_ids:
        return []
    theirs = union(
        select(col(ContactCase.case_id)).where(col(ContactCase.borrower_id).in_(person_ids)),
        select(col(Party.case_id)).where(col(Party.borrower_id).in_(person_ids)),
    )
    is_party = and_(col(Party.case_id) == col(ContactCase.case_id), col(Party.borrower_id).in_(person_ids))
    found = (
        select(ContactCase, col(Party.borrower_id))
        .outerjoin(Party, is_party)
        .where(
            col(ContactCase.case_id).in_(theirs),
            col(ContactCase.closed_at).is_(None),
            or_(col(ContactCase.borrower_id).in_(person_ids), col(Party.borrower_id).is_not(None)),
        )
        .order_by(col(ContactCase.case_id), col(Party.borrower_id))
        .with_for_update(of=ContactCase)
    )
    owed: dict[tuple[UUID, UUID], Owed] = {}
    for case, party_id in (await session.execute(found.execution_options(populate_existing=True))).all():
        for person_id in (case.borrower_id, party_id):
            if person_id in person_ids:
                owed.setdefault((case.case_id, person_id), Owed(person_id, case))
    return list(owed.values())
