"""What measures are computed from, written a batch at a time; a second time changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

_COLUMNS = {
    "source": "text",
    "event_id": "text",
    "kind": "text",
    "tag": "text",
    "at": "timestamptz",
    "case_id": "uuid",
    "account_ref": "text",
    "ref": "text",
    "number": "int",
    "channel": "text",
    "until": "timestamptz",
    "amount": "numeric",
    "received": "numeric",
    "currency": "text",
    "conceded": "numeric",
    "headroom": "numeric",
}
_CASE = {
    "case_id": "uuid",
    "opened_at": "timestamptz",
    "account_ref": "text",
    "triaged_at": "timestamptz",
    "pack": "text",
    "product": "text",
    "portfolio": "text",
    "bucket": "text",
    "balance": "numeric",
    "currency": "text",
    "agent": "text",
    "assigned_at": "timestamptz",
    "with_care": "boolean",
    "closed_at": "timestamptz",
}
_STANDING = {
    "account_ref": "text",
    "month": "date",
    "as_of": "date",
    "days_past_due": "int",
    "balance": "numeric",
    "currency": "text",
}


def _given(columns: Mapping[str, str]) -> str:
    lists = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in columns.items())
    return f"unnest({lists}) AS given ({', '.join(columns)})"


# The first triage says how a case is grouped; a later one (another round) does not move it.
_FIRST = ("opened_at", "account_ref", "triaged_at", "pack", "product", "portfolio", "bucket", "balance", "currency")
KEEP_HAPPENINGS = Sql(
    f"""
    INSERT INTO reporting.happening ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)} FROM {_given(_COLUMNS)}
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - made of constants
)
KEEP_CASES = Sql(
    f"""
    INSERT INTO reporting.measured_case AS known ({", ".join(_CASE)})
    SELECT {", ".join(name if name != "with_care" else "coalesce(with_care, false)" for name in _CASE)}
    FROM {_given(_CASE)}
    ON CONFLICT (case_id) DO UPDATE SET
        {", ".join(f"{name} = coalesce(known.{name}, excluded.{name})" for name in _FIRST)},
        closed_at = coalesce(known.closed_at, excluded.closed_at),
        with_care = known.with_care OR excluded.with_care,
        agent = CASE WHEN excluded.assigned_at IS NULL OR known.assigned_at > excluded.assigned_at
            THEN known.agent ELSE excluded.agent END,
        assigned_at = greatest(known.assigned_at, excluded.assigned_at)
    """  # noqa: S608 - made of constants
)
KEEP_STANDINGS = Sql(
    f"""
    INSERT INTO reporting.month_standing AS known ({", ".join(_STANDING)})
    SELECT DISTINCT ON (account_ref, month) {", ".join(_STANDING)} FROM {_given(_STANDING)}
    ORDER BY account_ref, month, as_of DESC
    ON CONFLICT (account_ref, month) DO UPDATE SET
        as_of = excluded.as_of, days_past_due = excluded.days_past_due, balance = excluded.balance,
        currency = excluded.currency
        WHERE known.as_of <= excluded.as_of
    """  # noqa: S608 - made of constants
)

Row = Mapping[str, Any]


async def keep_happenings(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Keep rows of `reporting.happening`; what is missing in one is null."""
    await _keep(session, KEEP_HAPPENINGS, _COLUMNS, rows)


async def keep_cases(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Keep how cases are grouped; one row for a case."""
    await _keep(session, KEEP_CASES, _CASE, rows)


async def keep_standings(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Keep how accounts stand; the newest of a month stays."""
    await _keep(session, KEEP_STANDINGS, _STANDING, rows)


async def _keep(session: AsyncSession, statement: Sql, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    if rows:
        await statement.run(session, {name: [row.get(name) for row in rows] for name in columns})
