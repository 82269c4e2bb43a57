"""Whatever is offered adds up, agrees with its own schedule, and keeps within the catalogue and the packs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.options import Option, Situation, options
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Circumstances, EarlierRelief, Wish
from services.plans.domain.reliefs.terms import Method, Terms
from services.plans.policies import load_policies

DAY = date(2026, 6, 1)
POLICIES = load_policies()
PACKS = ("cn", "us", "uk", "eu", "au", "cn+eu")
PRODUCTS = ("credit_card", "personal_loan", "auto_loan", "overdraft", "mortgage")


_RATES = [Decimal(0), Decimal("0.02"), Decimal("0.03"), Decimal("0.0575"), Decimal("0.12"), Decimal("0.36")]
_RELIEFS = st.sampled_from(ReliefType)
_PAST, _AHEAD = st.dates(date(2020, 1, 1), DAY), st.dates(date(2026, 1, 1), date(2030, 1, 1))


def _part(draw: st.DrawFn, most: Money) -> Money | None:
    """Nothing, or something up to `most`."""
    if not most.is_positive or draw(st.booleans()):
        return None
    return Money.from_minor(draw(st.integers(1, most.minor)), most.currency)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Situation, Wish, str]:
    currency = draw(st.sampled_from(["CNY", "USD", "JPY", "EUR", "GBP", "KWD"]))

    def money(least: int, most: int) -> Money:
        return Money.from_minor(draw(st.integers(least, most)), currency)

    remaining = draw(st.integers(0, 120))
    principal_due, interest, fees = money(0, 10**7), money(0, 10**6), money(0, 10**5)
    balance = money(1, 10**8) if remaining else Money.zero(currency)
    arrears = principal_due + interest + fees
    assume((balance + principal_due).is_positive)
    account = AccountFacts(
        draw(st.sampled_from(PRODUCTS)),
        balance,
        arrears,
        interest,
        fees,
        draw(st.sampled_from([Decimal(0), Decimal("0.03"), Decimal("0.12"), Decimal("0.36")])),
        remaining,
    )
    deficit = draw(st.booleans())
    share = Money.zero(currency) if deficit else money(1, 10**7)
    found = Circumstances(
        DAY,
        draw(st.integers(0, 900)),
        draw(st.integers(0, 30)),
        frozenset(),
        draw(st.sampled_from(["ILLNESS", "EPIDEMIC", "INCOME_DROP", "MILITARY_SERVICE", None])),
        draw(st.none() | st.integers(0, 40)),
        draw(st.none() | st.integers(0, 12)),
        tuple(draw(st.lists(st.builds(EarlierRelief, _RELIEFS, _PAST, st.none() | _AHEAD), max_size=3))),
    )
    zero = Money.zero(currency)
    wish = Wish(
        draw(st.dates(date(2026, 6, 8), date(2026, 8, 2))),
        draw(st.none() | st.integers(1, 130)),
        draw(st.sampled_from([zero, interest])),
        draw(st.sampled_from([zero, fees])),
        months=draw(st.none() | st.integers(1, 14)),
        amount=_part(draw, account.claim),
        annual_rate=draw(st.none() | st.sampled_from([r for r in _RATES if r <= account.annual_rate])),
        principal_discount=_part(draw, account.principal - Money.from_minor(1, currency)),
        at_hand=draw(st.none() | st.integers(1, 10**7).map(lambda units: Money.from_minor(units, currency))),
        keep_maturity=draw(st.booleans()),
    )
    assume((account.claim - wish.waived_interest - wish.waived_fees).is_positive)
    borrower = BorrowerFacts(draw(st.booleans()), draw(st.booleans()), share, deficit)
    return Situation(account, borrower, found), wish, draw(st.sampled_from(PACKS))


def everything(asked: tuple[Situation, Wish, str]) -> list[Option]:
    situation, wish, pack = asked
    return list(options(situation, wish, POLICIES.catalogue(DAY, pack, situation.account.product)))


def computed(asked: tuple[Situation, Wish, str]) -> list[tuple[Option, Terms]]:
    return [(one, one.terms) for one in everything(asked) if one.terms is not None]


@settings(deadline=None, max_examples=60)
@given(situations())
def test_totals_and_payments_agree_with_the_schedule(asked: tuple[Situation, Wish, str]) -> None:
    claim, currency = asked[0].account.claim, asked[0].account.claim.currency
    for one, terms in computed(asked):
        paid = [*terms.schedule, *terms.afterwards]
        assert terms.total == Money.total((line.amount for line in terms.schedule), currency)
        assert terms.comparison.after_total == Money.total((line.amount for line in paid), currency)
        assert terms.comparison.after_payment == terms.payment
        change = terms.comparison.after_total - terms.comparison.before_total
        assert terms.comparison.total_cost_change == change
        assert [line.number for line in paid] == list(range(1, len(paid) + 1))
        assert all(a.month < b.month and a.due_date < b.due_date for a, b in pairwise(paid)), one.relief
        assert not terms.waived.is_negative and terms.waived <= claim + terms.instruction.forgone_interest


@settings(deadline=None, max_examples=60)
@given(situations())
def test_the_instruction_makes_the_schedule(asked: tuple[Situation, Wish, str]) -> None:
    """Recomputed from what the core is told alone, to the minor unit, with integers."""
    for _, terms in computed(asked):
        told = terms.instruction
        if told.method is Method.AS_LISTED:
            continue
        amounts = _by_hand(told.principal.minor, told.annual_rate, told.instalments, told.method)
        on_top = told.on_top.minor
        length = max(len(amounts), told.on_top_months)
        share = on_top // told.on_top_months if told.on_top_months else 0
        for k in range(length):
            part = 0 if k >= told.on_top_months else share
            if told.on_top_months and k == told.on_top_months - 1:
                part = on_top - share * k
            assert terms.schedule[k].amount.minor == (amounts[k] if k < len(amounts) else 0) + part
        assert terms.instalments == length
        assert terms.schedule[0].month == told.pause_months + 1


@settings(deadline=None, max_examples=60)
@given(situations())
def test_an_eligible_option_keeps_every_cap(asked: tuple[Situation, Wish, str]) -> None:
    situation, _, pack = asked
    catalogue = POLICIES.catalogue(DAY, pack, situation.account.product)
    for one, terms in computed(asked):
        if not one.eligible:
            assert one.refusals
            continue
        caps = catalogue.terms(one.relief)
        cap = caps.max_instalments[situation.account.product]
        assert terms.schedule[-1].month <= cap and terms.instalments <= cap
        assert all(line.amount.is_positive for line in terms.schedule)
        if "cn" in pack and situation.account.product == "credit_card":
            assert terms.instalments <= 60
        if situation.borrower.deficit:
            assert one.relief is ReliefType.REDUCED and terms.instruction.review_date is not None
        else:
            assert terms.highest_payment <= situation.borrower.max_instalment
        if caps.needs_difficulty:
            assert situation.borrower.in_difficulty and situation.borrower.willing
        if one.relief is ReliefType.REDUCED:
            assert terms.instruction.parked.is_positive and terms.instruction.review_date == terms.end_date
        if one.relief is not ReliefType.SETTLE and one.worth is not None and catalogue.value is not None:
            assert round(one.worth, 2) >= catalogue.value.min_recovery_percent


@settings(deadline=None, max_examples=60)
@given(situations())
@pytest.mark.rule("EU-02")
def test_present_values_and_the_diminished_obligation_are_consistent(asked: tuple[Situation, Wish, str]) -> None:
    rate = float(asked[0].account.annual_rate) / 12
    for one, terms in computed(asked):
        compared = terms.comparison
        worth = sum(
            float(line.amount.amount) / (1 + rate) ** line.month for line in (*terms.schedule, *terms.afterwards)
        )
        unit = float(Money.from_minor(1, compared.npv_after.currency).amount)
        assert abs(float(compared.npv_after.amount) - worth) <= unit + abs(worth) * 1e-9, one.relief
        before, after = float(compared.npv_before.amount), float(compared.npv_after.amount)
        lost = (before - after) / before * 100
        assert abs(float(compared.diminished_percent) - lost) <= 200 * unit / before + 1e-3
        if compared.diminished_over_threshold:
            assert compared.diminished_percent >= 1
        else:
            assert compared.diminished_percent <= 1


@settings(deadline=None, max_examples=60)
@given(situations())
def test_every_relief_is_listed_once_and_with_a_reason(asked: tuple[Situation, Wish, str]) -> None:
    found = everything(asked)
    assert sorted(one.relief for one in found) == sorted(ReliefType)
    for one in found:
        assert one.eligible != bool(one.refusals)


def _by_hand(principal: int, annual_rate: Decimal, count: int, method: Method) -> list[int]:
    if count == 0:
        return []
    if method is Method.EQUAL_PARTS:
        return [principal // count] * (count - 1) + [principal - principal // count * (count - 1)]
    top, bottom = annual_rate.as_integer_ratio()
    bottom *= 12
    payment = (
        _half_up(principal, count)
        if top == 0
        else _half_up(principal * top * (top + bottom) ** count, bottom * ((top + bottom) ** count - bottom**count))
    )
    balance, amounts = principal, []
    for k in range(count):
        interest = _half_up(balance * top, bottom)
        part = balance if k == count - 1 else min(payment - interest, balance)
        balance -= part
        amounts.append(interest + part)
    return amounts


def _half_up(top: int, bottom: int) -> int:
    return (2 * top + bottom) // (2 * bottom)
