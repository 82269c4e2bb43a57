"""Postings of the bank, and the facts that verdicts are made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.followup.domain.facts import Closing

# A posting that was assigned is of that account; what takes it back may have been booked on the one it came from. A row
# with nulls for an account without postings, so that the closed day is told in any case.
_FACTS = Sql(
    """
    SELECT days.closed_through, p.account, p.posting_ref, p.kind, p.currency, p.amount, p.value_date, p.booking_date,
        p.reverses, p.known_at
    FROM (
        SELECT CASE WHEN count(*) >= :partitions THEN min(closed_through) END AS closed_through FROM closed_day
    ) days
    LEFT JOIN (
        SELECT coalesce(assigned_to, account_ref) AS account, posting_ref, kind, currency, amount, value_date,
            booking_date, reverses, greatest(first_seen_at, assigned_at) AS known_at
        FROM posting WHERE assigned_to = ANY(:accounts) OR (account_ref = ANY(:accounts) AND assigned_to IS NULL)
        UNION ALL
        SELECT o.assigned_to, t.posting_ref, t.kind, t.currency, t.amount, t.value_date, t.booking_date, t.reverses,
            greatest(t.first_seen_at, o.assigned_at)
        FROM posting o JOIN posting t ON t.reverses = o.posting_ref AND t.account_ref = o.account_ref
        WHERE o.assigned_to = ANY(:accounts) AND o.assigned_to <> o.account_ref AND t.assigned_to IS NULL
    ) p ON true
    """
)
# As it was known: a posting was of the account it came from until somebody assigned it.
_KNOWN = Sql(
    """
    SELECT posting_ref, account_ref, kind, currency, amount, value_date, booking_date, reverses, first_seen_at,
        assigned_to, assigned_at
    FROM posting p
    WHERE account_ref = :account OR assigned_to = :account
        OR EXISTS (SELECT FROM posting o WHERE o.posting_ref = p.reverses AND o.assigned_to = :account)
    """
)
_CLOSINGS = Sql("SELECT partition, business_date, known_at FROM closing")
_KEEP = Sql(
    """
    WITH kept AS (
        INSERT INTO posting (posting_ref, source, account_ref, currency, amount, value_date, booking_date, kind,
            reverses, end_to_end_id, sightings, first_seen_at)
        VALUES (:posting_ref, :source, :account_ref, :currency, :amount, :value_date, :booking_date, :kind,
            :reverses, :end_to_end_id, 1, :at)
        ON CONFLICT (posting_ref) DO UPDATE SET sightings = posting.sightings + 1,
            end_to_end_id = coalesce(posting.end_to_end_id, excluded.end_to_end_id)
        RETURNING *, sightings = 1 AS is_new
    ), resolved AS (
        UPDATE unmatched_posting u SET resolved_at = :at, resolution = 'matched'
        FROM kept
        WHERE :counts AND kept.is_new AND u.resolved_at IS NULL AND (
            u.posting_ref = kept.posting_ref AND u.reason IN ('no_account', 'several_accounts', 'unknown_original')
            OR kept.kind = 'payment' AND u.reason = 'unknown_original' AND u.reverses = kept.posting_ref
                AND u.account_ref = kept.account_ref
        )
    )
    SELECT kept.*, EXISTS (
        SELECT FROM promise WHERE account_ref = kept.account_ref AND state <> 'PROPOSED'
            AND coalesce(cancelled_for, 'replaced') = 'replaced'
    ) AS has_promises
    FROM kept
    """
)
_FIND = Sql("SELECT *, coalesce(assigned_to, account_ref) AS account FROM posting WHERE posting_ref = :ref")
_SEE = Sql(
    "UPDATE posting SET sightings = sightings + 1, end_to_end_id = coalesce(end_to_end_id, :id) "
    "WHERE posting_ref = :ref"
)
_OF_ORDER = Sql(
    "SELECT *, coalesce(assigned_to, account_ref) AS account FROM posting "
    "WHERE end_to_end_id = :id AND kind = 'payment' ORDER BY posting_ref LIMIT 2"
)
_ASSIGN = Sql("UPDATE posting SET assigned_to = :account, assigned_at = :at WHERE posting_ref = :ref")


@dataclass(frozen=True, slots=True)
class Facts:
    """What agreements and promises are judged by: the last day the bank has closed on every partition of its feed
    (None while one has not said any), and by account every posting as far as it is counted."""

    closed_through: date | None
    postings: Mapping[str, Sequence[Row[Any]]]


async def facts_of(session: AsyncSession, accounts: Iterable[str], partitions: int) -> Facts:
    """The facts about accounts; whoever writes a judgement reads them after it has locked what is judged."""
    rows = (await _FACTS.run(session, {"accounts": list(accounts), "partitions": partitions})).all()
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.posting_ref is not None:
            found[row.account].append(row)
    return Facts(rows[0].closed_through, found)


async def known_postings(session: AsyncSession, account_ref: str) -> Sequence[Row[Any]]:
    """Every posting that ever had to do with an account, with when that was learned."""
    return (await _KNOWN.run(session, {"account": account_ref})).all()


async def closings(session: AsyncSession) -> list[Closing]:
    """Every day that was closed, with when it was learned."""
    return [Closing(row.partition, row.business_date, row.known_at) for row in await _CLOSINGS.run(session, {})]


async def keep_posting(session: AsyncSession, values: Mapping[str, Any], *, counts: bool) -> Row[Any]:
    """Write a posting, or count one more sighting of it. The row as it is stored, with `is_new` and `has_promises`.

    A new posting that `counts` takes off the work list what waited for it.
    """
    return (await _KEEP.run(session, {**values, "counts": counts})).one()


async def find_posting(session: AsyncSession, posting_ref: str) -> Row[Any] | None:
    """A posting with the `account` it belongs to now."""
    return (await _FIND.run(session, {"ref": posting_ref})).one_or_none()


async def payments_of_order(session: AsyncSession, end_to_end_id: str) -> Sequence[Row[Any]]:
    """The payments under an end-to-end id: two where there are more than one."""
    return (await _OF_ORDER.run(session, {"id": end_to_end_id})).all()


async def see_again(session: AsyncSession, posting_ref: str, end_to_end_id: str | None) -> None:
    """A file has a known posting too: count it, and keep the id that a return will name it by."""
    await _SEE.run(session, {"ref": posting_ref, "id": end_to_end_id})


async def assign_posting(session: AsyncSession, posting_ref: str, account_ref: str, at: datetime) -> None:
    """Count a posting for another account from now on."""
    await _ASSIGN.run(session, {"ref": posting_ref, "account": account_ref, "at": at})
