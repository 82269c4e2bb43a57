"""How options are shown: every rule in both languages, the numbers before and after, what both sides gain."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.common.banking.port import AccountSnapshot
from services.plans.domain.catalogue import LUMP_SUMS, WITHOUT_A_PLAN, ReliefCatalogue
from services.plans.domain.interest_suspension import percent
from services.plans.domain.options import Option, Situation
from services.plans.domain.reliefs.judging import Judged
from services.plans.domain.reliefs.terms import ScheduledInstalment, Terms
from services.plans.option_texts import DECIDED_BY_PEOPLE, sentence
from services.plans.schemas.base import Line, ToDecide
from services.plans.schemas.options import GainView, HoldView, OptionRuleView, OptionsView, OptionView
from services.plans.service.means.debt_advice import debt_advice
from services.plans.service.means.facts import comparison_of
from services.plans.texts import RELIEF_NAMES


@dataclass(frozen=True, slots=True)
class Shown:
    """From what options were computed."""

    snapshot: AccountSnapshot
    situation: Situation
    catalogue: ReliefCatalogue
    policy_version: str


def options_view(case_id: UUID, found: Sequence[Option], shown: Shown) -> OptionsView:
    """All options in the order of the catalogue, and whether a lump sum may be asked for after them."""
    borrower = shown.situation.borrower
    return OptionsView(
        case_id=case_id,
        account_as_of=shown.snapshot.as_of,
        own_share=borrower.max_instalment,
        policy_version=shown.policy_version,
        lump_sum_may_be_asked=any(one.eligible and one.relief not in LUMP_SUMS for one in found),
        debt_advice=debt_advice() if borrower.deficit else None,
        options=[option_view(one, shown) for one in found],
    )


def option_view(one: Option, shown: Shown) -> OptionView:
    """One relief."""
    zh, en = RELIEF_NAMES[one.relief]
    terms, hold, borrower = one.terms, one.hold, shown.situation.borrower
    told = terms.instruction if terms else None
    highest = terms.highest_payment if terms else None
    return OptionView(
        relief_type=one.relief,
        name_zh=zh,
        name_en=en,
        eligible=one.eligible,
        draft=one.eligible and terms is not None and one.relief not in WITHOUT_A_PLAN,
        reasons=[rule_view(judged) for judged in one.verdicts],
        restructured=shown.catalogue.terms(one.relief).restructured,
        instalments=terms.instalments if terms else None,
        first_due_date=told.starts_on if told else None,
        end_date=terms.end_date if terms else None,
        payment=terms.payment if terms else None,
        last_payment=terms.schedule[-1].amount if terms else None,
        highest_payment=highest,
        total=terms.total if terms else None,
        waived=terms.waived if terms else None,
        affordable=highest <= borrower.max_instalment if highest else None,
        headroom=borrower.max_instalment - highest if highest else None,
        annual_rate=told.annual_rate if told else None,
        pause_months=told.pause_months if told else None,
        review_date=told.review_date if told else None,
        parked=told.parked if told else None,
        settlement_recovery_percent=terms.recovery_percent if terms else None,
        comparison=comparison_of(terms, shown.snapshot) if terms else None,
        gain=_gain(one, terms, shown) if terms else None,
        schedule=_lines(terms.schedule) if terms else [],
        afterwards=_lines(terms.afterwards) if terms else [],
        hold=HoldView(until=hold.until, days=hold.days, interest=hold.interest) if hold else None,
        people_decide=[
            ToDecide(code=code, zh=DECIDED_BY_PEOPLE[code][0], en=DECIDED_BY_PEOPLE[code][1])
            for code in one.people_decide
        ],
    )


def rule_view(judged: Judged) -> OptionRuleView:
    """A verdict as it is shown."""
    zh, en = sentence(judged)
    return OptionRuleView(rule=judged.rule, passed=judged.passed, reason=en, reason_zh=zh)


def _gain(one: Option, terms: Terms, shown: Shown) -> GainView:
    claim, compared = shown.situation.account.claim, terms.comparison
    return GainView(
        claim=claim,
        given_up=terms.waived,
        given_up_percent=percent(terms.waived.exact / claim.exact * 100, 2),
        saved=-compared.total_cost_change,
        present_value_before=compared.npv_before,
        present_value_after=compared.npv_after,
        worth_percent=None if one.worth is None else percent(one.worth, 2),
    )


def _lines(schedule: Sequence[ScheduledInstalment]) -> list[Line]:
    return [Line(number=line.number, due_date=line.due_date, amount=line.amount) for line in schedule]
