"""What a borrower can be offered: each relief of the catalogue, with its reasons and its terms.

A relief that is not allowed is shown too, with the rule that says no; its numbers are there when they can be
computed, because "why not" is asked as often as "what".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.common.kernel.money import Money
from services.plans.domain import relief_rules as rules
from services.plans.domain.catalogue import (
    CARD,
    NO_CARD_INSTALMENTS,
    WITHOUT_A_PLAN,
    ReliefCatalogue,
    ReliefTerms,
    ReliefType,
)
from services.plans.domain.interest_suspension import percent
from services.plans.domain.reliefs.deferrals import defer
from services.plans.domain.reliefs.extensions import capitalise, extend, re_age, stop_interest
from services.plans.domain.reliefs.facts import (
    AccountFacts,
    Asked,
    BorrowerFacts,
    Circumstances,
    Wish,
    require_sense,
)
from services.plans.domain.reliefs.interim import Hold, hold, promise
from services.plans.domain.reliefs.judging import Computed, Judged, judge
from services.plans.domain.reliefs.reductions import cut_rate, reduce_payment
from services.plans.domain.reliefs.service_members import judged_for_service
from services.plans.domain.reliefs.settlements import settle
from services.plans.domain.reliefs.terms import Terms
from services.plans.domain.reliefs.waivers import discount, waive
from services.plans.domain.reliefs.workouts import judged_for_workouts
from services.plans.domain.settlement import CashFlow, present_value

_FAMILIES: Mapping[ReliefType, Callable[[Asked], Computed]] = {
    ReliefType.DEFER_CAP: defer,
    ReliefType.DEFER_SPREAD: defer,
    ReliefType.DEFER_WAIVE: defer,
    ReliefType.REDUCED: reduce_payment,
    ReliefType.EXTEND: extend,
    ReliefType.RATE_CUT: cut_rate,
    ReliefType.INT_STOP: stop_interest,
    ReliefType.FEE_WAIVE: waive,
    ReliefType.INT_WAIVE: waive,
    ReliefType.PRIN_DISC: discount,
    ReliefType.CAPITALISE: capitalise,
    ReliefType.REAGE: re_age,
    ReliefType.SETTLE: settle,
    ReliefType.PTP: promise,
}
# A deficit bears these; everything else is an instalment.
_IN_A_DEFICIT = frozenset({ReliefType.REDUCED, ReliefType.HOLD_INTERIM})


@dataclass(frozen=True, slots=True)
class Situation:
    """Who asks: the account, what the assessment of the borrower found, and the circumstances."""

    account: AccountFacts
    borrower: BorrowerFacts
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Option:
    """A relief with every rule asked; `terms` is None when there is nothing to compute. A hold has no terms, and of
    some reliefs only what people have to decide is known. `worth`: to the lender today, in percent of the claim."""

    relief: ReliefType
    verdicts: tuple[Judged, ...]
    terms: Terms | None
    hold: Hold | None = None
    people_decide: tuple[str, ...] = ()
    worth: Fraction | None = None

    @property
    def eligible(self) -> bool:
        return (self.terms is not None or self.hold is not None) and all(v.passed for v in self.verdicts)

    @property
    def refusals(self) -> tuple[Judged, ...]:
        return tuple(v for v in self.verdicts if not v.passed)


def options(
    situation: Situation, wish: Wish, catalogue: ReliefCatalogue, runs: frozenset[ReliefType] | None = None
) -> tuple[Option, ...]:
    """Every relief of the catalogue, in the catalogue's order; `runs` are those the core can run, None: not asked."""
    return tuple(option(terms.relief, situation, wish, catalogue, runs) for terms in catalogue.reliefs)


