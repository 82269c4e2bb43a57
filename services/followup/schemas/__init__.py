"""Requests and answers of followup's API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.money import Money
from services.followup.domain.promise import PromiseStatus
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.vocabulary import AgreementState, Channel, NoticeState, Resolution, UnmatchedReason

Kind = Literal["payment", "reversal", "return"]
"""A payment, its reversal, or the return of a direct debit."""


class InstalmentView(BaseModel):
    """One instalment as judged last."""

    number: int
    due_date: date
    last_good_day: date = Field(description="a payment valued up to and with this day is in time")
    amount: Money
    paid: Money
    paid_on: date | None = Field(description="value date of the payment that made it enough")
    state: InstalmentState


class PartView(BaseModel):
    """A part of the debt: what of it the agreement repays in all, and what its payments went to."""

    part: str = Field(description="fees, interest or principal")
    owed: Money
    paid: Money


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
    parts: list[PartView] | None = Field(
        default=None, description="by the order of the packs; with what is unapplied they sum to what was received"
    )
    activated_on: date
    grace_days: int
    notice: NoticeState
    renegotiating: bool = Field(description="a further request is talked about: nobody decides that it is broken")
    next_reminder_at: datetime | None
    instalments: list[InstalmentView]
    state_hash: str = Field(description="the same for the same verdict, in whatever order things arrived")
    as_of: date | None = Field(default=None, description="the verdict is as of the end of this bank day")
    known_on: date | None = Field(default=None, description="the verdict is by what was known at the end of this day")
    closed_through: date | None = Field(default=None, description="last closed day, where a day was asked about")
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
    kind: Kind = "payment"
    reverses: str | None = Field(
        default=None, min_length=1, max_length=100, description="reference of the reversed payment"
    )

    @model_validator(mode="after")
    def _reversal_names_its_payment(self) -> Self:
        if (self.kind == "payment") is not (self.reverses is None):
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
    kind: Kind
    reverses: str | None
    agreement_id: UUID | None = Field(description="the agreement it was counted for")
    unmatched: UnmatchedReason | None


class UnmatchedView(BaseModel):
    """One entry of the work list of postings that fit nowhere."""

    entry_id: UUID
    posting_ref: str | None
    reason: UnmatchedReason
    source: Channel
    account_ref: str | None
    agreement_id: UUID | None
    amount: Money
    value_date: date
    booking_date: date
    kind: Kind
    reverses: str | None
    end_to_end_id: str | None
    remittance_ref: str | None = Field(description="the creditor's reference, as the payer gave it")
    found_in: str | None = Field(description="file and line")
    opened_at: datetime
    resolution: Resolution | None = None


class Assignment(BaseModel):
    """The account a posting belongs to; what the bank did not say of it has to be added."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_ref: str = Field(min_length=1, max_length=100)
    posting_ref: str | None = Field(default=None, min_length=1, max_length=100, description="the bank's own reference")
    reverses: str | None = Field(default=None, min_length=1, max_length=100, description="the payment it takes back")


class Dismissal(BaseModel):
    """Why nothing comes of a posting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    because: Literal["not_ours", "known_otherwise", "corrected_by_the_bank", "handled_in_the_core", "error_of_the_file"]


class BankDay(BaseModel):
    """A business day of which the core has posted everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    business_date: date


class BankDayView(BaseModel):
    """A day that was closed, and the last one that is."""

    business_date: date
    closed_through: date


class PromiseView(BaseModel):
    """A promise to pay and how it stands by the bank's postings."""

    promise_id: UUID
    case_id: UUID
    account_ref: str
    amount: Money
    promised_date: date
    made_on: date
    last_good_day: date = Field(description="a payment valued up to and with this day is in time")
    required: Money = Field(description="what keeps it")
    paid_in_time: Money
    state: PromiseStatus
    cancelled_for: str | None
    version: int


class Promises(BaseModel):
    """The promises of a case, by their days."""

    items: list[PromiseView]


class DecidePromise(BaseModel):
    """What a supervisor decides about a promise, or that too many broken ones were seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Literal["accept", "refuse", "seen"]


class LookedAfter(BaseModel):
    """What came of talking with a borrower whose agreement has left its track."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["will_pay", "asks_for_help", "not_reached"]


class ServedNotice(BaseModel):
    """A notice of a missed instalment that a person served because no message could carry it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    means: Literal["letter", "visit", "call", "branch"]
    served_on: date
