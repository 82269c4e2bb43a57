"""SQL of permits: the lock, the counts, the freshness of what is copied, the stored decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.encryption import encrypt
from services.common.runtime.sql import Sql
from services.contact.domain.guard.facts import Contact, HoldFact
from services.contact.domain.stops import StopFact, StopScope
from services.contact.domain.vocabulary import Channel
from services.contact.models import MESSAGE_TEXT, Permit
from services.contact.repository.messages import LockedMessage
from services.contact.repository.stops import SHARE_FENCE

# Whoever stops contact waits behind the fence for decisions that were begun, and those that begin wait for the stop.
BUDGET = Sql(
    f"INSERT INTO contact_budget (borrower_id, asked) SELECT CAST(:borrower_id AS uuid), 1 FROM {SHARE_FENCE} "  # noqa: S608
    "ON CONFLICT (borrower_id) DO UPDATE SET asked = contact_budget.asked + 1"
)
_PERMIT = """
    INSERT INTO permit (permit_id, borrower_id, case_id, channel, number_id, number_digest, purpose, message_class,
        verdict, verdicts, facts, pack, pack_version, asked_by, decided_at, earliest, expires_at, used_at)
    VALUES (:permit_id, :borrower_id, :case_id, :channel, :number_id, :number_digest, :purpose, :message_class,
        :verdict, :verdicts, :facts, :pack, :pack_version, :asked_by, :decided_at, :earliest, :expires_at, :used_at)
    """
PERMIT = Sql(_PERMIT)
# The decision on a message. If it may leave it is handed over under the permit from here on, and its words stay as they
# are: the gateway may have them. What waits is written when it leaves, by a template that may be better then.
ASKED = Sql(
    f"""
    WITH decided AS ({_PERMIT})
    UPDATE message SET reservations = :reservations, channel = :channel, language = coalesce(language, :language),
        text = coalesce(text, :text), state = :state, permit_id = :used_permit_id, handed_at = :used_at,
        reason = :reason
    WHERE message_id = :message_id
    """  # noqa: S608 - made of constants
)
# All that the guard is told, at once. The holds in force on a borrower, and how far that can be trusted: on how many
# partitions a beat was heard and the oldest of them, and whether anything of the borrower is set aside. One row for
# each hold, one with nulls for none. With them all stops in force (nobody keeps a copy of those), and the contacts that
# counts may need from `since` on: with this borrower, on this number whoever answers it, permits that may still be
# used, and conversations that the borrower began. A number is known by the beginning of its digest.
KNOWN = Sql(
    """
    SELECT heard.*, h.hold_id, h.blocks, h.ends_at
    FROM (
        SELECT count(beat_at) AS partitions, min(beat_at) AS oldest, EXISTS (
            SELECT FROM held_message w
            WHERE w.topic = :topic AND w.status IN ('dead', 'waiting') AND EXISTS (
                SELECT FROM contact_case c
                WHERE (c.case_id = :case_id OR (c.borrower_id = :borrower_id AND c.closed_at IS NULL))
                    AND c.case_id::text IN (w.key, w.subject))) AS aside,
            (SELECT jsonb_agg(jsonb_build_array(stop_id, scope, value) ORDER BY stop_id)
            FROM stop_order WHERE lifted_at IS NULL) AS stops,
            CASE WHEN CAST(:since AS timestamptz) IS NOT NULL THEN (
                SELECT jsonb_agg(to_jsonb(known) ORDER BY known.at) FROM (
                    SELECT at, channel, outcome, left(number_digest, 16) AS number, case_id, false AS by_borrower,
                        borrower_id <> :borrower_id AS somebody_else, CAST(NULL AS timestamptz) AS until
                    FROM attempt
                    WHERE (borrower_id = :borrower_id OR number_digest = CAST(:digest AS text))
                        AND at >= CAST(:since AS timestamptz)
                    UNION ALL
                    SELECT decided_at, channel, NULL, left(number_digest, 16), case_id, false,
                        borrower_id <> :borrower_id, expires_at
                    FROM permit
                    WHERE verdict = 'permitted' AND used_at IS NULL AND expires_at > :now
                        AND channel = CAST(:channel AS text)
                        AND (borrower_id = :borrower_id OR number_digest = CAST(:digest AS text))
                    UNION ALL
                    SELECT at, channel, outcome, NULL, case_id, true, false, NULL
                    FROM conversation
                    WHERE case_id = :case_id AND permit_id IS NULL AND at >= CAST(:since AS timestamptz)
                ) known) END AS history,
            CASE WHEN CAST(:replies AS boolean) THEN (
                SELECT max(at) FROM inbound WHERE borrower_id = :borrower_id AND channel = CAST(:channel AS text)
            ) END AS inbound_at
        FROM consumer_position WHERE topic = :topic
    ) heard
    LEFT JOIN hold h ON h.borrower_id = :borrower_id AND (h.lifted_at IS NULL OR h.lifted_at > :now)
        AND h.starts_at <= :now AND (h.ends_at IS NULL OR h.ends_at > :now)
    ORDER BY h.hold_id
    """
)
REFERENCE = 16
"""How much of a digest stands for a number in what is kept with a decision."""


@dataclass(frozen=True, slots=True)
class Known:
    """The holds in force on a borrower, whichever case they came from, and how far this copy can be trusted; with them
    the stops in force, whatever they cover, the contacts that count, and the borrower's last message in the channel.

    On how many partitions a beat was heard, the oldest of the beats, and whether an event of one of the borrower's
    open cases (or of the case that is asked about) is set aside, so that a hold among them may not be known here.
    """

    holds: tuple[HoldFact, ...]
    partitions: int
    oldest: datetime | None
    aside: bool
    stops: tuple[StopFact, ...]
    history: tuple[Contact, ...]
    inbound_at: datetime | None


async def lock_budget(session: AsyncSession, borrower_id: UUID) -> None:
    """Lock the borrower's budget until the transaction ends, making the row when there is none. Behind the fence."""
    await BUDGET.run(session, {"borrower_id": borrower_id})


