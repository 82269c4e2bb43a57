"""The dated policies of intake, as its use cases ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from services.common.kernel.clock import local_day
from services.common.kernel.dated import Dated, PolicyValue, Version
from services.common.kernel.policy_file import load_dated
from services.common.packs.loader import load_packs
from services.common.packs.rules import Rule
from services.common.packs.vocabulary import Actor, Product
from services.intake.domain.case_state import CaseState
from services.intake.domain.clocks import ClockPolicy
from services.intake.domain.dpd import ArrearsScale
from services.intake.domain.flags import FlagPolicy
from services.intake.domain.form import FormPolicy
from services.intake.domain.holds import HoldPolicy
from services.intake.domain.quadrant import QuadrantPolicy
from services.intake.domain.stages import StagePolicy
from services.intake.domain.triage import TriagePolicy

PACKAGE = "services.intake"
PLAN_STATES = (CaseState.PLAN_ACTIVE, CaseState.PLAN_AT_RISK)


@dataclass(frozen=True, slots=True)
class CasePolicy(PolicyValue):
    """Times and limits of a case (policy/cases.yaml); `time_zone` is the bank's, whose days are business days.

    `portfolio` is where accounts belong of which nobody says another one.
    """

    time_zone: str
    language: Literal["zh", "en"]
    phone_region: str
    portfolio: str
    max_rounds: int
    triage_hours: int
    record_request_days: int
    review_import_days: int
    reentry_days: int
    parked_event_hours: int
    attention_days: int
    vulnerable_holds: frozenset[str]
    still_days: Mapping[CaseState, int]

    def today(self, now: datetime) -> date:
        """The bank's day."""
        return local_day(now, self.time_zone)

    def still_until(self, state: CaseState, plan_ends_on: date | None, now: datetime) -> datetime:
        """Until when a case may stand in `state` before somebody asks why."""
        still = now + timedelta(days=self.still_days[state])
        if state in PLAN_STATES and plan_ends_on is not None:
            still += max(timedelta(0), timedelta(days=(plan_ends_on - self.today(now)).days))
        return still


class Policies:
    """Reads the version in force; a service does not start with a policy file that is wrong.

    `overlay` is the folder of the bank's own rules on top of the packs.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        self._cases: Dated[CasePolicy] = load_dated(PACKAGE, "cases", CasePolicy)
        self._arrears: Dated[ArrearsScale] = load_dated(PACKAGE, "arrears", ArrearsScale)
        self._triage: Dated[TriagePolicy] = load_dated(PACKAGE, "triage", TriagePolicy)
        self._stages: Dated[StagePolicy] = load_dated(PACKAGE, "stages", StagePolicy)
        self._holds: Dated[HoldPolicy] = load_dated(PACKAGE, "holds", HoldPolicy)
        self._flags: Dated[FlagPolicy] = load_dated(PACKAGE, "flags", FlagPolicy)
        self._clocks: Dated[ClockPolicy] = load_dated(PACKAGE, "clocks", ClockPolicy)
        self._form: Dated[FormPolicy] = load_dated(PACKAGE, "form", FormPolicy)
        self._quadrants: Dated[QuadrantPolicy] = load_dated(PACKAGE, "quadrants", QuadrantPolicy)
        self._packs = load_packs(overlay)

    def cases(self, now: datetime) -> CasePolicy:
        """Times and limits on the day of `now`."""
        return self._cases.on(now.date()).value

    def arrears(self, day: date) -> ArrearsScale:
        """Buckets on `day`."""
        return self._arrears.on(day).value

    def triage(self, now: datetime) -> Version[TriagePolicy]:
        """Packs on the day of `now`."""
        return self._triage.on(now.date())

    def stages(self, now: datetime) -> StagePolicy:
        """Stages of collection on the day of `now`."""
        return self._stages.on(now.date()).value

    def holds(self, now: datetime) -> HoldPolicy:
        """Kinds of holds on the day of `now`."""
        return self._holds.on(now.date()).value

    def flags(self, now: datetime) -> FlagPolicy:
        """Kinds of vulnerability flags on the day of `now`."""
        return self._flags.on(now.date()).value

    def form(self, now: datetime) -> FormPolicy:
        """When somebody asks about the intake form."""
        return self._form.on(now.date()).value

    def quadrants(self, now: datetime) -> Version[QuadrantPolicy]:
        """Ability and willingness on the day of `now`."""
        return self._quadrants.on(now.date())

    def clocks(self, now: datetime) -> ClockPolicy:
        """When somebody is warned of statutory clocks."""
        return self._clocks.on(now.date()).value

    def rules_of_case(self, pack: str | None, product: str, day: date) -> dict[str, tuple[str, Rule]]:
        """The rules of the packs of a case that are about its product, by id, each with the version of its pack.

        A case that was not triaged yet, or of an imported extract, has those of the house alone.
        """
        named = tuple(name for name in (pack or "").split("+") if name in self._packs.by_name)
        return {
            rule.id: (found.version, rule)
            for found in self._packs.of_case(named, day)
            for rule in found.rules.values()
            if rule.applies(Actor.LENDER, Product.named(product), None)
        }

    def packed_rule(self, rule_id: str, day: date) -> tuple[str, Rule]:
        """A rule of the packs on `day`, with the version of its pack."""
        rule = self._packs.rule(rule_id, day)
        return self._packs.on(rule.pack, day).version, rule

    def rule(self, rule_id: str, day: date) -> Rule:
        """A rule of the packs, with the numbers in force on `day`."""
        return self._packs.rule(rule_id, day)
