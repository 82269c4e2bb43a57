"""Rates of contact: how many attempts connect, reach the right party and bring a promise."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.percent import percent


@dataclass(frozen=True, slots=True)
class ContactCounts(PolicyValue):
    """Counts of one period; `right_party` are conversations with the verified borrower, `ptp_made` promises to pay."""

    attempts: int
    connected: int
    right_party: int
    ptp_made: int
    accounts_worked: int
    accounts_with_rpc: int


@dataclass(frozen=True, slots=True)
class ContactRates:
    """Rates as "32.80%", rounded half up; "n/a" where there is nothing to take a share of."""

    connect_rate: str
    rpc_rate_attempts: str
    rpc_rate_connected: str
    penetration: str
    promise_rate: str


@formula("contact_rates")
def contact_rates(counts: ContactCounts) -> ContactRates:
    """Connect rate, right-party rates by attempt and by connection, penetration and promise rate of a period."""
    if min(astuple(counts)) < 0:
        raise InvalidInput("a count is negative; counts start at 0")
    return ContactRates(
        connect_rate=percent(counts.connected, counts.attempts),
        rpc_rate_attempts=percent(counts.right_party, counts.attempts),
        rpc_rate_connected=percent(counts.right_party, counts.connected),
        penetration=percent(counts.accounts_with_rpc, counts.accounts_worked),
        promise_rate=percent(counts.ptp_made, counts.right_party),
    )
