"""What the steps of the follow-up workflow answer."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Look(BaseModel):
    """What a look found: the agreement is over with `outcome`, or there is nothing to do until `wake_in` (None: until
    a nudge)."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["completed", "broken", "stopped"] | None = None
    wake_in: timedelta | None = None
