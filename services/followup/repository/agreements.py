"""Agreements with their instalments: locked to be changed, or read to be shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Result, bindparam, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.consumer.held import OPEN
from services.followup.models import TABLES, Agreement, Instalment
from services.followup.vocabulary import ACTIVE_STATES

_HELD = TABLES.held_message

# What runs for every event is made once, with its values as parameters: making a statement costs as much as running it.
_LOCK_ACCOUNT = text("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))")
_IN_ORDER = (col(Agreement.activated_on), col(Agreement.round))
_LOCK_AGREEMENT = select(Agreement).where(col(Agreement.agreement_id) == bindparam("agreement_id")).with_for_update()
_LOCK_OF_ACCOUNT = (
    select(Agreement).where(col(Agreement.account_ref) == bindparam("ref")).order_by(*_IN_ORDER).with_for_update()
)
_LOCK_ACTIVE = (
    select(Agreement)
    .where(col(Agreement.case_id) == bindparam("case_id"), col(Agreement.state).in_(ACTIVE_STATES))
    .with_for_update()
)
_INSTALMENTS = (
    select(Instalment)
    .where(col(Instalment.agreement_id).in_(bindparam("agreements", expanding=True)))
    .order_by(col(Instalment.agreement_id), col(Instalment.number))
)
_SHOWN = select(Agreement, Instalment).join(Instalment, col(Instalment.agreement_id) == col(Agreement.agreement_id))
_SHOW_ONE = _SHOWN.where(col(Agreement.agreement_id) == bindparam("agreement_id")).order_by(col(Instalment.number))
_SHOW_OF_CASE = _SHOWN.where(col(Agreement.case_id) == bindparam("case_id")).order_by(
    *_IN_ORDER, col(Instalment.number)
)


async def lock_account(session: AsyncSession, account_ref: str) -> None:
    """Let nobody else record a posting or an agreement of the account until the transaction ends."""
    await session.execute(_LOCK_ACCOUNT, {"ref": account_ref})


async def lock_agreement(session: AsyncSession, agreement_id: UUID) -> Agreement | None:
    """One agreement, locked."""
    return (await session.execute(_LOCK_AGREEMENT, {"agreement_id": agreement_id})).scalar_one_or_none()


async def lock_agreements_of_account(session: AsyncSession, account_ref: str) -> Sequence[Agreement]:
    """Every agreement there ever was on an account, oldest first, locked."""
    return (await session.execute(_LOCK_OF_ACCOUNT, {"ref": account_ref})).scalars().all()


async def lock_active_of_case(session: AsyncSession, case_id: UUID) -> Sequence[Agreement]:
    """The active agreements of a case, locked."""
    return (await session.execute(_LOCK_ACTIVE, {"case_id": case_id})).scalars().all()


async def lock_due(session: AsyncSession, closed_through: date, topic: str) -> Sequence[Agreement]:
    """The active agreements that the closing of this day can change, locked, in one order.

    One whose account has a held message on `topic` is left out: money may be in it that was not counted yet.
    """
    query = (
        select(Agreement)
        .where(
            col(Agreement.state).in_(ACTIVE_STATES),
            col(Agreement.judge_on) <= closed_through,
            ~exists().where(
                _HELD.c.topic == topic, _HELD.c.key == col(Agreement.account_ref), _HELD.c.status.in_(OPEN)
            ),
        )
        .order_by(col(Agreement.agreement_id))
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def account_is_held(session: AsyncSession, topic: str, account_ref: str) -> bool:
    """Whether a message of the account is held on `topic`."""
    query = select(exists().where(_HELD.c.topic == topic, _HELD.c.key == account_ref, _HELD.c.status.in_(OPEN)))
    return bool((await session.execute(query)).scalar_one())


async def instalments_of(session: AsyncSession, agreements: Iterable[UUID]) -> Mapping[UUID, list[Instalment]]:
    """The instalments of agreements, each in the order of their numbers."""
    found: dict[UUID, list[Instalment]] = defaultdict(list)
    for line in (await session.execute(_INSTALMENTS, {"agreements": list(agreements)})).scalars():
        found[line.agreement_id].append(line)
    return found


async def show(session: AsyncSession, agreement_id: UUID) -> tuple[Agreement, list[Instalment]] | None:
    """One agreement with its instalments."""
    found = _with_lines(await session.execute(_SHOW_ONE, {"agreement_id": agreement_id}))
    return found[0] if found else None


async def show_of_case(session: AsyncSession, case_id: UUID) -> Sequence[tuple[Agreement, list[Instalment]]]:
    """All agreements of a case with their instalments, oldest first."""
    return _with_lines(await session.execute(_SHOW_OF_CASE, {"case_id": case_id}))


def _with_lines(found: Result[Agreement, Instalment]) -> list[tuple[Agreement, list[Instalment]]]:
    """An agreement is never without instalments."""
    shown: dict[UUID, tuple[Agreement, list[Instalment]]] = {}
    for agreement, line in found:
        shown.setdefault(agreement.agreement_id, (agreement, []))[1].append(line)
    return list(shown.values())
