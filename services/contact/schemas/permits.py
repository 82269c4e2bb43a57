"""Permits: what is asked and what is answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.said import SaidDay
from services.common.packs.vocabulary import Actor
from services.contact.domain.vocabulary import Channel, MessageClass

Code = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
Word = Annotated[str, Code]
Subject = Annotated[str, Field(min_length=1, max_length=100)]


class AskThirdParty(BaseModel):
    """Somebody who owes nothing: why that person is asked, and what would be said."""

    model_config = ConfigDict(extra="forbid")

    third_party_id: UUID
    reason: str = Code
    content: str = Code


class AskVisit(BaseModel):
    """A visit as it is planned: the subjects of the staff who go, when it was announced, whether they would enter."""

    model_config = ConfigDict(extra="forbid")

    staff: list[Subject] = Field(min_length=1, max_length=6)
    notice_on: SaidDay | None = None
    enters: bool = False


class AskPermit(BaseModel):
    """May I contact this borrower, or another party of the case, now, this way and for this purpose?"""

    model_config = ConfigDict(extra="forbid")

    case_id: UUID
    channel: Channel
    purpose: str = Code
    message_class: MessageClass
    number_id: UUID | None = Field(default=None, description="which number; otherwise the first usable one")
    party_id: UUID | None = Field(default=None, description="a joint debtor or guarantor of it, not the borrower")
    actor: Actor | None = Field(
        default=None, description="who collects, if not this house; the service of an agency says so"
    )
    third_party: AskThirdParty | None = None
    visit: AskVisit | None = Field(default=None, description="needed for a visit")
    voicemail: list[Word] | None = Field(default=None, max_length=20, description="what a voicemail would say")
    callback: UUID | None = Field(default=None, description="the consent to be called that this call answers")


class Said(BaseModel):
    """One sentence in the languages of people."""

    zh: str
    en: str


class Verdict(BaseModel):
    """What one rule said: its sentence, and the reason with the numbers that it found.

    One that did not pass and `warns` did not refuse.
    """

    rule: str
    passed: bool
    warns: bool
    sentence: str
    sentence_zh: str
    reason: str
    reason_zh: str


class PermitAnswer(BaseModel):
    """The decision. A refusal is an answer: it names the rules and the next legal moment, if time alone brings one."""

    permit_id: UUID
    case_id: UUID
    channel: Channel
    verdict: Literal["permitted", "refused"]
    rules: list[str] = Field(description="the rules that refused")
    said: Said = Field(description="the whole answer for a person")
    verdicts: list[Verdict]
    overridden: list[str] = Field(description="rules that refused and that two people let this contact through")
    may_be_overridden: bool = Field(description="whether a second person may let it through all the same")
    number_id: UUID | None
    pack: str
    pack_version: str
    decided_at: datetime
    expires_at: datetime | None = Field(description="until when the permit may be used, once")
    earliest: datetime | None


class PermitReturned(BaseModel):
    """A permit under which nothing was done."""

    permit_id: UUID
    case_id: UUID
    returned_at: datetime
