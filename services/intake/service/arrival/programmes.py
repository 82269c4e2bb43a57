"""What intake asks plans: which programmes there are for an account, before anything is asked of its borrower."""

from datetime import date
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from services.common.runtime.caller import Caller


class InWords(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(extra="ignore")

    zh: str
    en: str


class ProgrammesFound(BaseModel):
    """What intake reads of the answer of plans; `programmes` are kept as they came."""

    model_config = ConfigDict(extra="ignore")

    on: date
    policy_version: str
    free_of_charge: InWords
    programmes: list[dict[str, Any]]


class AskedFor(BaseModel):
    """An account without a name."""

    product: str
    pack: str
    oldest_unpaid_due_date: date | None
    hardship_reason: str | None = None


class Programmes(Protocol):
    """Plans, as far as its programmes go."""

    async def programmes(self, asked: AskedFor, caller: Caller) -> ProgrammesFound:
        """Every programme of today, each with whether it fits. Unavailable."""
