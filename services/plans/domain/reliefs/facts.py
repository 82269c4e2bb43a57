"""What a relief is computed from: the account, the borrower, the circumstances, and what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefCatalogue, ReliefTerms, ReliefType
from services.plans.domain.comparison import PresentDebt


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

    @property
    def claim(self) -> Money:
        """Everything owed without future interest."""
        return self.balance_not_yet_due + self.arrears_due_now

    @property
    def principal(self) -> Money:
        """The claim without accrued interest and fees."""
        return self.claim - self.accrued_interest - self.fees


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """What the assessment found: difficulty, willingness, the highest instalment this borrower can pay; in a deficit
    there is none."""

    in_difficulty: bool
    willing: bool
    max_instalment: Money
    deficit: bool = False


@dataclass(frozen=True, slots=True)
class EarlierRelief:
    """A relief that the account had, the day it was agreed, and the last day of a plan that is still running."""

    relief: ReliefType
    agreed_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the conditions of the catalogue are asked of, on `day`. What is None is not known.

    `age_months`: whole months since the oldest unpaid due date. `cause` is the reason of hardship; it is asked about
    and stands in no answer.
    """

    day: date
    days_past_due: int = 0
    age_months: int = 0
    packs: frozenset[str] = frozenset()
    cause: str | None = None
    account_months: int | None = None
    payments_in_a_row: int | None = None
    earlier: tuple[EarlierRelief, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; what is None is chosen. Without `instalments` the fewest affordable ones are.

    `first_due`: the day on which the next payment would fall; a pause begins then. `months`: of a pause, of smaller
    payments, or of catching up. `amount`: each smaller payment, the promised payment, or all of a settlement.
    `at_hand`: what the borrower says is there for a first payment. `keep_maturity`: a pause does not move the end.
    """

    first_due: date
    instalments: int | None
    waived_interest: Money
    waived_fees: Money
    months: int | None = None
    amount: Money | None = None
    annual_rate: Decimal | None = None
    principal_discount: Money | None = None
    at_hand: Money | None = None
    keep_maturity: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One relief asked about: its caps, for the product at hand at most `cap` months, and all the facts."""

    caps: ReliefTerms
    cap: int
    account: AccountFacts
    borrower: BorrowerFacts
    circumstances: Circumstances
    wish: Wish
    catalogue: ReliefCatalogue

    @property
    def relief(self) -> ReliefType:
        return self.caps.relief

    @property
    def currency(self) -> str:
        return self.account.balance_not_yet_due.currency

    @property
    def zero(self) -> Money:
        return Money.zero(self.currency)

    @property
    def waived(self) -> Money:
        """Accrued interest and fees that are waived by wish."""
        return self.wish.waived_interest + self.wish.waived_fees


def require_sense(account: AccountFacts, wish: Wish) -> None:
    """Raise `InvalidInput` for a wish that no relief could fulfil, whatever the catalogue says."""
    for field, waived, owed in (
        ("waived_interest", wish.waived_interest, account.accrued_interest),
        ("waived_fees", wish.waived_fees, account.fees),
    ):
        if waived.is_negative or waived > owed:
            raise InvalidInput("what is waived is owed, and not negative", fields=[(f"#/{field}", "out of bounds")])
    discount, amount, at_hand = wish.principal_discount, wish.amount, wish.at_hand
    if discount is not None and not (discount.is_positive and discount < account.principal):
        raise InvalidInput("a discount is a part of the principal", fields=[("#/principal_discount", "out of bounds")])
    if amount is not None and not (amount.is_positive and amount <= account.claim):
        raise InvalidInput("an amount is positive and no more than the claim", fields=[("#/amount", "out of bounds")])
    if at_hand is not None and not at_hand.is_positive:
        raise InvalidInput("what is at hand is positive", fields=[("#/at_hand", "out of bounds")])
    if wish.annual_rate is not None and not 0 <= wish.annual_rate <= account.annual_rate:
        raise InvalidInput(
            "a rate is not negative and no higher than the contract's", fields=[("#/annual_rate", "out of bounds")]
        )
