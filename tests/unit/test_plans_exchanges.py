"""Whatever a relief concedes is said with its amount, and is linked to what the borrower commits to for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.common.banking.port import AccountSnapshot, Arrears
from services.common.kernel.money import Money
from services.plans.agreement_texts import Occasion, conceded, exchanges, values_of
from services.plans.domain.catalogue import WITHOUT_A_PLAN, ReliefType
from services.plans.domain.reliefs.facts import AccountFacts
from services.plans.schemas.base import PlanTermsRecord
from services.plans.service.means.facts import CORE_RUNS, terms_record
from services.plans.words import agreement_words
from tests.unit.reliefs.people import CARD, DAY, FOUND, LOAN, asked, paying, terms, wish, yuan

DRAFTED = sorted(CORE_RUNS - WITHOUT_A_PLAN)
WISHES: dict[str, dict[str, Any]] = {
    "DEFER_CAP": {"months": 3},
    "DEFER_SPREAD": {"months": 3},
    "DEFER_WAIVE": {"months": 3},
    "REDUCED": {"months": 6, "amount": yuan("800.00")},
    "RATE_CUT": {"annual_rate": Decimal("0.06")},
    "PRIN_DISC": {"principal_discount": yuan("5000.00")},
    "SETTLE": {"amount": yuan("40000.00")},
}
ACCOUNTS = {"INT_STOP": CARD, "FEE_WAIVE": CARD, "SETTLE": CARD, "REAGE": replace(LOAN, product="credit_card")}
OLD = replace(FOUND, age_months=24)
# What each relief is for, in the code of its concession; those that only arrange payments anew concede that.
MEANT = {
    "CAPITALISE": "other_dates",
    "DEFER_CAP": "payment_pause",
    "DEFER_SPREAD": "payment_pause",
    "DEFER_WAIVE": "forgone_interest",
    "EXTEND": "longer_term",
    "FEE_WAIVE": "waived_fees",
    "INT_STOP": "no_interest",
    "INT_WAIVE": "waived_interest",
    "PRIN_DISC": "principal_discount",
    "RATE_CUT": "lower_rate",
    "REAGE": "other_dates",
    "REDUCED": "smaller_payments",
    "SETTLE": "written_off",
}


def record(relief: ReliefType) -> tuple[PlanTermsRecord, Money]:
    account = ACCOUNTS.get(relief, LOAN)
    more = WISHES.get(relief, {})
    computed = terms(asked(relief, account, paying("90000.00"), wish(36 if relief == "EXTEND" else None, **more), OLD))
    kept = terms_record(
        computed, snapshot(account), yuan("90000.00"), repeat=False, restructured=True, policy_versions={}
    )
    return kept, computed.total


def snapshot(account: AccountFacts) -> AccountSnapshot:
    principal = account.arrears_due_now - account.accrued_interest - account.fees
    arrears = Arrears(principal, account.accrued_interest, account.fees)
    return AccountSnapshot(
        account_ref="A1",
        borrower_ref="B1",
        product=account.product,
        currency="CNY",
        balance=account.balance_not_yet_due,
        arrears=arrears,
        oldest_unpaid_due_date=date(2026, 3, 18),
        annual_rate=account.annual_rate,
        remaining_periods=account.remaining,
        monthly_payment=yuan("3000.00"),
        as_of=DAY,
    )


def occasion(relief: ReliefType) -> Occasion:
    kept, total = record(relief)
    until = datetime(2026, 6, 15, tzinfo=UTC)
    return Occasion(relief, kept, total, DAY, DAY, until, ZoneInfo("Asia/Shanghai"), "supervisor", True, 5)


def given_up(kept: PlanTermsRecord) -> dict[str, Money]:
    """Amounts that the lender does not get, by the code of the concession."""
    told = kept.instruction
    assert told is not None
    amounts = {
        "waived_interest": told.waived_interest,
        "waived_fees": told.waived_fees,
        "forgone_interest": told.forgone_interest,
        "principal_discount": told.principal_discount,
        "written_off": told.released,
    }
    return {code: amount for code, amount in amounts.items() if amount.is_positive}


def test_every_relief_that_can_be_drafted_is_asked_about() -> None:
    assert {relief.value for relief in DRAFTED} == set(MEANT)


@pytest.mark.practice("002-04")
@pytest.mark.parametrize("relief", DRAFTED)
def test_each_concession_is_linked_to_a_commitment_of_the_borrower(relief: ReliefType) -> None:
    made = occasion(relief)
    found = {one.concession: one for one in exchanges(made, values_of(made))}
    assert MEANT[relief] in found
    for code, amount in given_up(made.terms).items():
        assert str(amount) in found[code].zh[0] and str(amount) in found[code].en[0]
    for one in found.values():
        assert one.commitment and all((*one.zh, *one.en)) and "{" not in str(one.zh + one.en)


def test_every_code_has_words_and_every_word_a_relief() -> None:
    used = {code for relief in DRAFTED for code in conceded(relief, record(relief)[0])}
    assert used == set(agreement_words().exchanges)


@pytest.mark.parametrize(
    ("relief", "said"),
    [
        (ReliefType.RATE_CUT, "The yearly rate is 6%."),
        (ReliefType.EXTEND, "The yearly rate is 12%."),
        (ReliefType.INT_STOP, "No interest runs while the plan is kept."),
        (ReliefType.SETTLE, "No interest runs while the plan is kept."),
    ],
)
def test_the_rate_that_is_said_is_that_of_the_plan(relief: ReliefType, said: str) -> None:
    assert values_of(occasion(relief))["en"]["rate"] == said


def test_a_plan_that_waives_principal_is_not_said_to_waive_nothing() -> None:
    assert values_of(occasion(ReliefType.PRIN_DISC))["en"]["waived"] == (
        "The plan costs no fee, and nothing accrued is waived."
    )
