"""What a plan of each relief says to the borrower, and what it gives up in the measures of authority."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.common.banking.port import AccountSnapshot, Arrears
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.reliefs.facts import AccountFacts
from services.plans.schemas.base import PlanTermsRecord
from services.plans.service.means.facts import concession_of, terms_record
from services.plans.texts import key_terms
from tests.unit.reliefs.people import CARD, DAY, EVEN, FOUND, LOAN, asked, paying, terms, wish, yuan

ABLE = paying("60000.00")
OLD = replace(FOUND, age_months=26, cause="EPIDEMIC", account_months=30, payments_in_a_row=4)
LATE = replace(LOAN, fees=yuan("300.00"))
SEVEN = ["amount", "rate", "method", "term", "fees", "dates", "consequences"]


def record(relief: str, account: AccountFacts = LATE, **more: Any) -> PlanTermsRecord:
    one = asked(relief, account, more.pop("borrower", ABLE), more.pop("wanted", None), OLD)
    made = terms(one)
    snapshot = AccountSnapshot(
        account_ref="A1",
        borrower_ref="B1",
        product=account.product,
        currency="CNY",
        balance=account.balance_not_yet_due,
        arrears=Arrears(
            account.arrears_due_now - account.accrued_interest - account.fees, account.accrued_interest, account.fees
        ),
        oldest_unpaid_due_date=date(2026, 3, 1),
        annual_rate=account.annual_rate,
        remaining_periods=account.remaining,
        monthly_payment=yuan("1.00"),
        as_of=DAY,
    )
    made_record = terms_record(made, snapshot, ABLE.max_instalment, repeat=False, restructured=True, policy_versions={})
    return PlanTermsRecord.model_validate(made_record.model_dump(mode="json"))


def said(relief: str, account: AccountFacts = LATE, **more: Any) -> dict[str, tuple[str, str]]:
    found = key_terms(
        ReliefType(relief),
        record(relief, account, **more),
        datetime(2026, 6, 20, tzinfo=UTC),
        ZoneInfo("Asia/Shanghai"),
    )
    assert [one.code for one in found] == SEVEN
    return {one.code: (one.zh, one.en) for one in found}


@pytest.mark.parametrize(
    ("relief", "account", "wanted", "code", "zh", "en"),
    [
        ("DEFER_CAP", EVEN, wish(months=3), "method", "先 3 个月不还款", "whose interest joins the debt"),
        ("DEFER_SPREAD", EVEN, wish(months=3), "method", "CNY 1350.00 之后分期还", "CNY 1350.00 is paid in parts"),
        ("DEFER_WAIVE", EVEN, wish(months=3), "method", "CNY 1350.00 免除", "CNY 1350.00 is waived"),
        ("REDUCED", LATE, wish(amount=yuan("900.00")), "method", "2026-12-31 复查", "on 2026-12-31 we look again"),
        (
            "RATE_CUT",
            LATE,
            wish(annual_rate=Decimal("0.06")),
            "rate",
            "年利率 6%，原合同为 12%",
            "6%; in your contract",
        ),
        ("INT_STOP", CARD, wish(60), "rate", "不计利息", "No interest runs"),
        ("FEE_WAIVE", LATE, wish(months=3), "amount", "前 3 期每期 CNY 5589.29", "CNY 5589.29 for 3 months"),
        ("INT_WAIVE", LATE, None, "fees", "减免利息 CNY 350.00", "interest of CNY 350.00"),
        (
            "PRIN_DISC",
            CARD,
            wish(60, principal_discount=yuan("9000.00")),
            "fees",
            "减免本金 CNY 9000.00",
            "CNY 9000.00 of",
        ),
        (
            "SETTLE",
            CARD,
            wish(1, amount=yuan("30000.00")),
            "method",
            "CNY 22360.45 免除",
            "CNY 22360.45 is written off",
        ),
        ("SETTLE", CARD, wish(1, amount=yuan("30000.00")), "amount", "一次还 CNY 30000.00", "CNY 30000.00 once"),
        ("CAPITALISE", LATE, None, "method", "按月等额还款", "equal monthly payments"),
        ("REAGE", CARD, wish(60), "rate", "年利率 18%，与原合同相同", "18%, as in your contract"),
        ("PTP", LATE, None, "method", "合同照常履行", "the contract goes on"),
    ],
)
@pytest.mark.practice("000-06")
def test_key_terms_say_what_the_relief_means(
    relief: str, account: AccountFacts, wanted: Any, code: str, zh: str, en: str
) -> None:
    found = said(relief, account, wanted=wanted)
    assert zh in found[code][0] and en in found[code][1], found[code]
    total = str(record(relief, account, wanted=wanted).comparison.after_total)
    assert total in found["amount"][0] and total in found["amount"][1], "never the payment alone"


@pytest.mark.parametrize(
    ("relief", "account", "wanted", "measures"),
    [
        ("DEFER_CAP", EVEN, wish(months=3), {"deferral_months": 3, "extension_months": 0}),
        ("DEFER_WAIVE", EVEN, wish(months=3), {"deferral_months": 3, "waived_interest": yuan("1350.00")}),
        ("EXTEND", LATE, wish(48), {"extension_months": 24, "deferral_months": 0}),
        ("FEE_WAIVE", LATE, wish(months=3), {"waived_fees": yuan("300.00"), "waived_interest": yuan("0.00")}),
        (
            "PRIN_DISC",
            CARD,
            wish(60, principal_discount=yuan("4823.02")),
            {"principal_discount_percent": Decimal("10.0000")},
        ),
        ("SETTLE", CARD, wish(1, amount=yuan("30000.00")), {"settlement_recovery_percent": Decimal("56.74")}),
        ("PTP", LATE, None, {"interim_days": 14, "extension_months": 0}),
    ],
)
def test_a_concession_is_measured(relief: str, account: AccountFacts, wanted: Any, measures: dict[str, Any]) -> None:
    found = concession_of(ReliefType(relief), record(relief, account, wanted=wanted))
    assert {name: getattr(found, name) for name in measures} == measures


def test_terms_of_earlier_versions_are_read_and_said_as_before() -> None:
    stored = record("EXTEND", wanted=wish(48)).model_dump(mode="json")
    for added in ("instruction", "highest_payment", "deferral_months", "principal_discount_percent", "review_date",
                  "settlement_recovery_percent", "claim"):  # fmt: skip
        stored.pop(added)
    old = PlanTermsRecord.model_validate(stored)
    found = key_terms(ReliefType.EXTEND, old, datetime(2026, 6, 20, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    now = said("EXTEND", wanted=wish(48))
    assert {one.code: (one.zh, one.en) for one in found} == now
    assert concession_of(ReliefType.EXTEND, old).extension_months == 24
