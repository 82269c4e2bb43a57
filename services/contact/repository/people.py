"""SQL of persons: what they asked for and agreed to, who speaks for them, who else a case has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Consent, Number, Party, Person, Representative, ThirdParty

_NOTHING_ASKED: dict[str, Any] = {
    "version": 1,
    "stopped_channels": [],
    "inconvenient": [],
    "occasions": [],
    "work_forbidden": False,
    "care": [],
}


async def find_person(session: AsyncSession, borrower_id: UUID) -> Person | None:
    return await session.get(Person, borrower_id)


async def lock_person(session: AsyncSession, borrower_id: UUID) -> Person:
    """The person, locked until the transaction ends; one who asked for nothing yet when there was none."""
    await session.execute(insert(Person).values(borrower_id=borrower_id, **_NOTHING_ASKED).on_conflict_do_nothing())
    found = select(Person).where(col(Person.borrower_id) == borrower_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one()


async def put_consent(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a consent once."""
    await session.execute(insert(Consent).values(**values).on_conflict_do_nothing())


async def consents_of(session: AsyncSession, borrower_id: UUID) -> Sequence[Consent]:
    """The consents of a person, revoked ones too, the newest first."""
    found = select(Consent).where(col(Consent.borrower_id) == borrower_id)
    return (
        (await session.execute(found.order_by(col(Consent.given_at).desc(), col(Consent.consent_id)))).scalars().all()
    )


async def put_representative(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a representative once."""
    await session.execute(insert(Representative).values(**values).on_conflict_do_nothing())


async def representatives_of(session: AsyncSession, case_id: UUID) -> Sequence[Representative]:
    """Who speaks for somebody about a case, ended ones too, the newest first."""
    found = select(Representative).where(col(Representative.case_id) == case_id)
    ordered = found.order_by(col(Representative.since).desc(), col(Representative.representative_id))
    return (await session.execute(ordered)).scalars().all()


async def put_third_party(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a third party once."""
    await session.execute(insert(ThirdParty).values(**values).on_conflict_do_nothing())


async def lock_third_party(session: AsyncSession, third_party_id: UUID) -> ThirdParty | None:
    found = select(ThirdParty).where(col(ThirdParty.third_party_id) == third_party_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def third_parties_of(session: AsyncSession, case_id: UUID) -> Sequence[ThirdParty]:
    found = select(ThirdParty).where(col(ThirdParty.case_id) == case_id)
    return (
        (await session.execute(found.order_by(col(ThirdParty.added_at), col(ThirdParty.third_party_id))))
        .scalars()
        .all()
    )


async def put_party(session: AsyncSession, case_id: UUID, borrower_id: UUID, role: str) -> None:
    """Keep a party of a case; a role that changed is the new one."""
    row = insert(Party).values(case_id=case_id, borrower_id=borrower_id, role=role)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[col(Party.case_id), col(Party.borrower_id)], set_={"role": row.excluded["role"]}
        )
    )


async def parties_of(session: AsyncSession, case_id: UUID) -> Sequence[Party]:
    """Who owes the debt of a case beside its borrower."""
    found = select(Party).where(col(Party.case_id) == case_id)
    return (await session.execute(found.order_by(col(Party.borrower_id)))).scalars().all()


async def bar_number(session: AsyncSession, number_id: UUID, why: str, at: datetime) -> bool:
    """Bar one number or address of one person; False when it was barred before."""
    barred = await session.execute(
        update(Number)
        .where(col(Number.number_id) == number_id, col(Number.barred_at).is_(None))
        .values(barred_at=at, barred_for=why)
        .returning(col(Number.number_id))
    )
    return barred.first() is not None
