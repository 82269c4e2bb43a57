"""A plan for each client, computed and judged by the domain of plans under the policies of its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from bench.uci_forward.clients import APRIL_BILL, SEPTEMBER_BILL, Client
from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.options import Situation, option
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Circumstances, Wish
from services.plans.domain.reliefs.terms import ScheduledInstalment
from services.plans.policies import Policies, load_policies

RELIEF = ReliefType.INT_STOP
#: What is owed is one sum, and nothing says of which interest: a plan without interest needs no rate.
_NO_RATE, _NOTHING_LEFT = Decimal(0), 0


@dataclass(frozen=True, slots=True)
class Start:
    """When plans begin, and from which bill. The first instalment falls the usual days of policy later."""

    title: str
    bill: str
    day: date


APRIL = Start("April", APRIL_BILL, date(2005, 3, 31))
SEPTEMBER = Start("September", SEPTEMBER_BILL, date(2005, 9, 30))


class Refused(Exception):
    """Rules of plans that say no; which they are is the message."""


@cache
def policies() -> Policies:
    """The packaged policies of plans."""
    return load_policies()


def longest(client: Client, start: Start) -> int:
    """The most instalments that the catalogue of the day has for the product, under the client's pack."""
    return policies().catalogue(start.day, client.pack, client.product).terms(RELIEF).max_instalments[client.product]


def plan(client: Client, start: Start, months: int) -> Sequence[ScheduledInstalment] | None:
    """The schedule of the whole bill in so many equal parts; None for a client who owes nothing. Refused.

    The extract says nothing of means: difficulty and willingness are taken for granted, and a client is taken to be
    able to pay any part of the claim, so that no answer of a rule about means is made up.
    """
    claim = client.bills[start.bill]
    if claim.is_zero:
        return None
    zero, known = Money.zero(claim.currency), policies()
    situation = Situation(
        AccountFacts(client.product, zero, claim, zero, zero, _NO_RATE, _NOTHING_LEFT),
        BorrowerFacts(in_difficulty=True, willing=True, max_instalment=claim),
        Circumstances(start.day, packs=frozenset({client.pack})),
    )
    first_due = start.day + timedelta(days=known.clocks(start.day).first_due.usual)
    wish = Wish(first_due, months, waived_interest=zero, waived_fees=zero)
    found = option(RELIEF, situation, wish, known.catalogue(start.day, client.pack, client.product))
    if not found.eligible or found.terms is None:
        raise Refused(", ".join(one.rule for one in found.refusals))
    return found.terms.schedule
