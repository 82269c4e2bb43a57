"""Rules of what may be offered; the caps come from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.common.kernel.rule import business_rule
from services.plans.domain.relief_terms import Frequency, Programme, Span


@business_rule(
    id="OPT-01", group="relief", summary="The relief is offered for this product by the catalogue of the day."
)
def relief_is_offered_for_product(product: str, products: frozenset[str]) -> bool:
    return product in products


@business_rule(
    id="OPT-02",
    group="relief",
    summary="The borrower is in financial difficulty and willing to pay; both must be shown.",
    source="CARD70: the debt exceeds the ability to pay, and willingness exists",
)
def difficulty_and_willingness(needed: bool, in_difficulty: bool, willing: bool) -> bool:
    return not needed or (in_difficulty and willing)


@business_rule(
    id="CN-14",
    group="relief",
    summary="A plan has no more instalments than the cap of its relief and product (cards: five years).",
    source="CARD70; a partial month counts as a month",
)
def within_instalment_cap(instalments: int, cap: int) -> bool:
    return 1 <= instalments <= cap


@business_rule(
    id="OPT-03", group="relief", summary="An extension lengthens the term by no more months than the catalogue allows."
)
def within_extension_cap(extension_months: int, cap: int | None) -> bool:
    return cap is None or extension_months <= cap


@business_rule(id="OPT-04", group="relief", summary="The instalment is not above what the borrower can pay each month.")
def affordable(instalment: Money, most: Money) -> bool:
    return most.is_positive and instalment <= most


@business_rule(id="OPT-05", group="relief", summary="An extension has more instalments than are left today.")
def lengthens(instalments: int, remaining: int) -> bool:
    return instalments > remaining


@business_rule(id="OPT-06", group="relief", summary="The contract has payments left that are not due yet.")
def payments_are_left(remaining: int) -> bool:
    return remaining > 0


@business_rule(id="OPT-07", group="relief", summary="Something is past due.")
def has_arrears(arrears: Money) -> bool:
    return arrears.is_positive


@business_rule(
    id="OPT-08", group="relief", summary="Every payment of the schedule is at least one minor unit of money."
)
def pays_each_time(payments: Iterable[Money]) -> bool:
    return all(payment.is_positive for payment in payments)


@business_rule(
    id="OPT-09",
    group="relief",
    summary="A deficit bears no instalment: only a hold, a token payment with a review date, or debt advice.",
)
def no_instalment_in_a_deficit(deficit: bool) -> bool:
    return not deficit


@business_rule(
    id="OPT-10",
    group="relief",
    summary="Both sides gain: what is paid is worth at least the catalogue's share of the claim to the lender.",
)
def worth_it_to_the_lender(recovery_percent: Decimal, least: Decimal) -> bool:
    return recovery_percent >= least


@business_rule(id="OPT-11", group="relief", summary="The core of the bank can run the relief.")
def core_can_run(relief: str, runs: frozenset[str]) -> bool:
    return relief in runs


@business_rule(id="OPT-12", group="relief", summary="The terms can be computed; others are decided by people.")
def is_computed(people_decide: tuple[str, ...]) -> bool:
    return not people_decide


@business_rule(id="OPT-13", group="relief", summary="The days past due are within the range of the relief.")
def within_days_past_due(days: int, span: Span) -> bool:
    return span.holds(days)


@business_rule(id="OPT-14", group="relief", summary="The debt is as old as the relief asks for.")
def debt_is_of_age(months: int, span: Span) -> bool:
    return span.holds(months)


@business_rule(id="OPT-15", group="relief", summary="The relief is meant for the borrower's situation.")
def situation_qualifies(cause: str | None, causes: frozenset[str]) -> bool:
    return cause in causes


@business_rule(id="OPT-16", group="relief", summary="The relief is offered under the rule packs of the case.")
def offered_under_packs(packs: frozenset[str], offered: frozenset[str]) -> bool:
    return bool(packs & offered)


@business_rule(id="OPT-17", group="relief", summary="The programme of the relief is open on the day.")
def programme_is_open(day: date, programme: Programme) -> bool:
    return programme.open_on(day)


@business_rule(id="OPT-18", group="relief", summary="The account has not had the same relief too often.")
def not_too_often(agreed: Iterable[date], day: date, frequency: Frequency) -> bool:
    since = add_months(day, -frequency.months)
    return sum(on > since for on in agreed) < frequency.times


@business_rule(id="OPT-19", group="relief", summary="A pause is no longer than the catalogue allows.")
def pause_is_short_enough(months: int, most: int) -> bool:
    return 1 <= months <= most


@business_rule(id="OPT-20", group="relief", summary="When the end does not move, a pause leaves payments to make.")
def pause_leaves_payments(months: int, remaining: int) -> bool:
    return months < remaining


@business_rule(
    id="OPT-21",
    group="relief",
    summary="An account that is brought up to date is old enough.",
    source="Uniform Retail Credit Classification (US-32), elsewhere the house",
)
def account_is_old_enough(months: int | None, least: int) -> bool:
    return months is not None and months >= least


@business_rule(
    id="OPT-22",
    group="relief",
    summary="An account that is brought up to date had payments in a row before.",
    source="Uniform Retail Credit Classification (US-32), elsewhere the house",
)
def has_paid_in_a_row(payments: int | None, least: int) -> bool:
    return payments is not None and payments >= least


@business_rule(id="OPT-23", group="relief", summary="Smaller payments last no longer than the catalogue allows.")
def reduced_time_is_short_enough(months: int, most: int) -> bool:
    return 1 <= months <= most


@business_rule(id="OPT-24", group="relief", summary="A smaller payment is below what is due each month today.")
def payment_is_reduced(amount: Money, usual: Money) -> bool:
    return amount.is_positive and amount < usual


@business_rule(id="OPT-25", group="relief", summary="In a deficit a payment is no more than a token.")
def deficit_bears_a_token(amount: Money, most: Money) -> bool:
    return amount <= most


@business_rule(id="OPT-26", group="relief", summary="The catalogue says what a token is in the currency.")
def token_is_known(known: bool) -> bool:
    return known


@business_rule(
    id="OPT-27", group="relief", summary="The rate is below the contract's and not below the lowest allowed."
)
def rate_is_cut(rate: Decimal, contract: Decimal, lowest: Decimal) -> bool:
    return lowest <= rate < contract


@business_rule(id="OPT-28", group="relief", summary="Something has accrued that may be waived.")
def something_to_waive(amount: Money) -> bool:
    return amount.is_positive


@business_rule(id="OPT-29", group="relief", summary="No more is waived than the catalogue allows.")
def within_waiver_cap(waived: Money, most: Money) -> bool:
    return waived <= most


@business_rule(id="OPT-30", group="relief", summary="The rest of the arrears is caught up within the months allowed.")
def catches_up_in_time(months: int, most: int) -> bool:
    return 1 <= months <= most


@business_rule(id="OPT-31", group="relief", summary="No more of the principal is waived than the catalogue allows.")
def within_discount_cap(discount: Money, most: Money) -> bool:
    return discount <= most


@business_rule(id="OPT-32", group="relief", summary="The catalogue settles debts of this age.")
def settles_at_this_age(found: bool) -> bool:
    return found


@business_rule(id="OPT-33", group="relief", summary="A settlement is paid in no more parts than the catalogue allows.")
def parts_are_few_enough(parts: int, most: int) -> bool:
    return 1 <= parts <= most


@business_rule(
    id="OPT-34",
    group="relief",
    summary="A settlement is worth at least what is expected otherwise, and the floor of the catalogue.",
)
def settlement_is_worth_it(accept: bool) -> bool:
    return accept


@business_rule(id="OPT-35", group="relief", summary="A promise is of no more than what is past due.")
def promise_is_within_arrears(amount: Money, arrears: Money) -> bool:
    return amount <= arrears


@business_rule(id="OPT-36", group="relief", summary="Something of the claim is left to be paid later.")
def leaves_something(left: Money) -> bool:
    return left.is_positive


@business_rule(
    id="CN-16",
    group="relief",
    summary="A card balance that is in instalments is put into other ones only by a personalised plan.",
    source="2021 draft of the notice on credit cards; an interest stop is the personalised plan (CN-14)",
)
def not_in_instalments_again(ends: Iterable[date], day: date) -> bool:
    return all(end < day for end in ends)
