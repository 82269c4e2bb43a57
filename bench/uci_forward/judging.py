"""Six months of payments on a plan, judged by the domain core of followup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bench.uci_forward.clients import PAID, Client
from bench.uci_forward.plans import Start, plan
from services.followup.domain.calendar import DayCount
from services.followup.domain.facts import Closing, Facts, Moment
from services.followup.domain.instalments import judge_at
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import (
    AgreementTerms,
    AgreementVerdict,
    Due,
    InstalmentState,
    InstalmentVerdict,
    Standing,
)
from services.followup.service.policies import PackTerms, Policies, day_count

MONTHS = len(PAID)
_TERMS = Policies()


class Outcome(StrEnum):
    """What became of an instalment whose last good day has passed."""

    KEPT = "kept"
    SHORT = "short"
    MISSED = "missed"
    CAUGHT_UP = "caught up"


@dataclass(frozen=True, slots=True)
class Played:
    """An agreement with everything that is known of it."""

    client: Client
    start: Start
    schedule: tuple[Due, ...]
    postings: tuple[Posting, ...]

    @property
    def house_terms(self) -> PackTerms:
        """How the pack of the client is followed by the policy of the day."""
        return _TERMS.terms(self.client.pack, self.start.day)[1]

    @property
    def days(self) -> DayCount:
        return day_count(self.client.pack, self.house_terms.to_business_day)

    def last_good_days(self) -> list[date]:
        """The last days on which the six instalments are paid in time: the bank's closing of them decides."""
        grace = self.house_terms.grace_days
        return [self.days.last_good_day(due.due_date, grace) for due in self.schedule[:MONTHS]]

    def verdict(self, month: int = MONTHS) -> AgreementVerdict:
        """The verdict once the bank has closed the last good day of instalment number `month`."""
        house, decisive = self.house_terms, self.last_good_days()
        terms = AgreementTerms(
            house.grace_days, house.tolerance_percent, house.broken_after_missed, house.broken_after_days
        )
        at = house.closing_expected_by(decisive[-1])
        facts = Facts(self.postings, closings=[Closing(0, day, at) for day in decisive])
        moment = Moment(as_of=decisive[month - 1])
        return judge_at(self.schedule, facts, self.client.account_ref, terms, self.days, moment, partitions=1)


def played(client: Client, start: Start, months: int) -> Played | None:
    """The client's plan with the payments of six months; None for a client who owes nothing.

    The file says in which month was paid and not on which day: each payment is valued on the day the instalment of
    its month is due, April's on the first. A month without a payment has no posting.
    """
    lines = plan(client, start, months)
    if lines is None:
        return None
    schedule = tuple(Due(line.number, line.due_date, line.amount) for line in lines)
    account = client.account_ref
    postings = tuple(
        Posting(f"{account}-{due.due_date:%Y-%m}", PostingKind.PAYMENT, amount, due.due_date, account=account)
        for due, amount in zip(schedule, client.paid, strict=False)
        if amount.is_positive
    )
    return Played(client, start, schedule, postings)


def outcome(line: InstalmentVerdict) -> Outcome:
    """What became of an instalment. ValueError for one whose last good day has not been closed."""
    match line.state:
        case InstalmentState.PAID:
            return Outcome.KEPT
        case InstalmentState.CAUGHT_UP:
            return Outcome.CAUGHT_UP
        case InstalmentState.MISSED:
            return Outcome.MISSED if line.paid.is_zero else Outcome.SHORT
        case state:
            raise ValueError(f"an instalment that is {state} is not decided")


class Size(StrEnum):
    """What was paid in one month, whatever it counted for in the end."""

    NOTHING = "nothing"
    LESS = "less than the instalment"
    ENOUGH = "the instalment or more"


def sizes(one: Played) -> list[Size]:
    """What was paid in each of the six months against the instalment."""
    instalment = one.schedule[0].amount
    return [
        Size.NOTHING if paid.is_zero else Size.LESS if paid < instalment else Size.ENOUGH for paid in one.client.paid
    ]


class Tally:
    """Counts of clients, of decided instalments by outcome, of agreements by standing, and of months by size."""

    def __init__(self) -> None:
        self.clients = self.plans = 0
        self.outcomes, self.standings, self.sizes = Counter[Outcome](), Counter[Standing](), Counter[Size]()

    def add(self, one: Played | None) -> None:
        """Count a client after six months; None: there was no plan."""
        self.clients += 1
        if one is not None:
            verdict = one.verdict()
            self.plans += 1
            self.standings[verdict.standing] += 1
            self.outcomes.update(outcome(line) for line in verdict.instalments[:MONTHS])
            self.sizes.update(sizes(one))

    def add_month(self, one: Played, month: int) -> None:
        """Count one agreement as it stood when the last good day of instalment `month` was closed, and that one."""
        verdict = one.verdict(month)
        self.clients += 1
        self.plans += 1
        self.standings[verdict.standing] += 1
        self.outcomes[outcome(verdict.instalments[month - 1])] += 1

    def take(self, other: Tally) -> None:
        """Add the counts of another."""
        self.clients += other.clients
        self.plans += other.plans
        self.outcomes.update(other.outcomes)
        self.standings.update(other.standings)
        self.sizes.update(other.sizes)


def by_bucket(clients: Sequence[Client], start: Start, months: int) -> dict[str, Tally]:
    """How the plans of clients stand after six months, by bucket."""
    found: dict[str, Tally] = {}
    for client in clients:
        found.setdefault(client.bucket, Tally()).add(played(client, start, months))
    return dict(sorted(found.items()))
