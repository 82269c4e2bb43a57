"""Exact money: a Decimal amount at the currency's minor unit, with its currency.

In JSON money is `{"amount": "864.00", "currency": "CNY"}`; the amount is a string, because a JSON number is a float
for most readers. Rounding is half up (ties away from zero) unless a method says otherwise; splits sum exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final

from pydantic_core import CoreSchema, core_schema

from services.common.kernel.currencies import MINOR_DIGITS
from services.common.kernel.errors import InvalidInput

_PLAIN: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")
_MAX_INTEGER_DIGITS: Final = 15
_WIDE: Final = Context(prec=64)


class InvalidMoney(InvalidInput, ValueError):
    """Not an amount of money: wrong type, not finite, too large, too many decimals, unknown currency."""

    problem = "invalid-money"
    title = "Not a valid amount of money"


class CurrencyMismatch(InvalidInput, ValueError):
    """Two currencies met in one calculation; Forbear never converts."""

    problem = "currency-mismatch"
    title = "Amounts of different currencies"


def minor_digits(currency: str) -> int:
    """Number of decimals of the currency's minor unit. InvalidMoney if the currency is unknown."""
    try:
        return MINOR_DIGITS[currency]
    except (KeyError, TypeError):
        raise InvalidMoney("unknown currency") from None


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency. The amount is held at exactly the minor digits of the currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise InvalidMoney("the amount must be a Decimal")
        digits = minor_digits(self.currency)
        if not self.amount.is_finite():
            raise InvalidMoney("the amount must be finite")
        # The cheap bounds come first: Decimal("1E+999999") must not be expanded.
        if self.amount and self.amount.adjusted() >= _MAX_INTEGER_DIGITS:
            raise InvalidMoney(f"the amount has more than {_MAX_INTEGER_DIGITS} integer digits")
        if not -28 <= _exponent(self.amount) < _MAX_INTEGER_DIGITS:
            raise InvalidMoney("the exponent of the amount is out of bounds")
        scaled = Fraction(self.amount) * 10**digits
        if scaled.denominator != 1:
            raise InvalidMoney("the amount has more decimals than its currency")
        object.__setattr__(self, "amount", _decimal(scaled.numerator, digits))

    # -- construction -------------------------------------------------------------------------------------------

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Money:
        """From a plain decimal string ("864.00", no exponent, no surplus decimals) or a Decimal."""
        if isinstance(amount, str):
            if not _PLAIN.fullmatch(amount):
                raise InvalidMoney("the amount must be a plain decimal string")
            if len(amount.partition(".")[2]) > minor_digits(currency):
                raise InvalidMoney("the amount has more decimals than its currency")
            return cls(Decimal(amount), currency)
        return cls(amount, currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Money:
        """From a whole number of minor units (fen, cent)."""
        digits = minor_digits(currency)
        if abs(units) >= 10 ** (_MAX_INTEGER_DIGITS + digits):
            raise InvalidMoney(f"the amount has more than {_MAX_INTEGER_DIGITS} integer digits")
        # What is made from minor units is exact already; the checks of a foreign Decimal would cost most of a sum.
        made = object.__new__(cls)
        object.__setattr__(made, "amount", _decimal(units, digits))
        object.__setattr__(made, "currency", currency)
        return made

    @classmethod
    def rounded(cls, value: Decimal | Fraction, currency: str, *, down: bool = False) -> Money:
        """Round an exact value to the minor unit: half up (ties away from zero), or towards minus infinity."""
        scaled = Fraction(value) * 10 ** minor_digits(currency)
        return cls.from_minor(_floor(scaled) if down else _half_up(scaled), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Sum; zero of `currency` when there is nothing to add."""
        return sum(amounts, cls.zero(currency))

    # -- arithmetic ---------------------------------------------------------------------------------------------

    @property
    def minor(self) -> int:
        """The amount as a whole number of minor units."""
        return int(self.amount.scaleb(minor_digits(self.currency)))

    @property
    def exact(self) -> Fraction:
        """The amount as an exact rational, for calculations that must not round between steps."""
        return Fraction(self.amount)

    def __add__(self, other: Money) -> Money:
        return Money.from_minor(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money.from_minor(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money.from_minor(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other).minor

    def times(self, factor: Decimal | Fraction | int, *, down: bool = False) -> Money:
        """Multiply and round once: half up, or down (towards minus infinity)."""
        if isinstance(factor, float):
            raise InvalidMoney("money is never multiplied by a float")
        return Money.rounded(self.exact * Fraction(factor), self.currency, down=down)

    def split_equally(self, parts: int) -> tuple[Money, ...]:
        """`parts` shares, each rounded down; the remainder is in the last. Sums exactly."""
        if parts < 1:
            raise InvalidMoney("cannot split into fewer than one part")
        share = self.minor // parts
        last = self.minor - share * (parts - 1)
        return tuple(Money.from_minor(u, self.currency) for u in [share] * (parts - 1) + [last])

    def allocate(self, weights: Sequence[Decimal | Fraction | int]) -> tuple[Money, ...]:
        """Shares in proportion to `weights` by largest remainder; ties go to the earlier weight. Sums exactly."""
        exact = [Fraction(w) for w in weights]
        whole = sum(exact, Fraction(0))
        if any(w < 0 for w in exact) or whole <= 0:
            raise InvalidMoney("weights must not be negative and must have a positive sum")
        ideal = [Fraction(self.minor) * w / whole for w in exact]
        units = [_floor(share) for share in ideal]
        by_remainder = sorted(range(len(ideal)), key=lambda i: (units[i] - ideal[i], i))
        for i in by_remainder[: self.minor - sum(units)]:
            units[i] += 1
        return tuple(Money.from_minor(u, self.currency) for u in units)

    # -- questions ----------------------------------------------------------------------------------------------

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    @property
    def is_negative(self) -> bool:
        return self.minor < 0

    def at_least(self, floor: Money) -> Money:
        """The larger of the two."""
        return self if self >= floor else floor

    def at_most(self, cap: Money) -> Money:
        """The smaller of the two."""
        return self if self <= cap else cap

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined")
        return other

    # -- JSON ---------------------------------------------------------------------------------------------------

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        shape = core_schema.typed_dict_schema(
            {
                "amount": core_schema.typed_dict_field(
                    core_schema.str_schema(strict=True, pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$")
                ),
                "currency": core_schema.typed_dict_field(core_schema.str_schema(strict=True, pattern=r"^[A-Z]{3}$")),
            },
            extra_behavior="forbid",
        )
        from_shape = core_schema.no_info_after_validator_function(lambda d: cls.of(d["amount"], d["currency"]), shape)
        return core_schema.json_or_python_schema(
            json_schema=from_shape,
            # A union would name its members in the places of errors: `#/arrears/is-instance[Money]`.
            python_schema=core_schema.no_info_wrap_validator_function(
                lambda value, parse: value if isinstance(value, cls) else parse(value), from_shape
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda m: {"amount": str(m.amount), "currency": m.currency}, return_schema=shape, when_used="json"
            ),
        )


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _decimal(units: int, digits: int) -> Decimal:
    """Exact, whatever the precision of the present decimal context."""
    return Decimal(units).scaleb(-digits, _WIDE)


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def _half_up(value: Fraction) -> int:
    magnitude = _floor(abs(value) + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude
