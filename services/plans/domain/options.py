"""What a borrower can be offered: each relief of the catalogue, with its reasons and its terms.

A relief that is not allowed is shown too, with the rule that says no; its numbers are there when they can be
computed, because "why not" is asked as often as "what".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.months import monthly_dates
from services.common.kernel.rule import RuleVerdict, verdict
from services.plans.domain import relief_rules as rules
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.catalogue import ReliefCatalogue, ReliefTerms, ReliefType
from services.plans.domain.comparison import Comparison, PresentDebt, compare, new_principal
from services.plans.domain.interest_suspension import Claim, interest_suspension


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account in the core. `arrears_due_now` is all that is due, accrued interest and fees included."""

    product: str
    balance_not_yet_due: Money
    arrears_due_now: Money
    accrued_interest: Money
    fees: Money
    annual_rate: Decimal
    remaining: int

    def debt(self) -> PresentDebt:
        return PresentDebt(self.balance_not_yet_due, self.arrears_due_now, self.annual_rate, self.remaining)


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """What the assessment found: difficulty, willingness, the highest instalment this borrower can pay."""

    in_difficulty: bool
    willing: bool
    max_instalment: Money


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. Without `instalments` the fewest affordable ones are chosen."""

    first_due: date
    instalments: int | None
    waived_interest: Money
    waived_fees: Money


@dataclass(frozen=True, slots=True)
class ScheduledInstalment:
    """One payment of a plan."""

    number: int
    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one option, before and after."""

    relief: ReliefType
    instalments: int
    schedule: tuple[ScheduledInstalment, ...]
    waived: Money
    extension_months: int
    comparison: Comparison

    @property
    def payment(self) -> Money:
        """The regular instalment; the last may differ by the rounding."""
        return self.schedule[0].amount

    @property
    def end_date(self) -> date:
        return self.schedule[-1].due_date

    @property
    def total(self) -> Money:
        """All payments of the plan."""
        return self.comparison.after_total


@dataclass(frozen=True, slots=True)
class Option:
    """A relief with every rule asked; `terms` is None when there is nothing to compute."""

    relief: ReliefType
    verdicts: tuple[RuleVerdict, ...]
    terms: Terms | None

    @property
    def eligible(self) -> bool:
        return self.terms is not None and all(v.passed for v in self.verdicts)

    @property
    def refusals(self) -> tuple[RuleVerdict, ...]:
        return tuple(v for v in self.verdicts if not v.passed)


Payments = Callable[[int], Sequence[Money]]


def options(
    account: AccountFacts, borrower: BorrowerFacts, wish: Wish, catalogue: ReliefCatalogue
) -> tuple[Option, ...]:
    """Every relief of the catalogue for this account and borrower, in the catalogue's order."""
    return tuple(option(terms.relief, account, borrower, wish, catalogue) for terms in catalogue.reliefs)


def option(
    relief: ReliefType, account: AccountFacts, borrower: BorrowerFacts, wish: Wish, catalogue: ReliefCatalogue
) -> Option:
    """One relief with its terms and the verdict of every rule. InvalidInput when the wish makes no sense."""
    for field, waived, owed in (
        ("waived_interest", wish.waived_interest, account.accrued_interest),
        ("waived_fees", wish.waived_fees, account.fees),
    ):
        if waived.is_negative or waived > owed:
            raise InvalidInput("what is waived is owed, and not negative", fields=[(f"#/{field}", "out of bounds")])
    caps = catalogue.terms(relief)
    cap = caps.max_instalments.get(account.product)
    offered = verdict(
        rules.relief_is_offered_for_product,
        rules.relief_is_offered_for_product(account.product, frozenset(caps.max_instalments)),
    )
    hardship = verdict(
        rules.difficulty_and_willingness,
        rules.difficulty_and_willingness(caps.needs_difficulty, borrower.in_difficulty, borrower.willing),
    )
    if cap is None:
        return Option(relief, (offered, hardship), None)
    payments = _extended(account, wish) if relief is ReliefType.EXTEND else _interest_stopped(account, wish)
    count = wish.instalments or _fewest_affordable(payments, borrower.max_instalment, _shortest(relief, account), cap)
    terms = _terms(relief, account, wish, payments(count), catalogue.diminished_threshold_percent)
    return Option(relief, (offered, hardship, *_verdicts(terms, account, borrower, caps, cap)), terms)


def _verdicts(
    terms: Terms, account: AccountFacts, borrower: BorrowerFacts, caps: ReliefTerms, cap: int
) -> tuple[RuleVerdict, ...]:
    extension, longest = terms.extension_months, caps.max_extension_months
    asked = [
        verdict(
            rules.within_instalment_cap,
            rules.within_instalment_cap(terms.instalments, cap),
            f"{terms.instalments} instalments, at most {cap}",
        ),
        verdict(rules.affordable, rules.affordable(terms.payment, borrower.max_instalment)),
    ]
    if terms.relief is ReliefType.EXTEND:
        asked.append(verdict(rules.lengthens, rules.lengthens(terms.instalments, account.remaining)))
        asked.append(verdict(rules.within_extension_cap, rules.within_extension_cap(extension, longest)))
    return tuple(asked)


def _terms(
    relief: ReliefType, account: AccountFacts, wish: Wish, payments: Sequence[Money], threshold: Decimal
) -> Terms:
    days = monthly_dates(wish.first_due, len(payments))
    rows = (ScheduledInstalment(k, day, pay) for k, (day, pay) in enumerate(zip(days, payments, strict=True), 1))
    return Terms(
        relief=relief,
        instalments=len(payments),
        schedule=tuple(rows),
        waived=wish.waived_interest + wish.waived_fees,
        extension_months=max(0, len(payments) - account.remaining),
        comparison=compare(account.debt(), payments, threshold),
    )


def _extended(account: AccountFacts, wish: Wish) -> Payments:
    principal = new_principal(account.debt(), wish.waived_interest + wish.waived_fees)
    return lambda count: annuity_schedule(principal, account.annual_rate, count).payments


def _interest_stopped(account: AccountFacts, wish: Wish) -> Payments:
    owed = account.balance_not_yet_due + account.arrears_due_now
    claim = Claim(
        principal=owed - account.accrued_interest - account.fees,
        accrued_interest=account.accrued_interest,
        fees=account.fees,
        waived_interest=wish.waived_interest,
        waived_fees=wish.waived_fees,
    )
    return lambda count: interest_suspension(claim, count, count).instalments


def _shortest(relief: ReliefType, account: AccountFacts) -> int:
    return account.remaining + 1 if relief is ReliefType.EXTEND else 1


def _fewest_affordable(payments: Payments, most: Money, shortest: int, cap: int) -> int:
    """Instalments fall as their number grows, so the fewest affordable ones are found by halving; `cap` if none."""
    low, high = min(shortest, cap), cap
    while low < high:
        middle = (low + high) // 2
        if payments(middle)[0] <= most:
            high = middle
        else:
            low = middle + 1
    return low
