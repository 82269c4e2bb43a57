"""Measures of a period from counts: each with its formula in words, "n/a" where there is nothing to take a share of.

Amount recovered never stands alone (CN-29): it is given with complaints, completed plans and plans that failed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from services.common.kernel.percent import NOT_APPLICABLE, percent
from services.common.kernel.rule import business_rule
from services.followup.domain.feedback import may_be_shown_together, mean_score
from services.followup.domain.kpi_facts import Facts, Kpi

_PER = 1000


Compute = Callable[[str, Facts], Sequence[Kpi]]


def _share(name: str, part: int | Decimal, whole: int | Decimal, of: str = "") -> Kpi:
    return Kpi(name, "share", percent(part, whole), str(part), str(whole), of)


def _ratio(part: Callable[[Facts], int], whole: Callable[[Facts], int]) -> Compute:
    return lambda name, facts: [_share(name, part(facts), whole(facts))]


def _per_thousand(part: Callable[[Facts], int], whole: Callable[[Facts], int]) -> Compute:
    def compute(name: str, facts: Facts) -> Sequence[Kpi]:
        n, d = part(facts), whole(facts)
        value = NOT_APPLICABLE if d == 0 else percent(n * _PER, d * 100).removesuffix("%")
        return [Kpi(name, "per_thousand", value, str(n), str(d))]

    return compute


def _count(of: Callable[[Facts], int]) -> Compute:
    return lambda name, facts: [Kpi(name, "count", str(of(facts)))]


def _took(what: str) -> Compute:
    def compute(name: str, facts: Facts) -> Sequence[Kpi]:
        found = facts.spreads.get(what)
        if found is None or found.count == 0:
            return [Kpi(name, "hours", NOT_APPLICABLE)]
        of = str(found.count)
        return [
            Kpi(name, "hours", _hours(found.median), denominator=of, part="median"),
            Kpi(name, "hours", _hours(found.ninetieth), denominator=of, part="p90"),
        ]

    return compute


def _hours(took: timedelta) -> str:
    return f"{Decimal(took // timedelta(seconds=1)) / 3600:.1f}"


def _figure(name: str) -> Callable[[Facts], int]:
    return lambda facts: facts.figures.get(name, 0)


def _of(kind: str, *tags: str) -> Callable[[Facts], int]:
    return lambda facts: facts.count(kind, *tags)


def _rpcs(facts: Facts) -> int:
    return facts.count("attempt", "right_party")


def _connected(facts: Facts) -> int:
    return facts.count("attempt", "right_party", "connected")


def _currencies(keys: Sequence[str]) -> list[str]:
    return sorted(set(keys))


def _kept_amount(name: str, facts: Facts) -> Sequence[Kpi]:
    found = []
    for currency in _currencies([c for kind, _, c in facts.amounts if kind == "promise_due"]):
        promised = sum((a for (k, _, c), a in facts.amounts.items() if (k, c) == ("promise_due", currency)), Decimal(0))
        came = sum((a for (k, _, c), a in facts.received.items() if (k, c) == ("promise_due", currency)), Decimal(0))
        found.append(_share(name, came, promised, currency))
    return found or [Kpi(name, "share", NOT_APPLICABLE)]


def _rolls(name: str, facts: Facts) -> Sequence[Kpi]:
    return [
        _share(name, moved, facts.opening[move.partition("->")[0], currency], f"{move} {currency}")
        for (move, currency), moved in sorted(facts.moved.items())
    ] or [Kpi(name, "share", NOT_APPLICABLE)]


@business_rule(
    id="CN-29",
    group="measures",
    summary="Amount recovered is shown beside complaints, completed plans and plans that failed again, never alone.",
    source="house reading of the practice against looking only at results",
)
def may_be_shown(names: frozenset[str]) -> bool:
    return "recovery_rate" not in names or {"complaint_rate", "plan_completion", "redefault_6m"} <= names


def _recovery(name: str, facts: Facts) -> Sequence[Kpi]:
    return [
        _share(name, max(worth, Decimal(0)), facts.values["entry_balance", currency], currency)
        for (what, currency), worth in sorted(facts.values.items())
        if what == "recovered_pv"
    ] or [Kpi(name, "share", NOT_APPLICABLE)]


def _satisfaction(name: str, facts: Facts) -> Sequence[Kpi]:
    given = {int(tag): n for (kind, tag), n in facts.counts.items() if kind == "feedback_given"}
    mean, answers = mean_score(given), sum(given.values())
    shown = mean is not None and may_be_shown_together(answers, facts.figures.get("smallest_group", 0))
    return [Kpi(name, "score", str(mean) if shown else NOT_APPLICABLE, denominator=str(answers) if shown else None)]


def _concessions(name: str, facts: Facts) -> Sequence[Kpi]:
    """What plans concede for each unit of currency that was recovered; the amount itself is the numerator."""
    found = []
    for currency in _currencies([c for kind, _, c in facts.conceded if kind == "activated"]):
        given = sum((a for (k, _, c), a in facts.conceded.items() if (k, c) == ("activated", currency)), Decimal(0))
        came = max(facts.values.get(("recovered_pv", currency), Decimal(0)), Decimal(0))
        value = f"{given / came:.2f}" if came else NOT_APPLICABLE
        found.append(Kpi(name, "ratio", value, str(given), str(came), currency))
    return found or [Kpi(name, "ratio", NOT_APPLICABLE)]


def fairness(facts: Facts, fewest: int = 1) -> Fraction | None:
    """Share of plans approved for cases that are met with care, over that of the others.

    None where a group has fewer decisions than `fewest`, or where nothing was approved for the others.
    """
    shares = []
    for group in ("with_care", "without_care"):
        decided = facts.figures.get(f"decided_{group}", 0)
        if decided < max(fewest, 1):
            return None
        shares.append(Fraction(facts.figures.get(f"approved_{group}", 0), decided))
    return shares[0] / shares[1] if shares[1] else None


def _fairness(name: str, facts: Facts) -> Sequence[Kpi]:
    ratio = fairness(facts)
    return [Kpi(name, "ratio", NOT_APPLICABLE if ratio is None else f"{float(ratio):.2f}")]


def _asked_messages(facts: Facts) -> int:
    return facts.count("message_sent") + facts.count("message_refused") + facts.count("message_unreachable")


KPIS: Mapping[str, Mapping[str, Compute]] = {
    "contact": {
        "connect_rate": _ratio(_connected, _of("attempt")),
        "rpc_rate": _ratio(_rpcs, _of("attempt")),
        "rpc_rate_connected": _ratio(_rpcs, _connected),
        "penetration": _ratio(_figure("cases_reached"), _figure("cases_worked")),
        "blocked_contacts": _ratio(_of("message_refused"), _asked_messages),
        "override_rate": _ratio(_of("task_opened", "decide_override"), _of("message_refused")),
        "phrase_violations": _ratio(_of("message_refused", "TEXT-01"), _asked_messages),
    },
    "promises": {
        "promise_rate": _ratio(_of("promise_made"), _of("rpc")),
        "kept_rate": _ratio(_of("promise_due", "kept"), _of("promise_due")),
        "kept_rate_amount": _kept_amount,
        "broken_promise_rate": _ratio(_of("promise_due", "broken"), _of("promise_due")),
    },
    "portfolio": {
        "roll_rate": _rolls,
        "cure_rate": _ratio(_figure("cases_cured"), _figure("cases_open")),
        "self_cure_rate": _ratio(_figure("cases_self_cured"), _figure("cases_cured")),
    },
    "plans": {
        "plan_conversion": _ratio(_of("agreement_signed"), _of("relief_requested")),
        "plan_completion": _ratio(_figure("cohort_completed"), _figure("cohort_ended")),
        "plan_adherence": _ratio(_figure("instalments_in_time"), _figure("instalments_due")),
        "redefault_3m": _ratio(_figure("broken_3m"), _figure("cohort")),
        "redefault_6m": _ratio(_figure("broken_6m"), _figure("cohort")),
        "redefault_12m": _ratio(_figure("broken_12m"), _figure("cohort")),
        "concession_cost": _concessions,
        "affordability_tight": _ratio(_figure("plans_tight"), _figure("plans_with_headroom")),
        "approval_return_rate": _ratio(_of("plan_returned"), _of("plan_submitted")),
        "evidence_first_time_right": _ratio(_figure("evidence_right_at_first"), _figure("evidence_reviewed")),
    },
    "time": {
        "time_to_first_contact": _took("first_contact"),
        "time_to_decision": _took("decision"),
        "time_to_activation": _took("activation"),
        "evidence_turnaround": _took("evidence"),
        "approval_touch_time": _took("approval"),
        "core_sync_lag": _took("core_sync"),
        "core_mismatches": _count(_of("activation_refused")),
        "tasks_in_time": _ratio(_figure("tasks_in_time"), _figure("tasks_due")),
        "escalations_in_time": _ratio(_figure("escalations_in_time"), _figure("escalations_due")),
        "statutory_compliance": _ratio(_figure("cases_answered_in_law"), _figure("cases_asking")),
    },
    "conduct": {
        "complaint_rate": _per_thousand(_figure("complaints"), _of("rpc")),
        "care_identified": _ratio(_figure("cases_with_care"), _figure("cases_reached")),
        "outcome_fairness": _fairness,
        "satisfaction": _satisfaction,
        "feedback_response": _ratio(_of("feedback_given"), _of("feedback_requested")),
    },
    "recovery": {
        "recovery_rate": _recovery,
    },
}
"""How each measure is computed, by group and name, in the order in which they are read."""


def measure(facts: Facts) -> dict[str, list[Kpi]]:
    """Every measure of the facts by group. ValueError when one would stand alone that may not."""
    found = {
        group: [kpi for name, compute in kpis.items() for kpi in compute(name, facts)] for group, kpis in KPIS.items()
    }
    if not may_be_shown(frozenset(kpi.name for kpis in found.values() for kpi in kpis)):
        raise ValueError("amount recovered does not stand alone")
    return found
