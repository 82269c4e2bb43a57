"""Topic forbear.agreements: how agreements and accounts stand, judged from the bank's postings."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.common.contracts.events.base import CaseEvent
from services.common.kernel.money import Money

TOPIC = "forbear.agreements"


class AgreementEvent(CaseEvent):
    """An event about one agreement."""

    agreement_id: UUID
    round: int


class InstalmentPaid(AgreementEvent):
    """An instalment is paid in full, in time or caught up later."""

    type: ClassVar[str] = "forbear.instalment.paid.v1"
    topic: ClassVar[str] = TOPIC
    number: int
    on: date


class InstalmentMissed(AgreementEvent):
    """The bank closed the last good day of an instalment and money is missing."""

    type: ClassVar[str] = "forbear.instalment.missed.v1"
    topic: ClassVar[str] = TOPIC
    number: int
    shortfall: Money


class AgreementRecovered(AgreementEvent):
    """Everything that was missed has been caught up."""

    type: ClassVar[str] = "forbear.agreement.recovered.v1"
    topic: ClassVar[str] = TOPIC


class AgreementBroken(AgreementEvent):
    """Grace is over, the borrower was contacted and noticed, and the shortfall stands."""

    type: ClassVar[str] = "forbear.agreement.broken.v1"
    topic: ClassVar[str] = TOPIC


class AgreementCompleted(AgreementEvent):
    """Every instalment is paid."""

    type: ClassVar[str] = "forbear.agreement.completed.v1"
    topic: ClassVar[str] = TOPIC


class AgreementReopened(AgreementEvent):
    """Money of a completed agreement was taken back: it is not completed any more. Its case stays closed; what follows
    is a new case that links back."""

    type: ClassVar[str] = "forbear.agreement.reopened.v1"
    topic: ClassVar[str] = TOPIC
    account_ref: str
    shortfall: Money
    oldest_unpaid_due_date: date
    as_of: date


class RegulatoryClockMoved(AgreementEvent):
    """What became of a clock that the law sets on an agreement: the observation of a restructured asset, cure and
    probation of a forborne exposure. `ends_on` is the earliest last day of its phase."""

    type: ClassVar[str] = "forbear.regulatory_clock.moved.v1"
    topic: ClassVar[str] = TOPIC
    kind: Literal["restructured", "forborne"]
    phase: Literal["observation", "cure", "probation"]
    happened: Literal["began", "counted_anew", "passed_on", "moved_back", "time_over", "ended", "replaced"]
    starts_on: date
    ends_on: date
    recounts: int
    rules: tuple[str, ...]


class CreditCorrectionRequested(CaseEvent):
    """What was reported of an account is wrong: the core has it corrected by whom keeps credit records, and that is
    confirmed by a day."""

    type: ClassVar[str] = "forbear.credit_report.correction_requested.v1"
    topic: ClassVar[str] = TOPIC
    dispute_id: UUID
    account_ref: str
    disputed: Literal["not_theirs", "amount", "status", "dates", "paid", "too_old"]
    reason_code: str
    received_on: date
    decided_on: date
    confirm_by: date


class CreditStatusReported(CaseEvent):
    """The case ended: the core has what was reported of the account brought up to date by whom keeps credit records."""

    type: ClassVar[str] = "forbear.credit_report.status_reported.v1"
    topic: ClassVar[str] = TOPIC
    account_ref: str
    status: Literal["paid_as_agreed", "arrears_cleared", "settled", "sold", "discharged"]
    ended_on: date


class FeedbackEvent(CaseEvent):
    """An event about what a borrower is asked of a conversation or a decision. It never has their words."""

    feedback_id: UUID
    occasion: Literal["conversation", "decision"]
    stage: Literal["talked", "approved", "rejected"]


class FeedbackRequested(FeedbackEvent):
    """A borrower is asked what they think of us."""

    type: ClassVar[str] = "forbear.feedback.requested.v1"
    topic: ClassVar[str] = TOPIC


class FeedbackGiven(FeedbackEvent):
    """A borrower gave a score from 1 to 5."""

    type: ClassVar[str] = "forbear.feedback.given.v1"
    topic: ClassVar[str] = TOPIC
    score: int = Field(ge=1, le=5)


class PromiseEvent(CaseEvent):
    """An event about one promise to pay, by the bank's postings."""

    promise_id: UUID
    promised: Money
    paid_in_time: Money
    last_good_day: date


class PromiseKept(PromiseEvent):
    """Enough came in time."""

    type: ClassVar[str] = "forbear.promise.kept.v1"
    topic: ClassVar[str] = TOPIC


class PromiseBroken(PromiseEvent):
    """The bank closed the last good day, and too little came; `partly` when something did."""

    type: ClassVar[str] = "forbear.promise.broken.v1"
    topic: ClassVar[str] = TOPIC
    partly: bool


class AccountCured(CaseEvent):
    """The arrears are gone without an agreement in force."""

    type: ClassVar[str] = "forbear.account.cured.v1"
    topic: ClassVar[str] = TOPIC
    account_ref: str
    as_of: date
