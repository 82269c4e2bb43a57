"""Deputies, links to borrowers, and the matrix of authority as it is shown."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from services.plans.schemas.base import Command, Reference
from services.plans.schemas.decisions import CircumstancesRecord, ConcessionRecord
from services.plans.vocabulary import RelationKind

Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$")]


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("there is no such instant in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
AuthorityCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]


class GiveDelegation(Command):
    """Somebody stands in for somebody, from `starts_at` until and without `ends_at`."""

    from_subject: Subject
    to_subject: Subject
    authorities: list[AuthorityCode] = Field(min_length=1, max_length=8)
    starts_at: Instant
    ends_at: Instant


class DelegationView(BaseModel):
    """One delegation. `in_force` at the moment of the answer."""

    delegation_id: UUID
    from_subject: str
    to_subject: str
    authorities: list[str]
    starts_at: datetime
    ends_at: datetime
    given_by: str
    given_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    in_force: bool


class DelegationList(BaseModel):
    """Delegations that are in force or to come."""

    items: list[DelegationView]


class DeclareRelation(Command):
    """A link of one of the bank's people to a borrower; without `subject` it is the caller's own."""

    borrower_ref: Reference
    kind: RelationKind
    subject: Subject | None = None


class RelationView(BaseModel):
    """A declared link."""

    relation_id: UUID
    subject: str
    borrower_id: UUID
    kind: RelationKind
    declared_by: str
    declared_at: datetime
    ended_at: datetime | None


class Sentence(BaseModel):
    """One sentence in both languages."""

    zh: str
    en: str


class LimitView(BaseModel):
    """What one level may grant, in the currency that was asked for. `waived` is an amount, or None: none."""

    level: str
    name: Sentence
    people: int
    interim_days: dict[str, int]
    deferral_months: int
    extension_months: int
    waives: list[str]
    waived: Decimal | None
    waived_percent_of_accrued: Decimal
    principal_discount_percent: Decimal
    settlement_recovery_percent: Decimal | None


class CosignView(BaseModel):
    """One reason for a further signature."""

    code: str
    by: str
    from_level: str
    sentence: Sentence


class MatrixView(BaseModel):
    """The matrix in force: what is shown is what is decided by."""

    policy: str
    source: str
    currency: str | None
    limits: list[LimitView]
    above: str
    minimum: dict[str, str]
    cosigns: list[CosignView]
    repeat_within_months: int
    approval_hours: int


class WhyView(BaseModel):
    """Why a level is needed."""

    code: str
    measured: str
    level: str
    sentence: Sentence


class NeededView(BaseModel):
    """A signature that a version needs, why, and who has given it."""

    part: str
    authority: str
    reasons: list[Sentence]
    given_by: str | None
    on_behalf_of: str | None


class PlanAuthorityView(BaseModel):
    """Who decides on a version and why: as it was submitted, or as it would be if it were submitted now."""

    plan_id: UUID
    version: int
    state: str
    submitted: bool
    policy: str
    level: str
    why: list[WhyView]
    signatures: list[NeededView]
    concession: ConcessionRecord
    circumstances: CircumstancesRecord
    expires_at: datetime | None


class AuthorityView(BaseModel):
    """The matrix, and what it says of the newest version of a plan when one was asked about."""

    matrix: MatrixView
    plan: PlanAuthorityView | None
