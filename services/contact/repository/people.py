"""SQL of persons: what they asked for and agreed to, who speaks for them, who else a case has."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contact.models import (
    Consent,
    ContactCase,
    Conversation,
    Party,
    Person,
    PersonFact,
    Representative,
    ThirdParty,
)

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


async def put_consent(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep a consent once; False when it is there already."""
    row = insert(Consent).values(**values).on_conflict_do_nothing().returning(col(Consent.consent_id))
    return (await session.execute(row)).first() is not None


async def consents_of(
    session: AsyncSession, borrower_id: UUID, after: tuple[datetime, UUID] | None = None, limit: int | None = None
) -> Sequence[Consent]:
    """The consents of a person, revoked ones too, the newest first; all of them without a limit."""
    key = col(Consent.given_at), col(Consent.consent_id)
    found = select(Consent).where(col(Consent.borrower_id) == borrower_id)
    if after is not None:
        found = found.where(tuple_(*key) < after)
    return (await session.execute(found.order_by(*(one.desc() for one in key)).limit(limit))).scalars().all()


async def find_consent(session: AsyncSession, consent_id: UUID) -> Consent | None:
    return await session.get(Consent, consent_id)


async def put_representative(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a representative once."""
    await session.execute(insert(Representative).values(**values).on_conflict_do_nothing())


async def representatives_of(
    session: AsyncSession, case_id: UUID, after: tuple[datetime, UUID] | None = None, limit: int | None = None
) -> Sequence[Representative]:
    """Who speaks for somebody about a case, ended ones too, the newest first; all of them without a limit."""
    key = col(Representative.since), col(Representative.representative_id)
    found = select(Representative).where(col(Representative.case_id) == case_id)
    if after is not None:
        found = found.where(tuple_(*key) < after)
    return (await session.execute(found.order_by(*(one.desc() for one in key)).limit(limit))).scalars().all()


async def put_third_party(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a third party once."""
    await session.execute(insert(ThirdParty).values(**values).on_conflict_do_nothing())


async def find_third_party(session: AsyncSession, third_party_id: UUID) -> ThirdParty | None:
    return await session.get(ThirdParty, third_party_id)


async def lock_third_party(session: AsyncSession, third_party_id: UUID) -> ThirdParty | None:
    found = select(ThirdParty).where(col(ThirdParty.third_party_id) == third_party_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def third_parties_of(
    session: AsyncSession, case_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[ThirdParty]:
    """The third parties of a case in the order in which they were added."""
    key = col(ThirdParty.added_at), col(ThirdParty.third_party_id)
    found = select(ThirdParty).where(col(ThirdParty.case_id) == case_id)
    if after is not None:
        found = found.where(tuple_(*key) > after)
    return (await session.execute(found.order_by(*key).limit(limit))).scalars().all()


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


async def lock_parties(session: AsyncSession, person_id: UUID) -> Sequence[Party]:
    """Where a person owes a debt beside its borrower, locked in the order of the cases."""
    found = select(Party).where(col(Party.borrower_id) == person_id).order_by(col(Party.case_id)).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalars().all()


async def put_facts(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was changed or confirmed of what is known of a person."""
    await session.execute(insert(PersonFact).values(list(rows)))


async def facts_of(session: AsyncSession, borrower_id: UUID) -> Sequence[PersonFact]:
    """The last change or confirmation of each field of a person."""
    found = select(PersonFact).where(col(PersonFact.borrower_id) == borrower_id).ext(distinct_on(col(PersonFact.field)))
    ordered = found.order_by(col(PersonFact.field), col(PersonFact.fact_id).desc())
    return (await session.execute(ordered)).scalars().all()


async def find_party(session: AsyncSession, case_id: UUID, person_id: UUID) -> Party | None:
    return await session.get(Party, (case_id, person_id))


async def lock_consent(session: AsyncSession, consent_id: UUID) -> Consent | None:
    found = select(Consent).where(col(Consent.consent_id) == consent_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def lock_representative(session: AsyncSession, representative_id: UUID) -> Representative | None:
    found = select(Representative).where(col(Representative.representative_id) == representative_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def refused_at(session: AsyncSession, digest: str) -> datetime | None:
    """When somebody at a number asked never to be contacted, in whichever case; None when nobody did."""
    found = select(func.min(col(ThirdParty.refused_at))).where(col(ThirdParty.digest) == digest)
    return (await session.execute(found)).scalar_one()


async def refuse_number(session: AsyncSession, digest: str, at: datetime) -> int:
    """Contact the number no more as that of a third party, in any case; how many rows that were."""
    refused = await session.execute(
        update(ThirdParty)
        .where(col(ThirdParty.digest) == digest, col(ThirdParty.refused_at).is_(None))
        .values(refused_at=at, version=ThirdParty.version + 1)
        .returning(col(ThirdParty.third_party_id))
    )
    return len(refused.all())


async def answered(session: AsyncSession, consents: Iterable[UUID], outcomes: Sequence[str]) -> frozenset[UUID]:
    """Those of these consents after which the person was spoken to, in another conversation than their own."""
    given = aliased(Conversation)
    own = select(col(given.at)).where(col(given.conversation_id) == col(Consent.conversation_id)).correlate(Consent)
    since = func.coalesce(own.scalar_subquery(), col(Consent.given_at))
    spoken = exists().where(
        col(Conversation.borrower_id) == col(Consent.borrower_id),
        col(Conversation.outcome).in_(outcomes),
        col(Conversation.at) > since,
        col(Conversation.conversation_id).is_distinct_from(col(Consent.conversation_id)),
    )
    found = select(col(Consent.consent_id)).where(col(Consent.consent_id).in_(list(consents)), spoken)
    return frozenset((await session.execute(found)).scalars().all())


async def case_of(session: AsyncSession, person_id: UUID) -> ContactCase | None:
    """A case of a person, as borrower or as another party; an open one where there is one."""
    theirs = select(col(Party.case_id)).where(col(Party.borrower_id) == person_id)
    found = select(ContactCase).where(
        or_(col(ContactCase.borrower_id) == person_id, col(ContactCase.case_id).in_(theirs))
    )
    ordered = found.order_by(col(ContactCase.closed_at).desc().nulls_first(), col(ContactCase.case_id)).limit(1)
    return (await session.execute(ordered)).scalar_one_or_none()
