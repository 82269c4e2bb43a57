"""Accounts and borrowers that the tests of reliefs share."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.common.kernel.money import Money
from services.common.kernel.policy_file import load_dated
from services.plans.domain.catalogue import ReliefCatalogue, ReliefType
from services.plans.domain.options import Option, Situation, option, options
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Circumstances, Wish
from services.plans.domain.reliefs.terms import Terms

DAY = date(2026, 6, 1)
DATED = load_dated("services.plans", "reliefs", ReliefCatalogue)
CATALOGUE = DATED.on(DAY).value


def yuan(amount: str) -> Money:
    return Money.of(amount, "CNY")


CARD = AccountFacts("credit_card", yuan("0.00"), yuan("52360.45"), yuan("3610.30"), yuan("520.00"), Decimal("0.18"), 0)
LOAN = AccountFacts(
    "personal_loan", yuan("72000.00"), yuan("6900.00"), yuan("700.00"), yuan("0.00"), Decimal("0.12"), 24
)
# The loan of the worked case on deferral: nothing is past due.
EVEN = AccountFacts("personal_loan", yuan("60000.00"), yuan("0.00"), yuan("0.00"), yuan("0.00"), Decimal("0.09"), 30)
BORROWER = BorrowerFacts(in_difficulty=True, willing=True, max_instalment=yuan("1296.24"))
FOUND = Circumstances(DAY, days_past_due=75, age_months=2, packs=frozenset({"cn"}), cause="UNEMPLOYMENT")


def paying(amount: str) -> BorrowerFacts:
    return BorrowerFacts(in_difficulty=True, willing=True, max_instalment=yuan(amount))


def in_deficit() -> BorrowerFacts:
    return BorrowerFacts(in_difficulty=True, willing=True, max_instalment=yuan("0.00"), deficit=True)


def wish(instalments: int | None = None, waived_fees: str = "0.00", **more: Any) -> Wish:
    first_due = more.pop("first_due", date(2026, 7, 31))
    return Wish(first_due, instalments, yuan("0.00"), yuan(waived_fees), **more)


def asked(
    relief: str,
    account: AccountFacts = LOAN,
    borrower: BorrowerFacts = BORROWER,
    wanted: Wish | None = None,
    found: Circumstances = FOUND,
    catalogue: ReliefCatalogue = CATALOGUE,
) -> Option:
    return option(ReliefType(relief), Situation(account, borrower, found), wanted or wish(), catalogue)


def terms(one: Option) -> Terms:
    assert one.terms is not None, one
    return one.terms


def shown(
    account: AccountFacts = LOAN, borrower: BorrowerFacts = BORROWER, found: Circumstances = FOUND
) -> dict[ReliefType, Option]:
    return {one.relief: one for one in options(Situation(account, borrower, found), wish(), CATALOGUE)}


def refusals(one: Option) -> list[str]:
    return [judged.rule for judged in one.refusals]


def amounts(one: Option) -> list[str]:
    return [str(line.amount.amount) for line in terms(one).schedule]
