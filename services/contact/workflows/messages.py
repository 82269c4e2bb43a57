"""What contact's workflows say to their steps and hear from them."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.common.contracts.workflows import Message


class Delivered(Message):
    """What became of a message. `later`: it may not go out yet, look again in `wake_in` or when nudged."""

    outcome: Literal["sent", "later", "refused", "unreachable"]
    wake_in: timedelta | None = None


class CadenceLook(Message):
    """A look at a round of contact. `without_numbers`: a person decided to go on although no numbers can be had."""

    case_id: UUID
    round: int
    without_numbers: bool = False


class CadenceState(Message):
    """`wait` for a nudge or `wake_in`, `learn` the borrower's numbers first, or how the round ended."""

    outcome: Literal["wait", "learn", "engaged", "exhausted", "stopped"]
    wake_in: timedelta | None = None


class Learned(Message):
    """How many numbers of the borrower are known now."""

    numbers: int


class HandedOver(Message):
    """What became of a request; `not_needed`: the case had gone on, so intake knows it already; `given_up`: a person
    decided to do without."""

    outcome: Literal["handed_over", "not_needed", "given_up"]


class OverrideState(Message):
    """`wait` for the decision or `wake_in`, or how the request ended."""

    outcome: Literal["wait", "decided", "lapsed"]
    wake_in: timedelta | None = None
