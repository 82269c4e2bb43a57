"""Extracts repeat, and what is committed is what the generator makes."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import islice

import pytest

from sandbox.bank.errors import BankInvalid
from sandbox.bank.ledger import standing
from sandbox.bank.opening import opening_schedule
from sandbox.gateway.fate import fate_of
from sandbox.portfolio.generate import generate
from sandbox.portfolio.row import HABITS, PortfolioRow, read_portfolio, write_portfolio
from services.common.kernel.money import Money

AS_OF = date(2026, 3, 2)
SAMPLE = (files("sandbox.portfolio") / "sample-200.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows() -> list[PortfolioRow]:
    return list(read_portfolio(SAMPLE))


def test_the_committed_sample_is_what_the_generator_makes() -> None:
    assert write_portfolio(generate(200, 1, AS_OF)) == SAMPLE


def test_a_row_does_not_depend_on_how_many_there_are() -> None:
    assert list(islice(generate(500, 7, AS_OF), 20)) == list(generate(20, 7, AS_OF))
    assert list(generate(20, 8, AS_OF)) != list(generate(20, 7, AS_OF))


def test_every_habit_language_and_product_is_in_the_sample(rows: list[PortfolioRow]) -> None:
    assert {row.habit for row in rows} == set(HABITS)
    assert {row.language for row in rows} == {"zh", "en"}
    assert {row.product for row in rows} == {"credit_card", "personal_loan", "auto_loan"}
    assert any(row.living_costs + row.priority_expenses > row.monthly_income for row in rows)
    assert len({row.phone for row in rows}) == len({row.account_ref for row in rows}) == 200


def test_the_bank_opens_each_account_as_the_extract_says(rows: list[PortfolioRow]) -> None:
    for row in rows:
        found = standing(opening_schedule(row), Money.zero("CNY"), row.as_of)
        assert found.oldest_unpaid_due_date == row.oldest_unpaid_due_date is not None
        assert (found.balance.amount, found.arrears_principal.amount) == (row.balance, row.arrears_principal)
        assert (found.arrears_interest.amount, found.arrears_fees.amount) == (row.arrears_interest, row.arrears_fees)
        # The same loan a few periods on: its payment differs by rounding only.
        assert abs(found.upcoming[0].period.total.amount - row.monthly_payment) < 1


def test_an_account_in_good_order_has_no_unpaid_due_date(rows: list[PortfolioRow]) -> None:
    nothing = dict.fromkeys(("arrears_principal", "arrears_interest", "arrears_fees"), Decimal(0))
    row = rows[0].model_copy(update={**nothing, "oldest_unpaid_due_date": None, "due_day": 1})
    found = standing(opening_schedule(row), Money.zero("CNY"), row.as_of)
    assert found.upcoming[0].period.due_date == date(2026, 4, 1)
    assert found.arrears.is_zero
    with pytest.raises(BankInvalid):
        opening_schedule(row.model_copy(update={"arrears_fees": rows[0].arrears_fees}))


def test_the_gateway_loses_and_delays_some_and_always_the_same() -> None:
    fates = [fate_of(1, f"key-{number}") for number in range(2000)]
    assert fates == [fate_of(1, f"key-{number}") for number in range(2000)]
    assert fates != [fate_of(2, f"key-{number}") for number in range(2000)]
    failed = sum(not fate.arrives for fate in fates)
    unheard = sum(not fate.receipt for fate in fates)
    late = sum(fate.delay.total_seconds() > 3600 for fate in fates)
    assert 30 < failed < 95 and 15 < unheard < 70 and 60 < late < 150
