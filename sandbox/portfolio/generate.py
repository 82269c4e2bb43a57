"""A seeded generator of portfolio extracts: accounts past due, with the people behind them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from sandbox.bank.schedule import amortise
from sandbox.portfolio.row import PortfolioRow
from services.common.kernel.money import Money
from services.common.kernel.months import add_months

_CURRENCY = "CNY"
_LAST_DUE_DAY = 28


def generate(count: int, seed: int, as_of: date) -> Iterator[PortfolioRow]:
    """`count` accounts past due at the close of `as_of`; the same for the same arguments, row by row."""
    for number in range(1, count + 1):
        yield _row(number, Random(f"{seed}/{number}"), as_of)


def _row(number: int, rng: Random, as_of: date) -> PortfolioRow:
    shape = _load("distributions")
    product = _weighted(rng, {name: p["weight"] for name, p in shape["products"].items()})
    terms = shape["products"][product]
    oldest = _oldest_unpaid(rng, shape["days_past_due"], as_of)
    overdue = _periods_between(oldest, as_of)
    term = max(rng.choice(terms["terms"]), overdue + 6)
    rate = Decimal(rng.choice(terms["rates"]))
    principal = Money.of(Decimal(rng.randint(*terms["principal"]) // 100 * 100), _CURRENCY)
    paid = rng.randint(1, term - overdue - 4)
    lines = amortise(principal, rate, term, add_months(oldest, -paid), 1)
    late, ahead = lines[paid : paid + overdue], lines[paid + overdue :]
    english = rng.random() < shape["english_share"]
    income, living, priority = _household(rng, shape, lines[0].total)
    return PortfolioRow(
        borrower_ref=f"B{number:06d}",
        name=_name(rng, english),
        phone=_phone(number, english),
        language="en" if english else "zh",
        time_zone="Asia/Shanghai",
        email=f"b{number:06d}@example.com",
        postal_address=_address(number, english),
        account_ref=f"A{number:06d}",
        product=product,
        currency=_CURRENCY,
        principal=principal.amount,
        annual_rate=rate,
        term_months=term,
        months_paid=paid,
        due_day=oldest.day,
        monthly_payment=lines[0].total.amount,
        balance=_sum(line.principal for line in ahead),
        arrears_principal=_sum(line.principal for line in late),
        arrears_interest=_sum(line.interest for line in late),
        arrears_fees=Decimal(shape["late_fee"]) * overdue,
        oldest_unpaid_due_date=oldest,
        as_of=as_of,
        monthly_income=income,
        living_costs=living,
        priority_expenses=priority,
        cause=_weighted(rng, shape["causes"]),
        habit=_weighted(rng, shape["habits"]),
    )


def _oldest_unpaid(rng: Random, buckets: list[dict[str, Any]], as_of: date) -> date:
    bucket = buckets[int(_weighted(rng, {str(i): b["weight"] for i, b in enumerate(buckets)}))]
    day = as_of - timedelta(days=rng.randint(*bucket["days"]))
    return day.replace(day=min(day.day, _LAST_DUE_DAY))


def _periods_between(oldest: date, as_of: date) -> int:
    count = 1
    while add_months(oldest, count) < as_of:
        count += 1
    return count


def _household(rng: Random, shape: Mapping[str, Any], payment: Money) -> tuple[Decimal, Decimal, Decimal]:
    """Income, living costs and priority expenses a month; what is left fits a lower payment, or is below zero."""
    left = payment.amount * Decimal(str(rng.uniform(*shape["surplus_of_payment"])))
    if rng.random() < shape["deficit_share"]:
        left = -left / 2
    income = max(payment.amount * Decimal(str(rng.uniform(2.2, 3.6))), Decimal(3500))
    priority = income * Decimal(str(rng.uniform(*shape["priority_share"])))
    return _tens(income), _tens(income - priority - left), _tens(priority)


def _tens(amount: Decimal) -> Decimal:
    return max((amount / 10).quantize(Decimal(1), ROUND_HALF_UP) * 10, Decimal(0)).quantize(Decimal("0.01"))


def _name(rng: Random, english: bool) -> str:
    names = _load("names")
    if english:
        return f"{rng.choice(names['en_given'])} {rng.choice(names['en_family'])}"
    return f"{rng.choice(names['zh_family'])}{rng.choice(names['zh_given'])}"


def _phone(number: int, english: bool) -> str:
    # 555-01xx is kept for fiction in North America; China keeps no such range, so a block of zeros stands for one.
    if english and number <= 100 * len(_AREAS):
        return f"+1{_AREAS[(number - 1) // 100]}55501{(number - 1) % 100:02d}"
    return f"+861340{number:07d}"


def _address(number: int, english: bool) -> str:
    # Streets that exist nowhere.
    if english:
        return f"{number} Example Street, Shanghai 200000"
    return f"上海市示例路{number}号"


_AREAS = ("202", "312", "415", "206", "646", "617", "713")


def _sum(amounts: Iterator[Money]) -> Decimal:
    return Money.total(amounts, _CURRENCY).amount


def _weighted(rng: Random, weights: Mapping[str, float]) -> Any:
    return rng.choices(list(weights), list(weights.values()))[0]


@cache
def _load(name: str) -> Any:
    return yaml.safe_load((files("sandbox.portfolio") / f"{name}.yaml").read_text(encoding="utf-8"))
