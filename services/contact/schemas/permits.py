"""Permits: what is asked and what is answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contact.domain.vocabulary import Channel, MessageClass

Code = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")


class AskPermit(BaseModel):
    """May I contact this borrower now, this way and for this purpose?"""

    model_config = ConfigDict(extra="forbid")

    case_id: UUID
    channel: Channel
    purpose: str = Code
    message_class: MessageClass
    number_id: UUID | None = Field(default=None, description="which number; otherwise the first usable one")


class Verdict(BaseModel):
    """What one rule said: its sentence, and the reason with the numbers that it found."""

    rule: str
    passed: bool
    sentence: str
    sentence_zh: str
    reason: str
    reason_zh: str


class Said(BaseModel):
    """One sentence in the languages of people."""

    zh: str
    en: str


class PermitAnswer(BaseModel):
    """The decision. A refusal is an answer: it names the rules and the next legal moment, if time alone brings one."""

    permit_id: UUID
    case_id: UUID
    channel: Channel
    verdict: Literal["permitted", "refused"]
    rules: list[str] = Field(description="the rules that refused")
    verdicts: list[Verdict]
    said: Said = Field(description="the whole answer for a person")
    number_id: UUID | None
    pack: str
    pack_version: str
    decided_at: datetime
    expires_at: datetime | None = Field(description="until when the permit may be used, once")
    earliest: datetime | None
