"""What contact's workflows say to their steps and hear from them."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.common.contracts.workflows import Message


class Reservation(Message):
    """The answer to "may this message go out". `later`: not yet, look again in `wake_in` or when nudged."""

    outcome: Literal["permitted", "later", "sent", "refused", "unreachable"]
    message_id: UUID
    permit_id: UUID | None = None
    wake_in: timedelta | None = None


class HandOver(Message):
    """A message to give to the gateway under a permit."""

    message_id: UUID
    permit_id: UUID


class HandedOver(Message):
    """What became of it. `reserve_again`: the permit is too old or was used for nothing."""

    outcome: Literal["sent", "reserve_again", "unreachable"]


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
