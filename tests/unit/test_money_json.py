"""Money in requests and events: an object of two texts, and errors that name the field at fault and nothing else."""

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.common.kernel.money import Money


class Debt(BaseModel):
    arrears: Money


GOOD = {"arrears": {"amount": "3610.30", "currency": "CNY"}}


def test_money_is_read_from_json_from_python_and_from_itself() -> None:
    money = Money(Decimal("3610.30"), "CNY")
    assert Debt.model_validate(GOOD) == Debt.model_validate_json(json.dumps(GOOD)) == Debt(arrears=money)
    assert Debt(arrears=money).arrears is money
    assert json.loads(Debt(arrears=money).model_dump_json()) == GOOD


@pytest.mark.parametrize(
    ("money", "place"),
    [
        ({"amount": 3610.3, "currency": "CNY"}, ("arrears", "amount")),
        ({"amount": "3610.30"}, ("arrears", "currency")),
        ({"amount": "3610.30", "currency": "cny"}, ("arrears", "currency")),
        ({"amount": "3610.30", "currency": "CNY", "unit": "fen"}, ("arrears", "unit")),
        ({"amount": "3610.305", "currency": "CNY"}, ("arrears",)),
        ({"amount": "3610.30", "currency": "XQQ"}, ("arrears",)),
        ("3610.30", ("arrears",)),
        (None, ("arrears",)),
    ],
)
def test_wrong_money_is_refused_at_its_place(money: Any, place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as in_python:
        Debt.model_validate({"arrears": money})
    with pytest.raises(ValidationError) as in_json:
        Debt.model_validate_json(json.dumps({"arrears": money}))
    for refusal in (in_python, in_json):
        assert [error["loc"] for error in refusal.value.errors()] == [place]
