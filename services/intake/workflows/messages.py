"""What the case workflow and its steps tell each other."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.common.contracts.workflows import Message

Child = Literal["contact", "plan", "follow_up"]


class CaseStep(Message):
    """A step about a case as it stands."""

    case_id: UUID


class TriageStep(Message):
    """Triage of a case; `as_is` with the facts there are, because the core was asked already."""

    case_id: UUID
    as_is: bool = False


class Triaged(Message):
    """Where the case goes: to the core for facts, to a person's review, to the rounds, or to its end.

    `prepare`: something comes before its first contact.
    """

    then: Literal["learn", "review", "rounds", "close"]
    round: int
    prepare: bool = False


class Prepared(Message):
    """Whether contact may begin, or how long the borrower is left in grace first."""

    ready: bool
    wake_in: timedelta | None = None


class Learned(Message):
    """What the core said was written down."""

    profile: bool


class Reviewed(Message):
    """Whether a person has reviewed the imported case."""

    decided: bool
    wake_in: timedelta | None = None


class RoundStep(Message):
    """A step of one round of a case."""

    case_id: UUID
    round: int


class Reentry(Message):
    """After a broken plan, or when nobody was reached: another round of contact, the end of this one, or not decided
    yet. `round` is the one that is now."""

    then: Literal["wait", "round", "close"]
    round: int


class ChildStep(Message):
    """A child of a round that this workflow cannot hear the end of."""

    case_id: UUID
    round: int
    child: Child


class ChildEnd(Message):
    """How a child ended as the state of the case tells it; None while it does not."""

    outcome: str | None
    agreement_id: UUID | None = None


class Attention(Message):
    """What a person decided on a case that stood still: to take it out of the work, or to go on waiting."""

    withdraw: bool


class CloseStep(Message):
    """Close a case after a round. `withdraw`: also where no end was reached, because a person ended it."""

    case_id: UUID
    round: int
    withdraw: bool


class Closed(Message):
    """Whether the case is closed; otherwise a further `round` began before it was, or the workflow is nudged later."""

    closed: bool
    round: int | None = None


class FlagInput(Message):
    """A flag, as one case reviews it."""

    case_id: UUID
    flag_id: UUID


class FlagLook(Message):
    """Whether the review of a flag in this case is over; otherwise when to look again."""

    over: bool
    wake_in: timedelta | None = None


def flag_workflow_id(flag: FlagInput) -> str:
    """The review of a flag by a case."""
    return f"case/{flag.case_id}/flag/{flag.flag_id}"


class BulkStep(Message):
    """A job that holds many borrowers, or takes its holds back."""

    bulk_id: UUID
    undo: bool


class BulkLook(Message):
    """Whether the job has nothing left to do in this direction."""

    done: bool


def bulk_workflow_id(step: BulkStep) -> str:
    """The work of a job in one direction."""
    return f"bulk-hold/{step.bulk_id}/{'undo' if step.undo else 'place'}"


class ClockInput(Message):
    """One statutory clock of a case."""

    case_id: UUID
    clock_id: UUID


class ClockLook(Message):
    """Whether a clock is met, or nobody waits for it any more; otherwise when to look again."""

    over: bool
    wake_in: timedelta | None = None


def clock_workflow_id(clock: ClockInput) -> str:
    """The watch over one clock."""
    return f"case/{clock.case_id}/clock/{clock.clock_id}"


class InterestInput(Message):
    """One debt of a case on which a hold stops interest."""

    case_id: UUID
    stop_id: UUID


class InterestLook(Message):
    """Whether interest runs again; otherwise when to look again."""

    over: bool
    wake_in: timedelta | None = None


def interest_workflow_id(stop: InterestInput) -> str:
    """The interest of one debt under one hold, which may outlast the case."""
    return f"interest/{stop.stop_id}"
