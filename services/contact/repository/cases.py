"""SQL of cases, numbers and holds: what contact knows of a borrower."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.encryption import decrypt
from services.common.runtime.sql import Sql
from services.contact.models import NUMBER_VALUE, ContactCase, Hold, Number, Person
from services.contact.repository.limitation import LIMITATION, LimitationKnown
from services.contact.repository.nothing_due import NOTHING_DUE, InstalmentRef

_CASE, _NUMBER = tuple(ContactCase.model_fields), tuple(Number.model_fields)
# One row for each usable number of the borrower of a case, the verified and oldest first; one with nulls for none. With
# it the step of the round that the message is, if it is one, and the language that the borrower asked for.
ADDRESSEE = Sql(
    f"""
    SELECT {", ".join(f"c.{name} AS case_{name}" for name in _CASE)},
        {", ".join(f"n.{name} AS number_{name}" for name in _NUMBER)}, k.state AS round_state,
        s.channels AS step_channels, p.language AS asked_language, p.preferred_channel AS preferred, NOT (
            EXISTS (SELECT FROM message m WHERE m.case_id = c.case_id AND m.sent_at IS NOT NULL)
            OR EXISTS (SELECT FROM conversation v WHERE v.case_id = c.case_id)) AS nothing_said,
        {LIMITATION} AS limitation, {NOTHING_DUE} AS nothing_due
    FROM contact_case c
    LEFT JOIN cadence k ON k.case_id = c.case_id AND k.round = :round
    LEFT JOIN contact_step s ON s.case_id = c.case_id AND s.round = :round AND s.purpose = :purpose
        AND s.kind = 'message'
    LEFT JOIN person p ON p.borrower_id = c.borrower_id
    LEFT JOIN number n ON n.borrower_id = c.borrower_id
        AND (n.barred_at IS NULL OR CAST(:replies AS boolean) AND n.barred_for = 'opted_out')
    WHERE c.case_id = :case_id
    ORDER BY n.barred_at NULLS FIRST, n.verified DESC, n.learned_at, n.number_id
    """  # noqa: S608 - made of constants
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message is for: the case, the borrower's usable numbers, and how the round stands (None: not begun).

    `channels` are those chosen for the step of the round that the message is, in their order; None when it is none.
    `limitation` is until when the debt can be claimed. The language of the case is the one that the borrower asked for;
    `nothing_said`: nobody wrote to, or spoke with, the borrower about it before. Of a reply the numbers are also those
    that were opted out of: the guard knows what may be answered there. `nothing_due`: the instalment that the message
    names is paid, or its agreement over. Read, not loaded: a change is written nowhere.
    """

    case: ContactCase
    numbers: tuple[Number, ...]
    round_state: str | None
    channels: tuple[str, ...] | None
    nothing_said: bool
    preferred: str | None
    limitation: LimitationKnown | None
    nothing_due: bool


async def find_addressee(
    session: AsyncSession, case_id: UUID, round_: int, purpose: str, instalment: InstalmentRef | None, *, replies: bool
) -> Addressee | None:
    """The addressee of a message of a case, about an instalment or not; None while the case is not known here."""
    about = {"agreement_id": None, "number": None} if instalment is None else instalment._asdict()
    asked = {"case_id": case_id, "round": round_, "purpose": purpose, "replies": replies, **about}
    rows = (await ADDRESSEE.run(session, asked)).mappings().all()
    if not rows:
        return None
    first = rows[0]
    case = {name: first[f"case_{name}"] for name in _CASE}
    return Addressee(
        case=ContactCase(**case | {"language": first["asked_language"] or case["language"]}),
        numbers=tuple(_number(row) for row in rows if row["number_number_id"] is not None),
        round_state=first["round_state"],
        channels=None if first["step_channels"] is None else tuple(first["step_channels"]),
        nothing_said=first["nothing_said"],
        preferred=first["preferred"],
        limitation=LimitationKnown.of(first["limitation"]),
        nothing_due=first["nothing_due"],
    )


def _number(row: RowMapping) -> Number:
    values = {name: row[f"number_{name}"] for name in _NUMBER}
    return Number(**values | {"value": decrypt(values["value"], NUMBER_VALUE)})


async def find_case(session: AsyncSession, case_id: UUID) -> ContactCase | None:
    return await session.get(ContactCase, case_id)


