"""Drafts, submissions and decisions."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, model_validator

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.base import Command, ComparisonView, FreeText, Line, Reference, Sha256
from services.plans.schemas.options import Wanted


class RuleView(BaseModel):
    """One rule that was asked, in words."""

    rule: str
    passed: bool
    reason: str


class DraftPlan(Wanted):
    """The terms of a new version, computed again and judged before it is kept. What is wished beside the relief must
    be what the relief has."""

    relief_type: ReliefType
    first_due_date: date
    answers_objection: UUID | None = None


class Decide(Command):
    """A decision on exactly what was shown: `proposal_hash` is of the version on the screen."""

    decision: Literal["approve", "return", "reject"]
    proposal_hash: Sha256
    reasons: FreeText | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision != "approve" and self.reasons is None:
            raise ValueError("reasons are needed unless the plan is approved")
        return self


class ReviewTerms(Command):
    """What the borrower and the bank found before terms for a time run out: what follows by the agreement can be paid,
    or something else is asked for, which is recorded as a new request."""

    result: Literal["goes_on_as_agreed", "asks_again"]


class TermsReviewed(BaseModel):
    """A review that was made."""

    plan_id: UUID
    version: int
    result: str
    reviewed_at: datetime


class DecisionView(BaseModel):
    """One decision on a version; `part` is the signature that was given, `comment` what the proposer is told."""

    decision: str
    decided_by: str | None
    on_behalf_of: str | None
    part: str | None
    needed_level: str
    comment: str | None
    decided_at: datetime
    verdicts: list[RuleView]


class SignatureView(BaseModel):
    """A signature that a submitted version needs, and who gave it."""

    part: str
    authority: str
    reasons: list[str]
    given_by: str | None


class FlagView(BaseModel):
    """A regulatory mark, decided with the approval: set or not, by which rules, why, and its dates."""

    code: str
    decided: bool
    rules: list[str]
    reason: str
    value: str | None
    starts_on: date | None
    earliest_end: date | None


class PlanView(BaseModel):
    """One version of a plan."""

    plan_id: UUID
    version: int
    case_id: UUID
    round: int
    state: str
    relief_type: ReliefType
    instalments: int
    first_due_date: date
    end_date: date
    payment: Money
    total: Money
    waived_interest: Money
    waived_fees: Money
    comparison: ComparisonView
    schedule: list[Line]
    schedule_hash: str
    evidence: list[UUID]
    answers_objection: UUID | None
    proposed_by: str
    drafted_at: datetime
    submitted_at: datetime | None
    proposal_hash: str | None
    needed_level: str | None
    expires_at: datetime | None
    signatures: list[SignatureView]
    decisions: list[DecisionView]
    flags: list[FlagView]


class ConfirmEnd(Command):
    """The core's people have undone a plan; their reference of it."""

    core_reference: Reference


class PlanEnded(BaseModel):
    """A plan that is not in force any more."""

    plan_id: UUID
    version: int
    state: str


class PlanSummary(BaseModel):
    """One version in the list of a case."""

    plan_id: UUID
    version: int
    round: int
    state: str
    relief_type: ReliefType
    payment: Money
    instalments: int
    total: Money
    proposed_by: str
    drafted_at: datetime


class PlanList(BaseModel):
    """All versions of all rounds of a case, oldest first."""

    case_id: UUID
    items: list[PlanSummary]
