"""Shares as people read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

NOT_APPLICABLE = "n/a"


def percent(part: int | Decimal, whole: int | Decimal, places: int = 2) -> str:
    """`part` of `whole` as "32.80%", rounded half up; "n/a" of nothing, never 0 %. ValueError for negative ones."""
    if part < 0 or whole < 0:
        raise ValueError("a share is of amounts that are not negative")
    if whole == 0:
        return NOT_APPLICABLE
    scaled = floor(Fraction(part) * 100 * 10**places / Fraction(whole) + Fraction(1, 2))
    digits = str(scaled).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}%" if places else f"{digits}%"
