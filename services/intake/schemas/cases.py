"""Requests and answers about cases."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.money import Money
from services.common.kernel.said import SaidDay
from services.intake.domain.dpd import Presumption
from services.intake.schemas.base import Body, Channel, Origin, Portfolio, Reference, Subject
from services.intake.schemas.people import BorrowerFacts


class AccountFacts(Body):
    """Which account it is about."""

    account_ref: Reference
    product: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    pack: str | None = Field(
        default=None, pattern=r"^[a-z]+(-[a-z]+)?$", description="by which law it is collected; by policy otherwise"
    )
    portfolio: Portfolio | None = Field(default=None, description="which of the bank's portfolios; by policy otherwise")


class OpenCase(Body):
    """A case to open: from the bank, or from a borrower who asks for help (also before anything is past due)."""

    borrower: BorrowerFacts
    account: AccountFacts
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None
    limitation_from: SaidDay | None = Field(
        default=None, description="from which day the time counts in which the debt can be claimed in court, if known"
    )
    origin: Origin
    channel: Channel | None = Field(default=None, description="how somebody asked or told, if it was not the bank")


class Case(BaseModel):
    """A case. Personal data is at `/v1/cases/{case_id}/borrower`."""

    case_id: UUID
    borrower_id: UUID
    account_ref: str
    previous_case_id: UUID | None
    origin: str
    state: str
    state_label: dict[str, str]
    state_version: int
    version: int
    pack: str | None
    pack_version: str | None
    treatment: str | None
    contactable: bool
    product: str
    portfolio: str
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None
    limitation_from: date | None
    facts_as_of: date
    days_past_due: int
    bucket: str
    language: str
    round: int
    agreement_id: UUID | None
    assignee: str | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class PastDue(BaseModel):
    """Where an account stands on the bank's business day `on`, by the oldest due date that was unpaid when the bank
    last spoke of it. `span` is the split of reports: "short" up to thirty days, "long" beyond. `presumed` is what
    accounting presumes of so many days under the packs of the case, until risk shows otherwise (EU-11)."""

    on: date
    days: int
    bucket: str
    span: Literal["none", "short", "long"]
    presumed: Presumption | None


class CaseToday(Case):
    """A case, and how far past due its account is today; None when the case has ended."""

    past_due: PastDue | None


class Overdue(BaseModel):
    """What is past due, by component, as the core says it."""

    principal: Money
    interest: Money
    fees: Money


class CaseWithFigures(Case):
    """A case with the figures of its account, just read in the core.

    Without `overdue` when the case has figures of a later day than the core, so that nobody mixes the two.
    """

    overdue: Overdue | None


class Assign(Body):
    """Who answers for the case from now on."""

    assignee: Subject


class Reentry(Body):
    """What a supervisor decides when a plan is broken and no round is left.

    A referral says when the default notice was served, where the law asks for one (AU-06, UK-15).
    """

    decision: Literal["reopen", "refer", "close"]
    default_notice_on: SaidDay | None = None


class ImportReview(Body):
    """What a person says of an imported sample case, which then ends."""

    verdict: Literal["accepted", "rejected"]
