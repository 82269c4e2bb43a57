"""The worked cases: inputs and expected numbers, by formula."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.common.kernel.money import Money

_FILE = Path(__file__).with_name("worked_cases.json")


def cases(formula: str) -> pytest.MarkDecorator:
    """Parametrise a test over all cases of a formula as `inputs` and `expected`."""
    found = [c for c in json.loads(_FILE.read_text(encoding="utf-8"))["cases"] if c["formula"] == formula]
    assert found, f"no worked case of {formula}"
    return pytest.mark.parametrize(
        ("inputs", "expected"), [pytest.param(c["inputs"], c["expected"], id=c["id"]) for c in found]
    )


def money(inputs: Mapping[str, Any], key: str) -> Money:
    """An amount of the inputs in the case's currency; "0" and whole numbers are amounts too."""
    return Money.of(inputs[key], inputs["currency"])


def moneys(inputs: Mapping[str, Any], key: str) -> dict[str, Money]:
    return {name: Money.of(amount, inputs["currency"]) for name, amount in inputs[key].items()}
