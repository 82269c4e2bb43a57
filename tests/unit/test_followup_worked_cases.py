"""Calculations of followup, intake and contact against the worked cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.money import Money
from services.common.kernel.period import Period
from services.common.kernel.policy_file import load_dated
from services.common.packs.loader import load_packs
from services.contact.domain.window import LocalHours, common_window
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.promise import Promise, judge_promise
from services.followup.domain.waterfall import CardOrder, LoanOrder, apply_payment, order_for
from services.intake.domain.dpd import ArrearsScale, days_past_due
from tests.unit.worked import cases, money, moneys

Case = dict[str, Any]


@cases("payment_waterfall")
def test_waterfall(inputs: Case, expected: Case) -> None:
    got = apply_payment(money(inputs, "payment"), inputs["order"], moneys(inputs, "due"))
    assert {
        "allocated": {k: str(v.amount) for k, v in got.allocated.items()},
        "remaining_due": {k: str(v.amount) for k, v in got.remaining_due.items()},
        "unapplied": str(got.unapplied.amount),
    } == expected


@pytest.mark.rule("CN-17")
@pytest.mark.rule("CN-18")
def test_order_of_payment_switches_for_cards_at_91_days() -> None:
    packs = load_packs()
    card = packs.rule("CN-17", date(2026, 6, 1)).terms(CardOrder)
    loan = packs.rule("CN-18", date(2026, 6, 1)).terms(LoanOrder)
    assert order_for("credit_card", 90, card, loan) == ("interest", "fees", "principal")
    assert order_for("credit_card", 91, card, loan) == ("principal", "interest", "fees")
    assert order_for("personal_loan", 200, card, loan) == ("recovery_costs", "interest", "fees", "principal")


@cases("ptp_evaluation")
def test_promise(inputs: Case, expected: Case) -> None:
    promise = Promise(
        money(inputs, "promised_amount"),
        date.fromisoformat(inputs["promised_date"]),
        inputs["grace_days"],
        Decimal(inputs["threshold_pct"]),
    )
    postings = [
        Posting(str(n), PostingKind.PAYMENT, Money.of(p["amount"], "CNY"), date.fromisoformat(p["value_date"]))
        for n, p in enumerate(inputs["payments"])
    ]
    got = judge_promise(promise, postings, date.fromisoformat(inputs["as_of"]))
    assert {
        "required_amount": str(got.required.amount),
        "last_good_day": got.last_good_day.isoformat(),
        "paid_in_time": str(got.paid_in_time.amount),
        "status": got.status.value,
    } == expected


@cases("days_past_due")
def test_days_past_due(inputs: Case, expected: Case) -> None:
    scale = load_dated("services.intake", "arrears", ArrearsScale).on(date(2026, 6, 1)).value
    pauses = [
        Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
        for first, last in inputs["pauses_inclusive"]
    ]
    due, as_of = (date.fromisoformat(inputs[key]) for key in ("oldest_unpaid_due_date", "as_of"))
    got = days_past_due(due, as_of, pauses)
    assert {
        "raw_dpd": got.raw,
        "pause_days": got.pause_days,
        "effective_dpd": got.effective,
        "bucket": scale.bucket(got.effective),
        "raw_bucket": scale.bucket(got.raw),
    } == expected


@cases("contact_window")
def test_contact_window(inputs: Case, expected: Case) -> None:
    hours = LocalHours(time.fromisoformat(inputs["local_start"]), time.fromisoformat(inputs["local_end"]))
    window = common_window(date.fromisoformat(inputs["date"]), inputs["candidate_time_zones"], hours)
    assert window is not None and window.end is not None

    def minute(instant: datetime) -> str:
        return instant.strftime("%Y-%m-%dT%H:%MZ")

    assert {
        "utc_start": minute(window.start),
        "utc_end": minute(window.end),
        "minutes": (window.end - window.start) // timedelta(minutes=1),
    } == expected
