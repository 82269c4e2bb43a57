"""Facts of a period out of the schema `reporting`, in a fixed number of statements whatever is grouped by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

GROUPS: Mapping[str, str] = {
    "all": "'all'",
    "pack": "coalesce(c.pack, '')",
    "product": "coalesce(c.product, '')",
    "portfolio": "coalesce(c.portfolio, '')",
    "bucket": "coalesce(c.bucket, '')",
    "agent": "coalesce(c.agent, '')",
}
"""What a measure can be grouped by, as an expression of the case."""

_FROM = "FROM reporting.happening h LEFT JOIN reporting.measured_case c USING (case_id)"
_IN_PERIOD = "h.at >= :since AND h.at < :until"

_COUNTS = """
    SELECT {group} AS grouped, h.kind, h.tag, coalesce(h.currency, '') AS currency, count(*) AS happened,
        coalesce(sum(h.amount), 0) AS amount, coalesce(sum(h.received), 0) AS received,
        coalesce(sum(h.conceded), 0) AS conceded
    {source} WHERE {period} GROUP BY 1, 2, 3, 4
"""

# How plans were decided for cases that are met with care and for the others.
_OUTCOMES = """
    SELECT {group} AS grouped, 'decided_' || CASE WHEN c.with_care THEN 'with_care' ELSE 'without_care' END AS name,
        count(*) AS figure {source}
    WHERE {period} AND h.kind IN ('plan_approved', 'plan_rejected') GROUP BY 1, 2
    UNION ALL
    SELECT {group}, 'approved_' || CASE WHEN c.with_care THEN 'with_care' ELSE 'without_care' END, count(*) {source}
    WHERE {period} AND h.kind = 'plan_approved' GROUP BY 1, 2
"""

# Each gives a group, the name of a figure, and a number.
_FIGURES = """
    SELECT {group} AS grouped, 'cases_worked' AS name, count(DISTINCT h.case_id) AS figure {source}
    WHERE {period} AND h.kind IN ('attempt', 'message_sent', 'rpc') GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_reached', count(DISTINCT h.case_id) {source} WHERE {period} AND h.kind = 'rpc' GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_with_care', count(DISTINCT h.case_id) {source}
    WHERE {period} AND h.kind = 'rpc' AND c.with_care GROUP BY 1
    UNION ALL
    SELECT {group}, 'complaints', count(*) {source}
    WHERE {period} AND h.kind = 'attempt' AND h.ref = 'RPC_COMPLAINT' GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_open', count(*) FROM reporting.measured_case c
    WHERE c.opened_at < :until AND (c.closed_at IS NULL OR c.closed_at >= :since) GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_cured', count(DISTINCT h.case_id) {source} WHERE {period} AND h.kind = 'cured' GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_self_cured', count(DISTINCT h.case_id) {source}
    WHERE {period} AND h.kind = 'cured' AND NOT EXISTS (
        SELECT FROM reporting.happening r WHERE r.case_id = h.case_id AND r.kind = 'rpc' AND r.at < h.at) GROUP BY 1
    UNION ALL
    {outcomes}
    UNION ALL
    SELECT {group}, 'plans_with_headroom', count(*) {source}
    WHERE {period} AND h.kind = 'activated' AND h.headroom IS NOT NULL GROUP BY 1
    UNION ALL
    SELECT {group}, 'plans_tight', count(*) {source}
    WHERE {period} AND h.kind = 'activated' AND h.headroom < 5 GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_asking', count(DISTINCT h.case_id) {source}
    WHERE {period} AND h.kind = 'relief_requested' GROUP BY 1
    UNION ALL
    SELECT {group}, 'cases_answered_in_law', count(DISTINCT h.case_id) {source}
    WHERE {period} AND h.kind = 'relief_requested' AND NOT EXISTS (
        SELECT FROM reporting.happening b WHERE b.case_id = h.case_id AND b.kind = 'task_opened'
            AND b.tag = 'clock_breach' AND b.at >= h.at) GROUP BY 1
    UNION ALL
    SELECT {group}, 'evidence_reviewed', count(DISTINCT h.ref) {source}
    WHERE {period} AND h.kind = 'evidence_received'
        AND EXISTS (SELECT FROM reporting.happening v WHERE v.ref = h.ref
            AND v.kind IN ('evidence_verified', 'evidence_needs_more', 'evidence_rejected')) GROUP BY 1
    UNION ALL
    SELECT {group}, 'evidence_right_at_first', count(DISTINCT h.ref) {source}
    WHERE {period} AND h.kind = 'evidence_received'
        AND EXISTS (SELECT FROM reporting.happening v WHERE v.ref = h.ref AND v.kind = 'evidence_verified')
        AND NOT EXISTS (SELECT FROM reporting.happening m WHERE m.ref = h.ref
            AND m.kind IN ('evidence_needs_more', 'evidence_rejected')) GROUP BY 1
