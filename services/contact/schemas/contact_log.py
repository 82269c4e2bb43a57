"""The borrower's copy of the log of contact."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.runtime.http.pagination import Page

LogKind = Literal["message", "conversation", "attempt", "reply", "commitment", "hold", "hold_lifted"]


class LogEntry(BaseModel):
    """One line: when, by whom, what, and in which words. `what` is a sentence for the borrower."""

    at: datetime
    local: datetime = Field(description="`at` on the borrower's clock, with its offset")
    kind: LogKind
    ref: UUID
    side: Literal["institution", "borrower"]
    by: str = Field(description="the institution with the alias of its agents, or the borrower")
    channel: str | None
    ending: str | None = Field(description="the last signs of the borrower's number or address")
    what: str
    words: str | None = Field(repr=False, description="as sent, as received, as read back, as promised")
    read_back_confirmed: bool | None
    blocks: list[str]
    until: datetime | None
    due_on: date | None
    state: str | None = Field(description="of a message: where it is; of a commitment: whether it was kept")
    settled_at: datetime | None


class ContactLog(Page[LogEntry]):
    """A page of the log, in order of time, with whose clock and words it is in."""

    case_id: UUID
    institution: str
    zone: str
    language: Literal["zh", "en"]
