"""Fineract's wire manners: dates, and numbers that are JSON numbers."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from services.common.kernel.money import Money

#: The date formats the sandbox reads; Fineract reads any Java pattern.
_FORMATS: dict[str, Callable[[str], date]] = {
    "yyyy-MM-dd": date.fromisoformat,
    "dd MMMM yyyy": lambda text: datetime.strptime(text, "%d %B %Y").date(),  # noqa: DTZ007
}


class FineractRequest(BaseModel):
    """A request body: its dates are texts in `dateFormat` or [year, month, day]; both companions are required."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    dateFormat: str
    locale: str

    @model_validator(mode="before")
    @classmethod
    def _read_dates(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        read = _FORMATS.get(str(values.get("dateFormat")))
        if read is None:
            raise ValueError(f"dateFormat must be one of {', '.join(_FORMATS)}")
        return {name: _date(value, read) if name.endswith("Date") else value for name, value in values.items()}


def _date(value: Any, read: Callable[[str], date]) -> Any:
    if isinstance(value, list) and len(value) == 3 and all(isinstance(part, int) for part in value):
        return date(*value)
    return read(value) if isinstance(value, str) else value


def wire_date(day: date | None) -> list[int] | None:
    """[2026, 3, 2], as Fineract answers."""
    return None if day is None else [day.year, day.month, day.day]


def wire_number(value: Money | Decimal) -> float:
    """A JSON number: exact for up to 15 digits, which the bank's books never exceed."""
    return float(value.amount if isinstance(value, Money) else value)


def wire_percent(rate: Decimal) -> float:
    """0.1825 as 18.25."""
    return float(rate * 100)