"""

_COHORT = """
    WITH cohort AS (
        SELECT {group} AS grouped, h.at,
            (SELECT min(b.at) FROM reporting.happening b WHERE b.ref = h.ref AND b.kind = 'agreement_broken') AS broken,
            EXISTS (SELECT FROM reporting.happening d WHERE d.ref = h.ref AND d.kind = 'agreement_completed') AS done
        {source} WHERE {period} AND h.kind = 'activated'
    )
    SELECT grouped, count(*) AS cohort, count(*) FILTER (WHERE done) AS cohort_completed,
        count(*) FILTER (WHERE done OR broken IS NOT NULL) AS cohort_ended,
        count(*) FILTER (WHERE broken < at + interval '3 months') AS broken_3m,
        count(*) FILTER (WHERE broken < at + interval '6 months') AS broken_6m,
        count(*) FILTER (WHERE broken < at + interval '12 months') AS broken_12m
    FROM cohort GROUP BY 1
"""

_IN_TIME = """
    SELECT grouped, 'instalments_due' AS name, count(*) AS figure, 'instalments_in_time' AS of_these,
        count(*) FILTER (WHERE NOT missed) AS well
    FROM (
        SELECT {group} AS grouped, h.ref, h.number, EXISTS (SELECT FROM reporting.happening m
            WHERE m.ref = h.ref AND m.number = h.number AND m.kind = 'instalment_missed') AS missed
        {source} WHERE {period} AND h.kind IN ('instalment_paid', 'instalment_missed') GROUP BY 1, 2, 3
    ) AS instalments GROUP BY 1
    UNION ALL
    SELECT {group}, 'tasks_due', count(*), 'tasks_in_time', count(*) FILTER (WHERE EXISTS (
        SELECT FROM reporting.happening d WHERE d.ref = h.ref AND d.kind = 'task_closed' AND d.at <= h.until))
    {source} WHERE h.kind = 'task_opened' AND h.until >= :since AND h.until < :until GROUP BY 1
    UNION ALL
    SELECT {group}, 'escalations_due', count(*), 'escalations_in_time', count(*) FILTER (WHERE EXISTS (
        SELECT FROM reporting.happening d WHERE d.ref = h.ref AND d.kind = 'task_closed' AND d.at <= h.until))
    {source} WHERE h.kind = 'task_opened' AND h.tag = 'supervisor_request' AND h.until >= :since AND h.until < :until
    GROUP BY 1
"""

# From a happening in the period to the first of some others of its case, or of its object.
_SPREADS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "first_contact": ("case_id", "case_opened", ("attempt", "message_sent", "rpc")),
    "decision": ("case_id", "relief_requested", ("plan_approved", "plan_rejected")),
    "activation": ("case_id", "relief_requested", ("activated",)),
    "evidence": ("ref", "evidence_received", ("evidence_verified", "evidence_needs_more", "evidence_rejected")),
    "approval": ("ref", "plan_submitted", ("plan_approved", "plan_returned", "plan_rejected")),
    "core_sync": ("case_id", "agreement_signed", ("activated",)),
}
_SPREAD = """
    SELECT {group} AS grouped, '{name}' AS name, e.ended - h.at AS took {source}
    CROSS JOIN LATERAL (SELECT min(e.at) AS ended FROM reporting.happening e
        WHERE e.{by} = h.{by} AND e.kind IN ({ends}) AND e.at >= h.at) AS e
    WHERE {period} AND h.kind = '{begins}' AND e.ended IS NOT NULL
