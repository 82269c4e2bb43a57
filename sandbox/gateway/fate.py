"""What becomes of a message: most arrive in their time, some late, some never, and of some one never hears."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.chance import chance

_FAILS = 0.03
_ARRIVES_UNHEARD = 0.02
_LATE = 0.05
#: Days that the post takes on top of the minutes of everything else.
_POST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Fate:
    """After `delay` of business time the message arrives or fails, and a receipt is given or lost."""

    delay: timedelta
    arrives: bool
    receipt: bool


def fate_of(seed: int, key: str, channel: str = "sms") -> Fate:
    """The fate of the message with this idempotency key in a channel; the same in every run with the seed."""
    luck, post = chance(seed, "fate", key), _POST if channel == "letter" else timedelta(0)
    quick = timedelta(seconds=60 + int(540 * chance(seed, "delay", key)))
    if luck < _FAILS:
        return Fate(post + quick, arrives=False, receipt=True)
    if luck < _FAILS + _ARRIVES_UNHEARD:
        return Fate(post + quick, arrives=True, receipt=False)
    if luck < _FAILS + _ARRIVES_UNHEARD + _LATE:
        return Fate(post + timedelta(hours=3) + 20 * quick, arrives=True, receipt=True)
    return Fate(post + quick, arrives=True, receipt=True)
