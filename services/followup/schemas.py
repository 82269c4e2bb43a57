"""Requests and answers of followup's API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.money import Money
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.vocabulary import AgreementState, NoticeState, UnmatchedReason


class InstalmentView(BaseModel):
    """One instalment as judged last."""

    number: int
    due_date: date
    last_good_day: date = Field(description="a payment valued up to and with this day is in time")
    amount: Money
    paid: Money
    paid_on: date | None = Field(description="value date of the payment that made it enough")
    state: InstalmentState


class AgreementView(BaseModel):
    """An agreement and how it stands."""

    agreement_id: UUID
    case_id: UUID
    account_ref: str
    round: int
    state: AgreementState
    standing: Standing
    total: Money
    paid: Money
    unapplied: Money = Field(description="money received that no instalment needs")
    activated_on: date
    grace_days: int
    notice: NoticeState
    next_reminder_at: datetime | None
    instalments: list[InstalmentView]
    version: int


class Agreements(BaseModel):
    """The agreements of a case, oldest first."""

    items: list[AgreementView]


class NewPayment(BaseModel):
    """A posting of the bank, under the bank's own reference, which means the same posting on every channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    posting_ref: str = Field(min_length=1, max_length=100)
    account_ref: str = Field(min_length=1, max_length=100)
    amount: Money = Field(description="positive, for a reversal too")
    value_date: date
    booking_date: date
    kind: Literal["payment", "reversal"] = "payment"
    reverses: str | None = Field(
        default=None, min_length=1, max_length=100, description="reference of the reversed payment"
    )

    @model_validator(mode="after")
    def _reversal_names_its_payment(self) -> Self:
        if (self.kind == "reversal") is not (self.reverses is not None):
            raise ValueError("a reversal, and only a reversal, names what it reverses")
        if not self.amount.is_positive:
            raise ValueError("the amount of a posting is positive")
        return self


class PaymentView(BaseModel):
    """A posting as it is kept. `unmatched` says why somebody has to look at it, if so."""

    posting_ref: str
    account_ref: str
    amount: Money
    value_date: date
    booking_date: date
    kind: Literal["payment", "reversal"]
    reverses: str | None
    agreement_id: UUID | None = Field(description="the agreement it was counted for")
    unmatched: UnmatchedReason | None


class UnmatchedView(BaseModel):
    """One entry of the work list of postings that fit nowhere."""

    posting_ref: str
    reason: UnmatchedReason
    account_ref: str
    agreement_id: UUID | None
    amount: Money
    value_date: date
    kind: Literal["payment", "reversal"]
    reverses: str | None
    opened_at: datetime


class ServedNotice(BaseModel):
    """A notice of a missed instalment that a person served because no message could carry it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    means: Literal["letter", "visit", "call", "branch"]
    served_on: date