def option(
    relief: ReliefType,
    situation: Situation,
    wish: Wish,
    catalogue: ReliefCatalogue,
    runs: frozenset[ReliefType] | None = None,
) -> Option:
    """One relief with its terms and the verdict of every rule. InvalidInput when the wish makes no sense."""
    account, borrower = situation.account, situation.borrower
    require_sense(account, wish)
    caps = catalogue.terms(relief)
    cap = caps.max_instalments.get(account.product)
    judged = [
        judge(rules.relief_is_offered_for_product, account.product, frozenset(caps.max_instalments)),
        judge(rules.difficulty_and_willingness, caps.needs_difficulty, borrower.in_difficulty, borrower.willing),
        *conditions(caps, situation.circumstances),
        *judged_for_workouts(caps, catalogue),
    ]
    if catalogue.card_instalments_once and account.product == CARD and relief not in NO_CARD_INSTALMENTS:
        ends = [one.ends_on for one in situation.circumstances.earlier if one.ends_on is not None]
        judged.append(judge(rules.not_in_instalments_again, ends, situation.circumstances.day,
                            ends=max(ends, default="-")))  # fmt: skip
    if runs is not None and relief not in WITHOUT_A_PLAN:
        judged.append(judge(rules.core_can_run, relief, runs))
    if caps.people_decide:
        judged.append(judge(rules.is_computed, caps.people_decide))
        return Option(relief, tuple(judged), None, people_decide=caps.people_decide)
    if cap is None:
        return Option(relief, tuple(judged), None)
    asked = Asked(caps, cap, account, borrower, situation.circumstances, wish, catalogue)
    if relief is ReliefType.HOLD_INTERIM:
        return Option(relief, tuple(judged), None, hold(asked))
    if borrower.deficit and relief not in _IN_A_DEFICIT:
        judged.append(judge(rules.no_instalment_in_a_deficit, borrower.deficit))
    computed = _FAMILIES[relief](asked)
    if computed.terms is None:
        return Option(relief, (*judged, *computed.judged), None)
    worth = _worth(asked, computed.terms)
    return Option(relief, (*judged, *_common(asked, computed, worth)), computed.terms, worth=worth)


def conditions(caps: ReliefTerms, found: Circumstances) -> list[Judged]:
    """What the catalogue asks of a borrower's circumstances for a relief, beside the product."""
    asked, told = caps.eligibility, []
    if asked.days_past_due is not None:
        span = asked.days_past_due
        told.append(judge(rules.within_days_past_due, found.days_past_due, span, found=found.days_past_due,
                          least=span.least or 0, most="…" if span.most is None else span.most))  # fmt: skip
    if asked.age_months is not None:
        span = asked.age_months
        told.append(judge(rules.debt_is_of_age, found.age_months, span, found=found.age_months,
                          least=span.least or 0, most="…" if span.most is None else span.most))  # fmt: skip
    if asked.causes is not None:
        told.append(judge(rules.situation_qualifies, found.cause, asked.causes))
    if asked.packs is not None:
        told.append(judge(rules.offered_under_packs, found.packs, asked.packs))
    if asked.programme is not None:
        told.append(judge(rules.programme_is_open, found.day, asked.programme, first=asked.programme.first_day,
                          last=asked.programme.last_day or "-"))  # fmt: skip
    agreed = [one.agreed_on for one in found.earlier if one.relief is caps.relief]
    for limit in caps.frequency:
        told.append(judge(rules.not_too_often, agreed, found.day, limit, times=limit.times, months=limit.months))
    return told


def _common(asked: Asked, computed: Computed, worth: Fraction | None) -> list[Judged]:
    terms, most = computed.terms, asked.borrower.max_instalment
    if terms is None:
        return list(computed.judged)
    months = max(terms.instalments, terms.schedule[-1].month)
    highest = terms.highest_payment
    judged = [judge(rules.within_instalment_cap, months, asked.cap, asked=months, most=asked.cap)]
    if not asked.borrower.deficit:
        judged.append(judge(rules.affordable, highest, most, asked=highest, most=most))
    if not all(line.amount.is_positive for line in terms.schedule):
        judged.append(judge(rules.pays_each_time, [line.amount for line in terms.schedule]))
    judged += computed.judged
    judged += judged_for_service(asked, terms)
    if worth is not None and asked.catalogue.value is not None and asked.relief is not ReliefType.SETTLE:
        least = asked.catalogue.value.min_recovery_percent
        found = percent(worth, 2)
        judged.append(judge(rules.worth_it_to_the_lender, found, least, worth=found, least=least))
    return judged


def _worth(asked: Asked, terms: Terms) -> Fraction | None:
    """What all payments are worth to the lender today, in percent of the claim."""
    if asked.catalogue.value is None:
        return None
    claim: Money = asked.account.claim
    flows = [CashFlow(line.month, line.amount) for line in (*terms.schedule, *terms.afterwards)]
    return present_value(flows, asked.catalogue.value.discount_rate) / claim.exact * 100
