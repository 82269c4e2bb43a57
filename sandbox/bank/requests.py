"""Bodies of the bank's commands, in Fineract's fields (verified names; `waived*` are this bank's own extension)."""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from sandbox.bank.arrangement import Arrangement
from sandbox.bank.restructuring import Terms
from sandbox.bank.wire import FineractRequest


class RepaymentRequest(FineractRequest):
    """POST /loans/{id}/transactions?command=repayment."""

    transactionDate: date
    transactionAmount: Decimal = Field(gt=0, max_digits=15, decimal_places=4)
    externalId: str | None = Field(default=None, min_length=1, max_length=100)
    paymentTypeId: int | None = None
    note: str | None = Field(default=None, max_length=1000)


class UndoRequest(FineractRequest):
    """POST /loans/{id}/transactions/{transactionId}?command=undo."""

    transactionDate: date
    transactionAmount: Decimal = Field(ge=0)


class ReAgeRequest(FineractRequest):
    """POST /loans/{id}/transactions?command=reAge and /loans/{id}/transactions/reage-preview."""

    startDate: date
    frequencyType: Literal["MONTHS"]
    frequencyNumber: Literal[1]
    numberOfInstallments: int
    reAgeInterestHandling: Literal["EQUAL_AMORTIZATION_OUTSTANDING_INTEREST"]
    externalId: str | None = Field(default=None, min_length=1, max_length=200)
    waivedInterest: Decimal = Field(default=Decimal(0), ge=0)
    waivedFees: Decimal = Field(default=Decimal(0), ge=0)

    def terms(self) -> Terms:
        return Terms("reAge", self.startDate, self.numberOfInstallments, None, self.waivedInterest, self.waivedFees)


class RescheduleRequest(FineractRequest):
    """POST /rescheduleloans, also with ?command=previewLoanReschedule; `arrangement` is this bank's own extension."""

    loanId: int
    submittedOnDate: date
    rescheduleFromDate: date
    adjustedDueDate: date
    extraTerms: int
    rescheduleReasonId: int
    rescheduleReasonComment: str | None = Field(default=None, max_length=500)
    externalId: str | None = Field(default=None, min_length=1, max_length=200)
    waivedInterest: Decimal = Field(default=Decimal(0), ge=0)
    waivedFees: Decimal = Field(default=Decimal(0), ge=0)
    graceOnPrincipal: int = Field(default=0, ge=0, le=36)
    graceOnInterest: int = Field(default=0, ge=0, le=36)
    newInterestRate: Decimal | None = Field(default=None, ge=0, le=100)
    arrangement: Arrangement | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.graceOnPrincipal != self.graceOnInterest or (self.graceOnPrincipal and self.arrangement is None):
            raise ValueError("a pause is one of principal and interest, with an arrangement of what follows")
        rate = None if self.arrangement is None else self.arrangement.annualRate * 100
        if self.newInterestRate is not None and self.newInterestRate != rate:
            raise ValueError("the new rate is that of the arrangement")
        return self

    def terms(self) -> Terms:
        return Terms(
            "reschedule",
            self.adjustedDueDate,
            self.extraTerms,
            self.rescheduleFromDate,
            self.waivedInterest,
            self.waivedFees,
            self.arrangement,
            self.graceOnPrincipal,
        )


class ApproveRequest(FineractRequest):
    """POST /rescheduleloans/{id}?command=approve."""

    approvedOnDate: date


class InterestPauseRequest(FineractRequest):
    """POST /loans/{id}/interest-pauses and PUT /loans/{id}/interest-pauses/{pauseId}."""

    startDate: date
    endDate: date


class DelinquencyActionRequest(FineractRequest):
    """POST /loans/{id}/delinquency-actions."""

    action: Literal["pause", "resume"]
    startDate: date
    endDate: date | None = None
