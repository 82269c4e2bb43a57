"""Agreements with their instalments as they are shown to those who may see their case, and whether money of an account
waits to be counted."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Result, bindparam, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.held import OPEN
from services.followup.models import TABLES, Agreement, Instalment

_HELD = TABLES.held_message
_VISIBLE = text(visible("agreement.case_id"))
_SHOWN = select(Agreement, Instalment).join(Instalment, col(Instalment.agreement_id) == col(Agreement.agreement_id))
_SHOW_ONE = _SHOWN.where(col(Agreement.agreement_id) == bindparam("agreement_id"), _VISIBLE).order_by(
    col(Instalment.number)
)
_SHOW_OF_CASE = _SHOWN.where(col(Agreement.case_id) == bindparam("case_id"), _VISIBLE).order_by(
    col(Agreement.activated_on), col(Agreement.round), col(Instalment.number)
)


async def account_is_held(session: AsyncSession, topic: str, account_ref: str) -> bool:
    """Whether a message of the account is held on `topic`."""
    query = select(exists().where(_HELD.c.topic == topic, _HELD.c.key == account_ref, _HELD.c.status.in_(OPEN)))
    return bool((await session.execute(query)).scalar_one())


async def show(session: AsyncSession, agreement_id: UUID, caller: Caller) -> tuple[Agreement, list[Instalment]] | None:
    """One agreement with its instalments, if the caller may see it."""
    found = _with_lines(await session.execute(_SHOW_ONE, {"agreement_id": agreement_id, **seen_by(caller)}))
    return found[0] if found else None


async def show_of_case(
    session: AsyncSession, case_id: UUID, caller: Caller
) -> Sequence[tuple[Agreement, list[Instalment]]]:
    """All agreements of a case with their instalments, oldest first, if the caller may see the case."""
    return _with_lines(await session.execute(_SHOW_OF_CASE, {"case_id": case_id, **seen_by(caller)}))


async def next_activation(session: AsyncSession, agreement: Agreement) -> date | None:
    """The day on which another agreement of the account took over, if one did."""
    later = tuple_(col(Agreement.activated_on), col(Agreement.round))
    query = select(func.min(col(Agreement.activated_on))).where(
        col(Agreement.account_ref) == agreement.account_ref, later > tuple_(agreement.activated_on, agreement.round)
    )
    return (await session.execute(query)).scalar_one()


def _with_lines(found: Result[Agreement, Instalment]) -> list[tuple[Agreement, list[Instalment]]]:
    """An agreement is never without instalments."""
    shown: dict[UUID, tuple[Agreement, list[Instalment]]] = {}
    for agreement, line in found:
        shown.setdefault(agreement.agreement_id, (agreement, []))[1].append(line)
    return list(shown.values())
