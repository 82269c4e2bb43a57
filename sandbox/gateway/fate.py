"""What becomes of a message: most arrive within minutes, some late, some never, and of some one never hears."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.chance import chance

_FAILS = 0.03
_ARRIVES_UNHEARD = 0.02
_LATE = 0.05


@dataclass(frozen=True, slots=True)
class Fate:
    """After `delay` of business time the message arrives or fails, and a receipt is given or lost."""

    delay: timedelta
    arrives: bool
    receipt: bool


def fate_of(seed: int, key: str) -> Fate:
    """The fate of the message with this idempotency key; the same in every run with the seed."""
    luck = chance(seed, "fate", key)
    quick = timedelta(seconds=60 + int(540 * chance(seed, "delay", key)))
    if luck < _FAILS:
        return Fate(quick, arrives=False, receipt=True)
    if luck < _FAILS + _ARRIVES_UNHEARD:
        return Fate(quick, arrives=True, receipt=False)
    if luck < _FAILS + _ARRIVES_UNHEARD + _LATE:
        return Fate(timedelta(hours=3) + 20 * quick, arrives=True, receipt=True)
    return Fate(quick, arrives=True, receipt=True)
