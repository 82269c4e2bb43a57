"""Briefs, where a conversation stands, promises, and what is left to do after it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.money import Money
from services.common.runtime.http.pagination import Page
from services.contact.domain.script import Mode, Step
from services.contact.schemas.telling import Asked, Body, Told


class InWords(BaseModel):
    """The same in both languages."""

    zh: str
    en: str


class BriefMade(BaseModel):
    """A brief. What is owed is shown in the conversation, once it is verified who is listening."""

    brief_id: UUID
    case_id: UUID
    as_of: date
    product: str
    days_past_due: int
    made_at: datetime
    made_by: str
    good_until: datetime
    ready: bool = Field(description="whether one may dial on it")
    to_do: list[InWords] = Field(description="what has to be done before one may")


class LockShown(BaseModel):
    """A step that may not be taken now, and why."""

    step: Step
    rule: str
    reason: InWords


class NextStep(BaseModel):
    """The step that comes next, what it is for, and what to say."""

    step: Step
    goal: InWords
    words: InWords


class Debt(BaseModel):
    """How the account stands by the brief: figures of the core, never typed. Arrears sum up the next three, if told."""

    product: str
    days_past_due: int
    arrears: Money
    principal: Money | None
    interest: Money | None
    fees: Money | None
    balance: Money
    as_of: date


class TalkShown(BaseModel):
    """A conversation under way: what is done, what comes next, what is locked and why. No words of the borrower."""

    conversation_id: UUID
    case_id: UUID
    channel: str
    brief_id: UUID | None
    started_at: datetime
    started_by: str
    ended: bool
    mode: Mode
    done: list[Step]
    next: NextStep | None
    instead: InWords | None = Field(description="what to say while the script stands still")
    locked: list[LockShown]
    open_disclosures: list[str]
    debt: Debt | None = Field(description="nothing before the party is verified, and nothing while demands are off")


class CommitmentShown(BaseModel):
    """A promise of one side and what became of it."""

    commitment_id: UUID
    case_id: UUID
    conversation_id: UUID | None
    side: str
    kind: str
    text: str | None = Field(repr=False)
    said: str | None = Field(repr=False, description="the words with which it was asked for")
    due_on: date
    amount: Money | None
    made_at: datetime
    made_by: str
    state: str
    settled_at: datetime | None
    settled_by: str | None


class Commitments(Page[CommitmentShown]):
    """A page of the promises of both sides about a case, the newest first."""


class Settle(Body):
    """What became of a promise."""

    state: Literal["kept", "broken", "withdrawn"]


class DisclosureShown(BaseModel):
    """Something that has to be told, and when it was."""

    item: str
    words: InWords
    given_at: datetime | None
    given_by: str | None
    version: str | None
    conversation_id: UUID | None
    message_id: UUID | None = Field(description="the message in which it was told; nobody in person gave it then")


class Disclosures(BaseModel):
    """The list of what a borrower has to be told about a case, and what of it is open."""

    items: list[DisclosureShown]
    open: list[str]


class ConversationKept(BaseModel):
    """A conversation with its words: for people who work on the case."""

    conversation_id: UUID
    case_id: UUID
    talk: TalkShown | None = Field(description="its script, when it went by one")
    outcome: str | None
    party_verified: bool | None
    emotional_state: str | None
    cause: str | None = Field(repr=False)
    own_words: str | None = Field(repr=False)
    request: Asked | None = Field(repr=False)
    summary: str | None = Field(repr=False)
    read_back_confirmed: bool | None
    scored: bool | None
    commitments: list[CommitmentShown]
    at: datetime | None


class AskSupervisor(Body):
    """The borrower asks for somebody with more authority, or an agent hands over."""

    reason: Literal["BORROWER_REQUEST", "HANDED_OVER"] = "BORROWER_REQUEST"
    conversation_id: UUID | None = None
    said: Told | None = Field(default=None, repr=False)


class SupervisorAsked(BaseModel):
    """A supervisor calls back until then. The promise is on the list of commitments."""

    commitment_id: UUID
    case_id: UUID
    due_on: date
    deadline: datetime


class DutyDone(BaseModel):
    """A duty after a contact, done."""

    duty_id: UUID
    case_id: UUID
    kind: str
    deadline: datetime
    done_at: datetime | None
    done_by: str | None
