"""Offers and what a borrower can answer."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.agreements import (
    Consent,
    Exchange,
    Feasibility,
    Paying,
    Question,
    Reporting,
    Section,
    Signature,
    Understood,
)
from services.plans.schemas.base import Command, ComparisonView, FreeText, Line, Sha256, VersionNumber
from services.plans.vocabulary import ObjectionReason

KeyTermCode = Literal["amount", "rate", "method", "term", "fees", "dates", "consequences"]
KEY_TERMS: tuple[KeyTermCode, ...] = ("amount", "rate", "method", "term", "fees", "dates", "consequences")


class KeyTerm(BaseModel):
    """One term that is accepted by itself, in both languages."""

    code: KeyTermCode
    zh: str
    en: str


class OfferDocument(BaseModel):
    """What the borrower is shown and accepts; its hash binds the agreement.

    Offers from before there were agreements on paper have none of what comes after `expires_at`.
    """

    plan_id: UUID
    version: int
    account_ref: str
    relief_type: ReliefType
    payment: Money
    instalments: int
    total: Money
    first_due_date: date
    end_date: date
    comparison: ComparisonView
    schedule: list[Line]
    key_terms: list[KeyTerm]
    expires_at: datetime
    approved_level: str | None = None
    sections: list[Section] = Field(default_factory=list)
    exchanges: list[Exchange] = Field(default_factory=list)
    reporting: Reporting | None = None
    consent: Consent | None = None
    questions: list[Question] = Field(default_factory=list)


class OfferView(BaseModel):
    """The newest offer of a case."""

    case_id: UUID
    state: str
    document: OfferDocument
    document_hash: str
    issued_at: datetime


class AcceptOffer(Command):
    """Acceptance names every key term by itself, the version and the hash of the document, and is signed."""

    version: VersionNumber
    key_terms: dict[KeyTermCode, Literal[True]]
    document_hash: Sha256
    understood: Understood
    paying: Paying
    signature: Signature

    @field_validator("key_terms")
    @classmethod
    def _all_of_them(cls, terms: dict[KeyTermCode, Literal[True]]) -> dict[KeyTermCode, Literal[True]]:
        if set(terms) != set(KEY_TERMS):
            raise ValueError("every key term must be accepted by itself")
        return terms


class CounterOffer(Command):
    """What the borrower wants instead, and why."""

    objection: ObjectionReason
    wanted_payment: Money | None = None
    wanted_months: Annotated[int, Field(ge=1, le=480)] | None = None
    own_words: FreeText | None = None
    version: VersionNumber | None = Field(default=None, description="the version objected to; the newest when left out")

    @model_validator(mode="after")
    def _wants_something(self) -> Self:
        if self.wanted_payment is None and self.wanted_months is None and self.own_words is None:
            raise ValueError("say a payment, a number of months, or in words what is wanted")
        return self


class DeclineOffer(Command):
    """The borrower does not want the offer, nor another one."""

    objection: ObjectionReason | None = None
    own_words: FreeText | None = None
    version: VersionNumber | None = Field(default=None, description="the version declined; the newest when left out")


class OfferAnswered(BaseModel):
    """The offer after the borrower's answer, and what the negotiation waits for now."""

    plan_id: UUID
    version: int
    state: str
    phase: str
    objection_id: UUID | None
    answer: Feasibility | None = None
