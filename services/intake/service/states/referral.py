"""What the law has to say before a case is referred: decisions that are owed, relief that is weighed, days to wait."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.common.kernel.clock import local_day
from services.common.packs.rules import Rule
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.clocks import (
    default_notice_allows,
    its_day_has_come,
    nothing_waits_for_a_decision,
)
from services.intake.domain.forbearance import relief_was_weighed
from services.intake.domain.hardship import EnforcementTerms, Refusal, enforcement_block
from services.intake.domain.holds import ActionClass
from services.intake.domain.mortgage import Delinquency, InterventionTerms, early_intervention
from services.intake.errors import ReferralBlocked
from services.intake.models import CollectionsCase, StatutoryClock
from services.intake.policies import Policies
from services.intake.repository import cases, clocks, records
from services.intake.service.holds.placing import is_over
from services.intake.service.requests.starting import US_MORTGAGE

AU_AFTER_REFUSAL: Final = "AU-05"
EU_FORBEARANCE: Final = "EU-07"
DEFAULT_NOTICES: Final = ("AU-06", "UK-15")
REFUSED: Final = frozenset(
    {"request.declined", "plan.rejected", "assessment.deficit", "evidence.rejected", "evidence.deadline_passed"}
)


async def require_referable(
    uow: UnitOfWork, case: CollectionsCase, default_notice_on: date | None, policies: Policies
) -> None:
    """Raise `ReferralBlocked` with the first rule that does not let a locked case be referred today."""
    now = uow.now()
    today = policies.cases(now).today(now)
    holds = await records.holds(uow.session, case.borrower_id)
    if any(ActionClass.ENFORCEMENT in hold.blocks and not is_over(hold, now) for hold in holds):
        raise ReferralBlocked("a hold on the borrower lets nobody enforce anything", rule="HOLD-01")
    found = await clocks.of_case(uow.session, case.case_id)
    waiting = [clock for clock in found if clock.met_at is None]
    if not nothing_waits_for_a_decision(clock.kind for clock in waiting):
        owed = next(clock for clock in waiting if not nothing_waits_for_a_decision([clock.kind]))
        raise ReferralBlocked("a request for relief waits for its decision", rule=owed.rule_id)
    rules = {rule_id: rule for rule_id, (_, rule) in policies.rules_of_case(case.pack, case.product, today).items()}
    if EU_FORBEARANCE in rules and not await _weighed(uow, case):
        raise ReferralBlocked(
            "no relief was weighed in this case: reopen it, so that options are computed, "
            "or decline a request for relief with reasons",
            rule=EU_FORBEARANCE,
        )
    for rule_id, earliest in _days(case, found, rules, default_notice_on):
        if earliest == date.max:
            raise ReferralBlocked("say when the default notice was served: `default_notice_on`", rule=rule_id)
        if earliest is not None and not its_day_has_come(today, earliest):
            raise ReferralBlocked(f"nothing is enforced before {earliest}", rule=rule_id, earliest=earliest.isoformat())


async def _weighed(uow: UnitOfWork, case: CollectionsCase) -> bool:
    steps = await cases.steps(uow.session, case.case_id)
    declined = await clocks.refused_on(uow.session, case.case_id) is not None
    return relief_was_weighed((step.trigger for step in steps), declined=declined)


def _days(
    case: CollectionsCase, found: Sequence[StatutoryClock], rules: dict[str, Rule], default_notice_on: date | None
) -> list[tuple[str, date | None]]:
    """The first day that each rule leaves open; `date.max` where nobody knows."""
    days: list[tuple[str, date | None]] = []
    if AU_AFTER_REFUSAL in rules:
        given = max((_met_on(clock) for clock in found if clock.met_by in REFUSED), default=None)
        terms = rules[AU_AFTER_REFUSAL].terms(EnforcementTerms)
        days.append((AU_AFTER_REFUSAL, enforcement_block(Refusal(given), terms).enforcement_earliest))
    for rule_id in DEFAULT_NOTICES:
        if rule_id in rules:
            remedy: int = rules[rule_id].value("remedy_days")
            served = default_notice_on
            days.append((rule_id, date.max if served is None else default_notice_allows(served, remedy)))
    if US_MORTGAGE in rules and case.product == "mortgage" and case.oldest_unpaid_due_date is not None:
        terms_us = rules[US_MORTGAGE].terms(InterventionTerms)
        first = early_intervention(Delinquency(case.oldest_unpaid_due_date), terms_us)
        days.append((US_MORTGAGE, first.foreclosure_referral_not_before))
    return days


def _met_on(clock: StatutoryClock) -> date:
    assert clock.met_at is not None, "only what is met has a refusal"
    return local_day(clock.met_at, clock.zone)