"""

_RECOVERY = """
    WITH entered AS (
        SELECT {group} AS grouped, c.account_ref, c.triaged_at, c.currency, c.balance FROM reporting.measured_case c
        WHERE c.triaged_at >= :since AND c.triaged_at < :until
    )
    SELECT grouped, currency, sum(balance) AS entry_balance, sum(worth) AS recovered_pv
    FROM entered CROSS JOIN LATERAL (
        SELECT coalesce(sum(CASE h.kind WHEN 'payment' THEN h.amount ELSE -h.amount END
            / power(1 + CAST(:rate AS numeric), extract(epoch FROM h.at - entered.triaged_at)::numeric / 31536000)), 0)
            AS worth
        FROM reporting.happening h
        WHERE h.account_ref = entered.account_ref AND h.kind IN ('payment', 'reversal', 'return')
            AND h.currency = entered.currency AND h.at >= entered.triaged_at
    ) AS received GROUP BY 1, 2
"""

_ROLLS = """
    WITH standing AS (
        SELECT s.*, CASE WHEN s.days_past_due = 0 THEN 0
            ELSE width_bucket(s.days_past_due - 1, CAST(:edges AS int[])) END AS bucket
        FROM reporting.month_standing s
        WHERE s.month >= CAST(:since AS date) - interval '1 month' AND s.month < CAST(:until AS date)
    ), grouped AS (
        SELECT {group} AS grouped, opening.currency, opening.bucket, opening.balance, closing.bucket AS next_bucket
        FROM standing opening
        JOIN standing closing ON closing.account_ref = opening.account_ref
            AND closing.month = opening.month + interval '1 month'
        LEFT JOIN LATERAL (SELECT * FROM reporting.measured_case m WHERE m.account_ref = opening.account_ref
            ORDER BY m.opened_at LIMIT 1) AS c ON true
        WHERE closing.month >= CAST(:since AS date)
    )
    SELECT grouped, currency, bucket, sum(balance) AS opening,
        coalesce(sum(balance) FILTER (WHERE next_bucket = bucket + 1), 0) AS moved
    FROM grouped WHERE bucket > 0 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of every statement."""

    counts: Sequence[RowMapping]
    figures: Sequence[RowMapping]
    cohorts: Sequence[RowMapping]
    in_time: Sequence[RowMapping]
    spreads: Sequence[RowMapping]
    recovery: Sequence[RowMapping]
    rolls: Sequence[RowMapping]


class _Statements:
    def __init__(self, group: str) -> None:
        def of(text: str, **more: str) -> str:
            return text.format(group=group, source=_FROM, period=_IN_PERIOD, **more)

        pairs = " UNION ALL ".join(
            of(_SPREAD, name=name, by=by, begins=begins, ends=", ".join(f"'{end}'" for end in ends))
            for name, (by, begins, ends) in _SPREADS.items()
        )
        self.spreads = Sql(
            f"""
            SELECT grouped, name, count(*) AS happened, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median,
                percentile_cont(0.9) WITHIN GROUP (ORDER BY took) AS ninetieth
            FROM ({pairs}) AS pairs GROUP BY 1, 2
            """  # noqa: S608 - made of constants
        )
        self.counts, self.figures = Sql(of(_COUNTS)), Sql(of(_FIGURES, outcomes=of(_OUTCOMES)))
        self.outcomes = Sql(of(_OUTCOMES))
        self.cohorts, self.in_time = Sql(of(_COHORT)), Sql(of(_IN_TIME))
        self.recovery, self.rolls = Sql(of(_RECOVERY)), Sql(of(_ROLLS))


_BY = {name: _Statements(group) for name, group in GROUPS.items()}


async def facts(
    session: AsyncSession, by: str, since: datetime, until: datetime, rate: Decimal, edges: Sequence[int]
) -> Found:
    """Everything that the measures of a period need, grouped by a name of `GROUPS`. Half-open in business time."""
    statements = _BY[by]
    period: dict[str, Any] = {"since": since, "until": until}
    days: dict[str, Any] = {"since": since.date(), "until": until.date(), "edges": list(edges)}

    async def rows(statement: Sql, values: Mapping[str, Any]) -> Sequence[RowMapping]:
        return (await statement.run(session, values)).mappings().all()

    return Found(
        counts=await rows(statements.counts, period),
        figures=await rows(statements.figures, period),
        cohorts=await rows(statements.cohorts, period),
        in_time=await rows(statements.in_time, period),
        spreads=await rows(statements.spreads, period),
        recovery=await rows(statements.recovery, period | {"rate": rate}),
        rolls=await rows(statements.rolls, days),
    )


async def outcomes(session: AsyncSession, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many plans of a half-open period were decided and approved, with care and without it."""
    rows = await _BY["all"].outcomes.run(session, {"since": since, "until": until})
    return {row.name: row.figure for row in rows}
