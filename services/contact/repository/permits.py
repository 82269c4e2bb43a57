"""SQL of permits: the lock and the stored decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.encryption import encrypt
from services.common.runtime.sql import Sql
from services.contact.models import MESSAGE_TEXT, Permit
from services.contact.repository.messages import LockedMessage
from services.contact.repository.stops import SHARE_FENCE

# Whoever stops contact waits behind the fence for decisions that were begun, and those that begin wait for the stop.
BUDGET = Sql(
    f"INSERT INTO contact_budget (borrower_id, asked) SELECT CAST(:borrower_id AS uuid), 1 FROM {SHARE_FENCE} "  # noqa: S608
    "ON CONFLICT (borrower_id) DO UPDATE SET asked = contact_budget.asked + 1"
)
NUMBER = Sql("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:digest AS text), 0))")
_PERMIT = """
    INSERT INTO permit (permit_id, borrower_id, case_id, channel, number_id, number_digest, third_party_id, purpose,
        message_class, verdict, verdicts, facts, asked, overridden, pack, pack_version, asked_by, decided_at, earliest,
        expires_at, used_at)
    VALUES (:permit_id, :borrower_id, :case_id, :channel, :number_id, :number_digest, :third_party_id, :purpose,
        :message_class, :verdict, :verdicts, :facts, :asked, :overridden, :pack, :pack_version, :asked_by, :decided_at,
        :earliest, :expires_at, :used_at)
    """
_JSON = ("verdicts", "facts", "asked", "overridden")
PERMIT = Sql(_PERMIT)
# The decision on a message. If it may leave it is handed over under the permit from here on, and its words stay as they
# are: the gateway may have them. What waits is written when it leaves, by a template that may be better then.
ASKED = Sql(
    f"""
    WITH decided AS ({_PERMIT})
    UPDATE message SET reservations = :reservations, channel = :channel, language = coalesce(language, :language),
        text = coalesce(text, :text), template_version = coalesce(template_version, :template_version),
        tries = :tries, state = :state, permit_id = :used_permit_id, handed_at = :used_at,
        reason = :reason
    WHERE message_id = :message_id
    """  # noqa: S608 - made of constants
)


async def lock_budget(session: AsyncSession, borrower_id: UUID) -> None:
    """Lock the borrower's budget until the transaction ends, making the row when there is none. Behind the fence."""
    await BUDGET.run(session, {"borrower_id": borrower_id})


async def lock_number(session: AsyncSession, digest: str) -> None:
    """Lock a number until the transaction ends: it may belong to several borrowers, each with a budget of their own."""
    await NUMBER.run(session, {"digest": digest})


async def put_permit(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a decision; `verdicts`, `facts`, `asked` and `overridden` are JSON values."""
    await PERMIT.run(session, _stored(values))


async def put_asked(session: AsyncSession, values: dict[str, Any], message: LockedMessage, reason: str | None) -> None:
    """Keep a decision on a locked message, with what was asked: one that may leave is handed over by this.

    `reason` is what it waits for, when that is not a moment.
    """
    used = values["used_at"] is not None
    asked = {
        "message_id": message.message_id,
        "reservations": message.reservations,
        "language": message.language if used else None,
        "text": encrypt(message.text, MESSAGE_TEXT) if used and message.text is not None else None,
        "template_version": message.template_version if used else None,
        "tries": message.tries + used,
        "state": "unknown" if used else message.state,
        "used_permit_id": values["permit_id"] if used else None,
        "reason": reason,
    }
    await ASKED.run(session, _stored(values) | asked)


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: orjson.dumps(values[name]).decode() for name in _JSON}


async def earliest_of(session: AsyncSession, permit_id: UUID) -> datetime | None:
    """The next legal moment that a refusal named."""
    found = select(col(Permit.earliest)).where(col(Permit.permit_id) == permit_id)
    return (await session.execute(found)).scalar_one_or_none()


async def lock_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    found = select(Permit).where(col(Permit.permit_id) == permit_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def find_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    return await session.get(Permit, permit_id)
