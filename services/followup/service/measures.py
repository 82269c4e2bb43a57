"""Measures of a period, for those who answer for teams."""

from collections import defaultdict
from dataclasses import asdict
from datetime import date, timedelta
from math import nan
from typing import Any

from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.followup.domain.kpi_facts import Facts, Spread
from services.followup.domain.kpis import fairness, measure
from services.followup.kpi_words import kpi_words
from services.followup.repository import measured
from services.followup.schemas.measures import KpiGroup, KpiReport, KpiView
from services.followup.service.policies import DEFAULT, Policies

READERS = frozenset({"supervisor", "manager", "risk", "compliance"})
USUAL_DAYS = 30


class Measures:
    """Answers how a period went; nothing changes."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def report(self, caller: Caller, since: date | None, until: date | None, by: str) -> KpiReport:
        """Every measure from `since` until, and without, `until` (the last thirty days unless told), by a grouping.

        InvalidInput when the period is empty or longer than the policy allows.
        """
        caller.require_any(READERS)
        now = self._database.clock.now()
        terms, clock = self._policies.measures(now), self._policies.pack(DEFAULT, now)
        last = until or clock.today(now) + timedelta(days=1)
        first = since or last - timedelta(days=USUAL_DAYS)
        if not timedelta(0) < last - first <= timedelta(days=terms.longest_period_days):
            raise InvalidInput(
                f"the period goes from a day to a later one, over at most {terms.longest_period_days} days",
                fields=[("#/to", "not after from, or too far from it")],
            )
        async with self._database.read() as session:
            found = await measured.facts(
                session, by, clock.at(first), clock.at(last), terms.discount_rate, terms.bucket_edges
            )
        return KpiReport.model_validate(
            {
                "from": first,
                "to": last,
                "by": by,
                "groups": [
                    _group(name, facts) for name, facts in sorted(facts_by_group(found, terms.smallest_group).items())
                ],
            }
        )

    async def fairness(self) -> tuple[float, float]:
        """Outcome fairness of the last thirty days and the floor below which somebody is alerted (UK-18).

        Not a number while there are too few decisions to tell.
        """
        now = self._database.clock.now()
        terms = self._policies.measures(now)
        async with self._database.read() as session:
            found = await measured.outcomes(session, now - timedelta(days=USUAL_DAYS), now)
        ratio = fairness(Facts(figures=found), terms.fairness_decisions)
        return nan if ratio is None else float(ratio), float(terms.fairness_floor)


def facts_by_group(found: measured.Found, smallest_group: int) -> dict[str, Facts]:
    """The rows of a period as facts of each group; one group of nothing when there is nothing."""
    parts: dict[str, dict[str, dict[Any, Any]]] = defaultdict(lambda: defaultdict(dict))
    for row in found.counts:
        group, key = parts[row["grouped"]], (row["kind"], row["tag"])
        group["counts"][key] = group["counts"].get(key, 0) + row["happened"]
        if row["currency"]:
            group["amounts"][(*key, row["currency"])] = row["amount"]
            group["received"][(*key, row["currency"])] = row["received"]
            group["conceded"][(*key, row["currency"])] = row["conceded"]
    for row in found.figures:
        parts[row["grouped"]]["figures"][row["name"]] = row["figure"]
    for row in found.cohorts:
        parts[row["grouped"]]["figures"] |= {name: value for name, value in row.items() if name != "grouped"}
    for row in found.in_time:
        parts[row["grouped"]]["figures"] |= {row["name"]: row["figure"], row["of_these"]: row["well"]}
    for row in found.spreads:
        spread = Spread(row["happened"], row["median"], row["ninetieth"])
        parts[row["grouped"]]["spreads"][row["name"]] = spread
    for row in found.recovery:
        for what in ("entry_balance", "recovered_pv"):
            parts[row["grouped"]]["values"][what, row["currency"]] = row[what]
    for row in found.rolls:
        group, bucket, currency = parts[row["grouped"]], row["bucket"], row["currency"]
        group["opening"][f"M{bucket}", currency] = row["opening"]
        group["moved"][f"M{bucket}->M{bucket + 1}", currency] = row["moved"]
    for group in parts.values():
        group["figures"]["smallest_group"] = smallest_group
    return {name: Facts(**group) for name, group in parts.items()} or {"all": Facts()}


def _group(name: str, facts: Facts) -> KpiGroup:
    words = kpi_words()
    found = {
        group: [KpiView.model_validate(asdict(kpi) | words[kpi.name].model_dump()) for kpi in kpis]
        for group, kpis in measure(facts).items()
    }
    return KpiGroup(group=name, measures=found)
