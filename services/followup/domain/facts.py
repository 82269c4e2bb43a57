"""What is known about an account, and what of it counts at a moment.

Facts are only ever added. Each says when it was learned, so that "what did we know on that day" has an answer, and the
order in which they arrive is no part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.common.kernel.period import Period
from services.followup.domain.postings import Posting, without_repetitions


@dataclass(frozen=True, slots=True)
class Move:
    """A posting was found to belong to another account than the one it was booked on."""

    posting: str
    to_account: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """The bank has said everything that was booked on `day` in one partition of its feed."""

    partition: int
    day: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """Days from `start` up to, and without, `end` (None: not known yet) in which nobody has to pay.

    What is learned later under the same `reference` takes its place: extended, ended early, or never begun (`end` not
    after `start`).
    """

    reference: str
    start: date
    end: date | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """As of the end of which business day, and by what was known when. None: no bound.

    What is valued after `as_of` does not count, and no later day is closed.
    """

    as_of: date | None = None
    known_at: datetime | None = None

    def knows(self, known_at: datetime | None) -> bool:
        """Whether a fact that was learned then is known. One without an instant always was."""
        return self.known_at is None or known_at is None or known_at <= self.known_at


NOW = Moment()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything there is about one account, in any order, with repetitions."""

    postings: Collection[Posting] = ()
    moves: Collection[Move] = ()
    closings: Collection[Closing] = ()
    pauses: Collection[Pause] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What of it counts at a moment: postings, the last day closed in all partitions, and pauses."""

    postings: tuple[Posting, ...]
    closed_through: date | None
    pauses: tuple[Period[date], ...]


def counted(facts: Facts, account: str, moment: Moment, partitions: int) -> Counted:
    """What counts for `account` at a moment; the feed has so many `partitions`."""
    return Counted(
        postings=postings_of(facts, account, moment),
        closed_through=closed_through(facts.closings, moment, partitions),
        pauses=pauses_at(facts.pauses, moment),
    )


def postings_of(facts: Facts, account: str, moment: Moment) -> tuple[Posting, ...]:
    """The payments that belong to the account, and what takes them back.

    A payment that was moved is of the account it was moved to, and of no other; what takes it back may be booked on
    either. One that is taken back never came, on whichever day that was said.
    """
    known = [one for one in without_repetitions(facts.postings) if moment.knows(one.known_at)]
    moved = _moved(facts.moves, moment)
    payments = {
        one.reference: (one.account, account)
        for one in known
        if one.reverses is None
        and moved.get(one.reference, one.account) == account
        and (moment.as_of is None or one.value_date <= moment.as_of)
    }
    return tuple(
        one
        for one in known
        if one.reference in payments
        or (one.reverses in payments and moved.get(one.reference, one.account) in payments[one.reverses])
    )


def closed_through(closings: Iterable[Closing], moment: Moment, partitions: int) -> date | None:
    """The last day that is closed in every partition; None while one of them has closed none."""
    last: dict[int, date] = {}
    for one in closings:
        in_time = moment.as_of is None or one.day <= moment.as_of
        if in_time and moment.knows(one.known_at) and last.get(one.partition, date.min) < one.day:
            last[one.partition] = one.day
    return min(last.values()) if len(last) >= partitions else None


def pauses_at(pauses: Iterable[Pause], moment: Moment) -> tuple[Period[date], ...]:
    """The pauses as they are known at a moment, in one order; of those of one reference the last that was learned."""
    newest: dict[str, Pause] = {}
    for one in pauses:
        if moment.knows(one.known_at):
            known = newest.setdefault(one.reference, one)
            newest[one.reference] = max(known, one, key=_said)
    found = {(one.start, one.end) for one in newest.values() if one.end is None or one.end > one.start}
    ordered = sorted(found, key=lambda span: (span[0], span[1] or date.max))
    return tuple(Period(start, end) for start, end in ordered)


def _moved(moves: Iterable[Move], moment: Moment) -> dict[str, str]:
    """The account each moved posting belongs to. Of two moves of one instant the order of names decides."""
    last: dict[str, Move] = {}
    for one in moves:
        if moment.knows(one.known_at):
            known = last.setdefault(one.posting, one)
            last[one.posting] = max(known, one, key=lambda move: (move.known_at, move.to_account))
    return {posting: move.to_account for posting, move in last.items()}


def _said(pause: Pause) -> tuple[datetime, date, date]:
    return pause.known_at, pause.start, pause.end or date.max
