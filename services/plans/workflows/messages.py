"""What the steps of the negotiation say and answer."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class StepMessage(BaseModel):
    """Base of inputs and results of steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NegotiationState(StepMessage):
    """What a look found: an outcome, something signed that the core must run, or a wait."""

    outcome: Literal["active", "no_agreement", "stopped"] | None = None
    agreement_id: UUID | None = None
    activate: bool = False
    wake_in: timedelta | None = None


class ActivationResult(StepMessage):
    """How the core answered; `gone` when there was nothing to activate any more."""

    outcome: Literal["done", "refused", "gone"]
