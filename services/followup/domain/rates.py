"""Rates of a period: balances that roll into the next bucket, promises that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.percent import NOT_APPLICABLE, percent

_ARROW = "->"
_COMPOUND_PLACES = 4


@dataclass(frozen=True, slots=True)
class RollBalances(PolicyValue):
    """Balances of one currency: at the opening by bucket, and what of it moved, as "M1->M2", during the month."""

    opening: Mapping[str, Decimal]
    closing_from: Mapping[str, Decimal]


@formula("roll_rate")
def roll_rate(balances: RollBalances) -> Mapping[str, str]:
    """Share of each bucket's opening balance that moved on, and the compound share from the first bucket to the last.

    "n/a" where a bucket was empty. InvalidInput when a move has no opening balance, a balance is negative, or the moves
    do not follow one another.
    """
    moves = [_buckets(name) for name in balances.closing_from]
    if not moves or any(after[0] != before[1] for before, after in pairwise(moves)):
        raise InvalidInput("name the moves in order, each from the bucket that the one before leads to")
    shares: list[Fraction | None] = []
    rates: dict[str, str] = {}
    for name, moved in balances.closing_from.items():
        source = _buckets(name)[0]
        opening = balances.opening.get(source)
        if opening is None:
            raise InvalidInput(f"the opening balance of {source} is missing")
        if moved < 0 or opening < 0:
            raise InvalidInput(f"the balances of {source} are not negative")
        rates[name] = percent(moved, opening)
        shares.append(Fraction(moved) / Fraction(opening) if opening else None)
    known = [share for share in shares if share is not None]
    first, last = moves[0][0], moves[-1][1]
    compound = prod(known, start=Fraction(1))
    rates[f"flow_to_{last}_from_{first}_compound"] = (
        percent(compound.numerator, compound.denominator, _COMPOUND_PLACES)
        if len(known) == len(shares)
        else NOT_APPLICABLE
    )
    return rates


def _buckets(move: str) -> tuple[str, str]:
    source, arrow, target = move.partition(_ARROW)
    if not (source and arrow and target):
        raise InvalidInput('a move is written as "M1->M2"')
    return source, target


@dataclass(frozen=True, slots=True)
class PromisesDue(PolicyValue):
    """Promises that came due in a period and what became of them; amounts of one currency."""

    promises_due: int
    kept: int
    partially_kept: int
    broken: int
    promised_amount: Decimal
    received_on_promises: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRates:
    """Rates as "67.50%", rounded half up; "n/a" where nothing came due."""

    kept_rate_count: str
    kept_rate_amount: str
    broken_rate_count: str


@formula("ptp_kept_rate")
def kept_rates(promises: PromisesDue) -> KeptRates:
    """Promises kept and broken of those that came due, and money received by the last good day of what was promised.

    InvalidInput when more became of promises than came due, or an amount is negative.
    """
    outcomes = (promises.kept, promises.partially_kept, promises.broken)
    if min(outcomes) < 0 or sum(outcomes) > promises.promises_due:
        raise InvalidInput("kept, partially kept and broken promises are among those that came due")
    if promises.promised_amount < 0 or promises.received_on_promises < 0:
        raise InvalidInput("amounts are not negative")
    return KeptRates(
        kept_rate_count=percent(promises.kept, promises.promises_due),
        kept_rate_amount=percent(promises.received_on_promises, promises.promised_amount),
        broken_rate_count=percent(promises.broken, promises.promises_due),
    )
