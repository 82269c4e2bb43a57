"""Drafts, submissions and decisions."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, model_validator

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.base import Command, ComparisonView, FreeText, Line, Sha256
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


class DecisionView(BaseModel):
    """One decision on a version."""

    decision: str
    decided_by: str | None
    needed_level: str
    decided_at: datetime
    verdicts: list[RuleView]


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
    decisions: list[DecisionView]


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
