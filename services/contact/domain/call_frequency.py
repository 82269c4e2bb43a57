"""How often a person may be called about one debt, and when again after a conversation (US-04, US-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class CallHistory(PolicyValue):
    """Calls to one person about one debt, and the day on which another one is wanted; all local days of the person.

    `prior_connected_calls` are the days of calls that count, one for each call: ringing unanswered counts, busy and
    not in service do not. `last_conversation` counts whoever called. `prior_consent_received` is the day on which the
    person last agreed to be called.
    """

    prior_connected_calls: tuple[date, ...]
    wanted_date: date
    last_conversation: date | None = None
    prior_consent_received: date | None = None


@dataclass(frozen=True, slots=True)
class FrequencyTerms(PolicyValue):
    """At most `max_calls` in `window_days` days in a row; consent exempts for `consent_days`, its own day the first."""

    max_calls: int
    window_days: int
    consent_days: int


@dataclass(frozen=True, slots=True)
class CooldownTerms(PolicyValue):
    """Days from a conversation on in which nobody calls; its own day is the first."""

    wait_days: int


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """Whether the wanted call may be made, and why (not)."""

    calls_in_window_before: int
    frequency_ok: bool
    cooldown_ok: bool
    consent_exempt: bool
    earliest_after_conversation: date | None
    allowed: bool


@formula("us_call_frequency", day=lambda history: history.wanted_date, frequency="US-04", cooldown="US-05")
def call_frequency(history: CallHistory, frequency: FrequencyTerms, cooldown: CooldownTerms) -> CallAnswer:
    """Whether one more call about a debt keeps to the most calls in seven days and the wait after a conversation."""
    wanted = history.wanted_date
    first = wanted - timedelta(days=frequency.window_days - 1)
    before = sum(first <= day <= wanted for day in history.prior_connected_calls)
    spoken = history.last_conversation
    earliest = None if spoken is None else spoken + timedelta(days=cooldown.wait_days)
    frequency_ok = before < frequency.max_calls
    cooldown_ok = earliest is None or wanted >= earliest
    exempt = _consent_holds(history, frequency.consent_days)
    return CallAnswer(before, frequency_ok, cooldown_ok, exempt, earliest, exempt or (frequency_ok and cooldown_ok))


def _consent_holds(history: CallHistory, days: int) -> bool:
    """Whether the consent covers the wanted day. A later conversation ends it; the one it was given in does not."""
    consent, spoken = history.prior_consent_received, history.last_conversation
    if consent is None or (spoken is not None and spoken > consent):
        return False
    return consent <= history.wanted_date < consent + timedelta(days=days)
