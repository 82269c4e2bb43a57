"""What the steps of the follow-up workflow answer."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.common.contracts.workflows import Message


class Look(BaseModel):
    """What a look found: the agreement is over with `outcome`, or there is nothing to do until `wake_in` (None: until
    a nudge)."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["completed", "broken", "stopped"] | None = None
    wake_in: timedelta | None = None


class DisputeInput(Message):
    """A dispute of the credit record that is watched."""

    case_id: UUID
    dispute_id: UUID


class SummaryWritten(BaseModel):
    """A summary was written."""

    model_config = ConfigDict(frozen=True)


class DisputeLook(BaseModel):
    """What a look at a dispute found: it is over, or nothing is due until `wake_in` (None: until a nudge)."""

    model_config = ConfigDict(frozen=True)

    over: bool
    wake_in: timedelta | None = None


def dispute_workflow_id(dispute_id: UUID) -> str:
    return f"credit-dispute/{dispute_id}"
