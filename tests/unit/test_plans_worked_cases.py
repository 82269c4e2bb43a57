"""Calculations of plans against the worked cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityTerms, StatementOfMeans, affordability
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.comparison import PresentDebt, compare, new_principal
from services.plans.domain.deferral import DeferralMode, deferral
from services.plans.domain.interest_suspension import Claim, interest_suspension
from services.plans.domain.penalty import penalty_interest
from services.plans.domain.settlement import CashFlow, settlement
from tests.unit.worked import cases, money, moneys

Case = dict[str, Any]


@cases("annuity")
def test_annuity(inputs: Case, expected: Case) -> None:
    schedule = annuity_schedule(money(inputs, "principal"), Decimal(inputs["annual_rate"]), inputs["periods"])
    half = expected["balance_after_half"]
    assert {
        "payment": str(schedule.payment.amount),
        "first_interest": str(schedule.rows[0].interest.amount),
        "first_principal": str(schedule.rows[0].principal.amount),
        "balance_after_1": str(schedule.rows[0].balance.amount),
        "balance_after_half": {"k": half["k"], "balance": str(schedule.rows[half["k"] - 1].balance.amount)},
        "last_payment": str(schedule.last_payment.amount),
        "total_interest": str(schedule.total_interest.amount),
        "total_paid": str(schedule.total_paid.amount),
    } == expected


@cases("deferral")
def test_deferral(inputs: Case, expected: Case) -> None:
    balance, rate = money(inputs, "balance"), Decimal(inputs["annual_rate"])
    remaining, months = inputs["remaining_periods"], inputs["deferral_months"]
    baseline = annuity_schedule(balance, rate, remaining)
    assert expected["baseline_no_deferral"] == {
        "payment": str(baseline.payment.amount),
        "payments": len(baseline.rows),
        "last_payment": str(baseline.last_payment.amount),
        "total_interest": str(baseline.total_interest.amount),
    }
    modes = {
        "A_capitalise_extend": DeferralMode.CAPITALISE_EXTEND,
        "B_capitalise_fixed_maturity": DeferralMode.CAPITALISE_FIXED_MATURITY,
        "C_spread_interest_free_extend": DeferralMode.SPREAD_EXTEND,
        "D_interest_waived_extend": DeferralMode.WAIVE_EXTEND,
    }
    for name, mode in modes.items():
        got = deferral(balance, rate, remaining, months, mode)
        assert str(got.deferral_interest.amount) == expected["deferral_interest"]
        facts: Case = {
            "new_principal": str(got.new_principal.amount),
            "payments": got.payments,
            "payment": str(got.payment.amount),
            "last_payment": str(got.last_payment.amount),
            "total_interest_incl_deferral": str(got.total_interest.amount),
            "extra_interest_vs_baseline": str(got.extra_interest.amount),
            "payment_change": str(got.payment_change.amount),
            "maturity_shift_months": got.maturity_shift_months,
            "interest_forgone": str(got.interest_forgone.amount),
        }
        compared = {key: value for key, value in expected[name].items() if key in facts}
        assert {key: facts[key] for key in compared} == compared, name
        assert len(compared) >= 8, name


@cases("interest_suspension")
@pytest.mark.rule("CN-14")
def test_interest_suspension(inputs: Case, expected: Case) -> None:
    keys = ("principal", "accrued_interest", "fees", "waived_interest", "waived_fees")
    claim = Claim(*(money(inputs, key) for key in keys))
    plan = interest_suspension(claim, inputs["instalments"], inputs["max_instalments"])
    total = Money.total(plan.instalments, inputs["currency"])
    assert {
        "plan_total": str(plan.plan_total.amount),
        "instalment": str(plan.instalment.amount),
        "last_instalment": str(plan.last_instalment.amount),
        "sum": str(total.amount),
        "interest_during_plan": str((total - plan.plan_total).amount),
        "allowed": plan.allowed,
        "discount_on_claim": f"{plan.discount_percent}%",
    } == expected


@cases("settlement_pv")
def test_settlement(inputs: Case, expected: Case) -> None:
    def flows(key: str) -> list[CashFlow]:
        return [
            CashFlow(f["month"], Money.of(f["amount"], inputs["currency"]), Decimal(f.get("probability", "1")))
            for f in inputs[key]
        ]

    got = settlement(
        money(inputs, "balance"),
        Decimal(inputs["discount_rate_annual_effective"]),
        flows("offer"),
        flows("baseline"),
        money(inputs, "baseline_cost_pv"),
        Decimal(inputs["floor_recovery_pct"]),
    )
    assert {
        "nominal_offer": str(got.nominal_offer.amount),
        "nominal_discount_pct": str(got.nominal_discount_percent),
        "pv_offer": str(got.pv_offer.amount),
        "pv_baseline_net": str(got.pv_baseline_net.amount),
        "pv_advantage": str(got.pv_advantage.amount),
        "pv_recovery_pct": str(got.pv_recovery_percent),
        "accept": got.accept,
    } == expected


@cases("affordability")
def test_affordability(inputs: Case, expected: Case) -> None:
    means = StatementOfMeans(
        currency=inputs["currency"],
        income=moneys(inputs, "income"),
        priority_expenses=moneys(inputs, "priority_expenses"),
        living_costs=moneys(inputs, "living_costs"),
        unsecured_debts=moneys(inputs, "unsecured_debts"),
        own_debt=inputs["own_debt"],
    )
    terms = AffordabilityTerms(
        Decimal(inputs["usable_share_pct"]), Decimal(inputs["savings_pct"]), Decimal(inputs["savings_cap"])
    )
    got = affordability(means, terms, money(inputs, "proposed_instalment"))
    assert got.headroom is not None
    assert {
        "total_income": str(got.total_income.amount),
        "total_priority": str(got.total_priority.amount),
        "total_living": str(got.total_living.amount),
        "surplus": str(got.surplus.amount),
        "savings_allowance": str(got.savings_allowance.amount),
        "available_for_debts": str(got.available.amount),
        "usable": str(got.usable.amount),
        "pro_rata": {name: str(share.amount) for name, share in got.pro_rata.items()},
        "max_affordable_own_instalment": str(got.own_share.amount),
        "proposed_headroom": str(got.headroom.amount),
        "result": got.result.value,
    } == expected


@cases("plan_comparison")
def test_comparison(inputs: Case, expected: Case) -> None:
    debt = PresentDebt(
        money(inputs, "balance_not_yet_due"),
        money(inputs, "arrears_due_now"),
        Decimal(inputs["current_rate"]),
        inputs["current_remaining"],
    )
    principal = new_principal(debt, money(inputs, "waived"))
    after = annuity_schedule(principal, Decimal(inputs["new_rate"]), inputs["new_term"])
    got = compare(debt, after.payments, Decimal(1))
    assert {
        "before_payment": str(got.before_payment.amount),
        "before_last_payment": str(got.before_last_payment.amount),
        "before_remaining_interest": str(got.before_interest.amount),
        "before_total_to_pay": str(got.before_total.amount),
        "new_principal": str(principal.amount),
        "after_payment": str(got.after_payment.amount),
        "after_last_payment": str(got.after_last_payment.amount),
        "after_total_interest": str(after.total_interest.amount),
        "after_total_to_pay": str(got.after_total.amount),
        "monthly_change": str(got.payment_change.amount),
        "monthly_change_pct": str(got.payment_change_percent),
        "total_cost_change": str(got.total_cost_change.amount),
        "term_change_months": got.term_change_months,
        "npv_before_at_original_rate": str(got.npv_before.amount),
        "npv_after_at_original_rate": str(got.npv_after.amount),
        "diminished_obligation_pct": str(got.diminished_percent),
        "eu_dfo_over_1pct": got.diminished_over_threshold,
    } == expected


@cases("penalty_interest")
def test_penalty_interest(inputs: Case, expected: Case) -> None:
    got = penalty_interest(
        Money.of(inputs["overdue_principal"], "CNY"),
        Decimal(inputs["contract_rate"]),
        Decimal(inputs["uplift"]),
        date.fromisoformat(inputs["from_date_exclusive_of_end"]),
        date.fromisoformat(inputs["to"]),
        inputs["day_count_basis"],
    )
    assert got.days == expected["days"]
    assert got.rate == Decimal(expected["penalty_rate"])
    assert str(got.interest.amount) == expected["penalty_interest"]