async def lock_number(session: AsyncSession, digest: str) -> None:
    """Lock a number until the transaction ends: it may belong to several borrowers, each with a budget of their own."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(digest, 0))))


async def known_of(
    session: AsyncSession,
    topic: str,
    case_id: UUID,
    borrower_id: UUID,
    digest: str | None,
    channel: Channel,
    now: datetime,
    *,
    since: datetime | None,
    replies: bool,
) -> Known:
    """What is known of the borrower of a case at `now`, as far as the events of a topic were heard.

    Contacts are looked up from `since` on, None: not at all; the borrower's last message only with `replies`.
    """
    values = {
        "topic": topic, "case_id": case_id, "borrower_id": borrower_id, "digest": digest, "channel": channel.value,
        "now": now, "since": since, "replies": replies,
    }  # fmt: skip
    rows = (await KNOWN.run(session, values)).all()
    holds = tuple(HoldFact(str(row.hold_id), tuple(sorted(row.blocks)), row.ends_at) for row in rows if row.hold_id)
    stops = tuple(StopFact(stop_id, StopScope(scope), value) for stop_id, scope, value in rows[0].stops or ())
    history = tuple(_contact(one) for one in rows[0].history or ())
    return Known(holds, rows[0].partitions, rows[0].oldest, rows[0].aside, stops, history, rows[0].inbound_at)


def _contact(one: dict[str, Any]) -> Contact:
    return Contact(
        at=datetime.fromisoformat(one["at"]),
        channel=Channel(one["channel"]),
        outcome=one["outcome"],
        number=one["number"],
        debts=(one["case_id"],),
        by_borrower=one["by_borrower"],
        somebody_else=one["somebody_else"],
        until=None if one["until"] is None else datetime.fromisoformat(one["until"]),
    )


async def put_permit(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a decision; `verdicts` and `facts` are JSON values."""
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
        "state": "unknown" if used else message.state,
        "used_permit_id": values["permit_id"] if used else None,
        "reason": reason,
    }
    await ASKED.run(session, _stored(values) | asked)


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: orjson.dumps(values[name]).decode() for name in ("verdicts", "facts")}


async def earliest_of(session: AsyncSession, permit_id: UUID) -> datetime | None:
    """The next legal moment that a refusal named."""
    found = select(col(Permit.earliest)).where(col(Permit.permit_id) == permit_id)
    return (await session.execute(found)).scalar_one_or_none()


async def lock_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    found = select(Permit).where(col(Permit.permit_id) == permit_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()
