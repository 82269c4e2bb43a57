"""What a borrower may apply for, as it is shown."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class Benefits(BaseModel):
    """The programmes of a case as they were listed before its first contact, those that fit first; asking is free.

    `paid_agent`: somebody takes money from the borrower for asking, who is told that nobody needs to be paid.
    """

    case_id: UUID
    checked_on: date
    policy_version: str
    free_of_charge: dict[str, str] = Field(description="the sentence for the borrower, zh and en")
    fitting: list[dict[str, Any]]
    others: list[dict[str, Any]]
    paid_agent: bool