async def lock_case(session: AsyncSession, case_id: UUID) -> ContactCase | None:
    """The case, locked until the transaction ends: rounds, replies and closes of one case come one after another."""
    found = select(ContactCase).where(col(ContactCase.case_id) == case_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def put_case(session: AsyncSession, values: dict[str, Any]) -> None:
    """Copy a triaged case; a later triage of it changes what it says and leaves the rest.

    The language is the one that the borrower asked for here, if any.
    """
    asked = select(col(Person.language)).where(col(Person.borrower_id) == values["borrower_id"]).scalar_subquery()
    row = insert(ContactCase).values(**values | {"language": func.coalesce(asked, values["language"])})
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[col(ContactCase.case_id)],
            set_={name: row.excluded[name] for name in values if name not in ("case_id", "round")},
        )
    )


async def lock_open_cases(session: AsyncSession, borrower_ids: Sequence[UUID]) -> Sequence[ContactCase]:
    """The open cases of these borrowers, locked in the order of their ids."""
    found = (
        select(ContactCase)
        .where(col(ContactCase.borrower_id).in_(borrower_ids), col(ContactCase.closed_at).is_(None))
        .order_by(col(ContactCase.case_id))
        .with_for_update()
    )
    return (await session.execute(found.execution_options(populate_existing=True))).scalars().all()


async def numbers_in(session: AsyncSession, borrower_id: UUID, channel: str) -> Sequence[Number]:
    """The numbers of a person in a channel, the verified and oldest first; barred ones after all others, and of them
    first those that were opted out of, the latest first."""
    opted_out = col(Number.barred_for) == "opted_out"
    found = (
        select(Number)
        .where(col(Number.borrower_id) == borrower_id, col(Number.channel) == channel)
        .order_by(
            col(Number.barred_at).is_not(None),
            opted_out.desc().nulls_last(),
            col(Number.barred_at).desc(),
            col(Number.verified).desc(),
            col(Number.learned_at),
            col(Number.number_id),
        )
    )
    return (await session.execute(found)).scalars().all()


async def usable_numbers(session: AsyncSession, borrower_id: UUID, channel: str) -> Sequence[Number]:
    """The same without those that are barred."""
    return [one for one in await numbers_in(session, borrower_id, channel) if one.barred_at is None]


async def numbers_of(session: AsyncSession, borrower_id: UUID) -> Sequence[Number]:
    found = select(Number).where(col(Number.borrower_id) == borrower_id)
    return (await session.execute(found.order_by(col(Number.channel), col(Number.number_id)))).scalars().all()


async def owners_of(session: AsyncSession, digest: str) -> list[UUID]:
    """The borrowers to whom a number belongs, barred or not: who wrote is who wrote."""
    found = select(col(Number.borrower_id)).where(col(Number.digest) == digest).distinct()
    return sorted((await session.execute(found)).scalars())


@dataclass(frozen=True, slots=True)
class BarredNumber:
    """A number that was barred just now, and whose it is."""

    number_id: UUID
    borrower_id: UUID


async def bar_number(session: AsyncSession, digest: str, channel: str, at: datetime) -> list[BarredNumber]:
    """Bar a number that was opted out of, in one channel and for everybody who shares it; which rows that were."""
    barred = await session.execute(
        update(Number)
        .where(col(Number.digest) == digest, col(Number.channel) == channel, col(Number.barred_at).is_(None))
        .values(barred_at=at, barred_for="opted_out", version=Number.version + 1)
        .returning(col(Number.number_id), col(Number.borrower_id))
    )
    return [BarredNumber(number_id, borrower_id) for number_id, borrower_id in barred.all()]


async def add_hold(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Place a hold that was heard of here; False when it is there already, lifted or not."""
    row = insert(Hold).values(**values).on_conflict_do_nothing().returning(col(Hold.hold_id))
    return (await session.execute(row)).first() is not None


async def put_hold(session: AsyncSession, values: dict[str, Any]) -> None:
    """Place a hold once; the same hold again moves its end."""
    row = insert(Hold).values(**values)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[col(Hold.hold_id)],
            set_={name: row.excluded[name] for name in ("blocks", "starts_at", "ends_at", "reach")},
        )
    )


async def lift_hold(session: AsyncSession, hold_id: UUID, at: datetime) -> bool:
    """Lift a hold; False when there is none that could be lifted."""
    lifted = await session.execute(
        update(Hold)
        .where(col(Hold.hold_id) == hold_id, col(Hold.lifted_at).is_(None))
        .values(lifted_at=at)
        .returning(col(Hold.hold_id))
    )
    return lifted.first() is not None
