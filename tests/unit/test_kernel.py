"""Money, ids, periods, business days, clock, dated policy, canonical form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.common.kernel.business_days import BusinessCalendar, CalendarMissing, Shift
from services.common.kernel.canonical import canonical_json, fingerprint
from services.common.kernel.clock import FixedClock, local_day
from services.common.kernel.dated import Dated, PolicyMissing, Version
from services.common.kernel.errors import Refused, Retryable, StaleVersion, Unavailable
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import CurrencyMismatch, InvalidMoney, Money
from services.common.kernel.months import add_months, monthly_dates
from services.common.kernel.period import Period
from services.common.kernel.policy_file import PolicyFileInvalid, load_policy
from services.common.kernel.rule import business_rule, business_rules


class Carrier(BaseModel):
    amount: Money


@pytest.mark.parametrize(
    "amount",
    [1.5, 1, True, None, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"),
     Decimal("0.001"), Decimal("1E+15"), "1e3", "1,000.00", "0.001", "864.000", " 1", "", "٣"],
)  # fmt: skip
def test_money_refuses_what_is_not_an_exact_amount(amount: Any) -> None:
    with pytest.raises(InvalidMoney):
        Money.of(amount, "CNY")


def test_money_knows_the_minor_unit_of_its_currency() -> None:
    assert str(Money.of("100", "JPY")) == "JPY 100"
    assert Money.of("864", "CNY") == Money(Decimal("864.0000"), "CNY") == Money.from_minor(86400, "CNY")
    with pytest.raises(InvalidMoney):
        Money.of("1.5", "JPY")
    with pytest.raises(InvalidMoney):
        Money.of("1.5", "XXX")


def test_money_of_two_currencies_never_meets() -> None:
    yuan, dollar = Money.of("1.00", "CNY"), Money.of("1.00", "USD")
    assert yuan != dollar
    for meet in (lambda: yuan + dollar, lambda: yuan - dollar, lambda: yuan < dollar, lambda: yuan.at_most(dollar)):
        with pytest.raises(CurrencyMismatch):
            meet()


def test_money_rounds_half_away_from_zero_once() -> None:
    assert Money.of("0.01", "CNY").times(Decimal("0.5")) == Money.of("0.01", "CNY")
    assert Money.of("-0.01", "CNY").times(Fraction(1, 2)) == Money.of("-0.01", "CNY")
    assert Money.of("0.03", "CNY").times(Fraction(1, 2), down=True) == Money.of("0.01", "CNY")


def test_money_in_json_is_text_and_nothing_else() -> None:
    assert Carrier(amount=Money.of("864", "CNY")).model_dump_json() == '{"amount":{"amount":"864.00","currency":"CNY"}}'
    assert Carrier.model_validate_json('{"amount":{"amount":"-1.5","currency":"USD"}}').amount.minor == -150
    for bad in (
        '{"amount":1.5,"currency":"CNY"}', '{"amount":864,"currency":"CNY"}', '{"amount":"NaN","currency":"CNY"}',
        '{"amount":"1.234","currency":"CNY"}', '{"amount":"1","currency":"cny"}', '"864.00"', "864",
        '{"amount":"1","currency":"CNY","note":"x"}', '{"amount":"1"}', '{"amount":"1e3","currency":"CNY"}',
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Carrier.model_validate_json(f'{{"amount":{bad}}}')


def test_money_schema_is_an_object_of_two_strings() -> None:
    shape = Carrier.model_json_schema()["properties"]["amount"]
    assert shape["additionalProperties"] is False
    assert {name: p["type"] for name, p in shape["properties"].items()} == {"amount": "string", "currency": "string"}


def test_business_ids_repeat_and_do_not_run_into_each_other() -> None:
    assert business_uuid("case", "b1", "a1", "0") == business_uuid("case", "b1", "a1", "0")
    different = [business_uuid("k", "a", "bc"), business_uuid("k", "ab", "c"), business_uuid("k", 'a","bc'),
                 business_uuid("ka", "bc"), business_uuid("K", "a", "bc")]  # fmt: skip
    assert len(set(different)) == len(different)
    with pytest.raises(ValueError, match="non-empty"):
        business_uuid("case", "b1", "")


def test_periods_are_half_open() -> None:
    first, second = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1))
    assert first.contains(date(2026, 1, 31))
    assert not first.contains(date(2026, 2, 1))
    assert first.intersect(second) is None
    assert second.intersect(Period(date(2026, 1, 1), date(2026, 3, 1))) == Period(date(2026, 2, 1), date(2026, 3, 1))
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(ValueError, match="offset"):
        Period(datetime(2026, 1, 1))  # noqa: DTZ001 - a naive instant is what is refused


CN_2026 = BusinessCalendar(
    "CN",
    holidays=frozenset({date(2026, 10, day) for day in range(1, 8)}),
    years=frozenset({2026}),
    make_up_workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)


def test_business_days_know_make_up_workdays() -> None:
    assert CN_2026.is_business_day(date(2026, 9, 20))  # a Sunday that is worked
    assert CN_2026.next_business_day(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CN_2026.add_business_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert CN_2026.add_business_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert CN_2026.previous_business_day(date(2026, 10, 8)) == date(2026, 9, 30)


def test_shift_conventions() -> None:
    saturday_end_of_month = date(2026, 1, 31)
    assert CN_2026.shift(saturday_end_of_month, Shift.NONE) == saturday_end_of_month
    assert CN_2026.shift(saturday_end_of_month, Shift.FOLLOWING) == date(2026, 2, 2)
    assert CN_2026.shift(saturday_end_of_month, Shift.MODIFIED_FOLLOWING) == date(2026, 1, 30)
    assert CN_2026.shift(date(2026, 2, 3), Shift.FOLLOWING) == date(2026, 2, 3)


def test_a_year_without_an_official_list_fails_closed() -> None:
    with pytest.raises(CalendarMissing):
        CN_2026.is_business_day(date(2027, 1, 4))
    with pytest.raises(CalendarMissing):
        CN_2026.next_business_day(date(2026, 12, 31))


def test_months_count_from_the_first_date() -> None:
    assert monthly_dates(date(2026, 1, 31), 3) == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
    assert add_months(date(2026, 11, 15), 3) == date(2027, 2, 15)
    shifted = monthly_dates(date(2026, 10, 1), 2, calendar=CN_2026, shift=Shift.FOLLOWING)
    assert shifted == (date(2026, 10, 8), date(2026, 11, 2))


def test_clock_moves_only_forward_and_days_are_local() -> None:
    clock = FixedClock(datetime(2026, 1, 1, 23, 30, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == datetime(2026, 1, 1, 15, 30, tzinfo=UTC)
    assert local_day(clock.advance(timedelta(hours=1)), "Asia/Shanghai") == date(2026, 1, 2)
    with pytest.raises(ValueError, match="back"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="offset"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001 - a naive instant is what is refused


def _version(name: str, start: date, end: date | None = None) -> Version[int]:
    return Version(name, start, "a source", 1, end)


def test_dated_values_answer_by_day_and_by_name() -> None:
    dated = Dated("caps", (_version("new", date(2026, 2, 1)), _version("old", date(2026, 1, 1), date(2026, 2, 1))))
    assert dated.on(date(2026, 1, 31)).version == "old"
    assert dated.on(date(2026, 2, 1)).version == "new"
    assert dated.named("old").effective_to == date(2026, 2, 1)
    with pytest.raises(PolicyMissing):
        dated.on(date(2025, 12, 31))
    with pytest.raises(ValueError, match="overlap"):
        Dated("caps", (_version("a", date(2026, 1, 1)), _version("b", date(2026, 2, 1))))


def test_a_policy_file_that_is_missing_or_wrong_names_itself() -> None:
    with pytest.raises(PolicyFileInvalid, match=r"services/intake/policy/nothing\.yaml: no such file"):
        load_policy("services.intake", "nothing", dict)
    with pytest.raises(PolicyFileInvalid, match=r"services/intake/policy/arrears\.yaml"):
        load_policy("services.intake", "arrears", list)


def test_canonical_form_does_not_depend_on_how_it_was_written() -> None:
    one = {
        "b": Decimal("1.50"),
        "a": Money.of("5", "CNY"),
        "on": datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))),
    }
    two = {"on": datetime(2026, 1, 1, tzinfo=UTC), "a": Money.of("5.00", "CNY"), "b": Decimal("1.5")}
    assert canonical_json(one) == canonical_json(two)
    assert fingerprint(one) == fingerprint(two)
    assert fingerprint({**two, "b": Decimal("1.51")}) != fingerprint(two)
    with pytest.raises(TypeError, match="float"):
        canonical_json({"b": 1.5})


def test_errors_carry_what_a_problem_needs() -> None:
    refused = Refused("the plan has too many instalments", rules=["CN-14"], fields=[("/months", "above 60")])
    assert (refused.status, refused.problem, refused.rules) == (409, "refused-by-rule", ("CN-14",))
    assert refused.extras == {"rules": ["CN-14"]}
    assert isinstance(Unavailable(), Retryable)
    assert not isinstance(StaleVersion(), Retryable)
    assert StaleVersion().detail == StaleVersion.title


def test_one_rule_id_means_one_rule() -> None:
    def register(name: str) -> None:
        def predicate() -> bool:
            return True

        predicate.__qualname__ = name
        business_rule(id="TEST-ONE", group="test", summary="A rule of this test.")(predicate)

    register("first")
    register("first")
    with pytest.raises(ValueError, match="TEST-ONE"):
        register("second")
    assert [r.id for r in business_rules() if r.group == "test"] == ["TEST-ONE"]
