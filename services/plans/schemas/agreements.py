"""What offers and agreements say, how agreements are signed, and what objections are answered."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.common.kernel.money import Money
from services.plans.schemas.base import Command, FreeText, Reference, VersionNumber
from services.plans.vocabulary import ObjectionReason, PaymentMethod

QuestionCode = Literal["payment", "instalments", "first_due_date", "if_missed"]
SigningCodeText = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Section(BaseModel):
    """A section of the agreement; `says` are the names under which rules ask for what it tells."""

    code: str
    says: list[str]
    zh: str
    en: str


class Exchange(BaseModel):
    """What the bank concedes and what the borrower commits to for it: in each language the one and the other."""

    concession: str
    commitment: str
    zh: tuple[str, str]
    en: tuple[str, str]


class Reporting(BaseModel):
    """What is reported to credit bureaus under the plan; `keep_years` as the pack of the case has it."""

    status: Literal["restructured", "as_kept"]
    keep_years: int | None
    zh: str
    en: str


class Consent(BaseModel):
    """The words under which an agreement is signed, in one version."""

    version: str
    zh: str
    en: str


class Question(BaseModel):
    """A question whose answer shows whether the terms were understood."""

    code: QuestionCode
    zh: str
    en: str


class Feasibility(BaseModel):
    """What is answered to an objection, and the numbers that it rests on."""

    reason: ObjectionReason
    zh: str
    en: str
    numbers: dict[str, str]


class Understood(Command):
    """The terms in the borrower's own words: what is paid, how often, from when, and what to do when it cannot be."""

    payment: Money
    instalments: int = Field(ge=1, le=480)
    first_due_date: date
    if_missed: Literal["tell_the_bank", "pay_later", "do_nothing"]


class Paying(Command):
    """How the instalments will be paid. A direct debit names its mandate."""

    method: PaymentMethod
    mandate_ref: Reference | None = None

    @model_validator(mode="after")
    def _has_a_mandate(self) -> Self:
        if (self.method is PaymentMethod.DIRECT_DEBIT) != (self.mandate_ref is not None):
            raise ValueError("a direct debit has a mandate, and nothing else has")
        return self


class ByCode(Command):
    """A click of the borrower, with the code that was sent to them."""

    method: Literal["one_time_code"]
    code: SigningCodeText
    consent_version: Reference


class ByRecording(Command):
    """The borrower's spoken word, recorded; whoever heard it says where the recording is."""

    method: Literal["recording"]
    recording_ref: Reference
    consent_version: Reference


Signature = Annotated[ByCode | ByRecording, Field(discriminator="method")]


class AskCode(Command):
    """The borrower wants to sign this version."""

    version: VersionNumber


class CodeSent(BaseModel):
    """A code is on its way to a number or address of the borrower; it is nowhere in this answer."""

    signing_id: UUID
    plan_id: UUID
    version: int
    expires_at: datetime
    tries: int


class SignatureView(BaseModel):
    """The evidence of a signature."""

    method: str
    consent_version: str
    document_hash: str
    signing_id: UUID | None
    recording_ref: str | None
    understood: dict[str, Any]
    signed_at: datetime


class AgreementView(BaseModel):
    """The agreement; it binds once the core runs the plan."""

    agreement_id: UUID
    plan_id: UUID
    version: int
    case_id: UUID
    state: str
    document_hash: str
    channel: str
    accepted_at: datetime
    signature: SignatureView | None
    payment_method: str | None
    mandate_ref: str | None
    cooling_off_until: date | None
    taken_back_at: datetime | None


class TakenBack(BaseModel):
    """An agreement that its borrower took back, and where the plan stands: one in force is undone at the core first."""

    plan_id: UUID
    version: int
    plan_state: str
    taken_back_at: datetime


class Object(Command):
    """A worry about an offer, before it is answered with yes, no or something else."""

    objection: ObjectionReason
    own_words: FreeText | None = None
    version: VersionNumber | None = Field(default=None, description="the version objected to; the newest when left out")


class ObjectionView(BaseModel):
    """One objection with its answer."""

    objection_id: UUID
    plan_id: UUID
    version: int
    reason: ObjectionReason
    own_words: str | None
    wanted_payment: Money | None
    wanted_months: int | None
    answer: Feasibility | None
    recorded_at: datetime


class ObjectionList(BaseModel):
    """All objections to a plan, oldest first."""

    plan_id: UUID
    items: list[ObjectionView]


class FieldChange(BaseModel):
    """A field in which a version differs from the one before."""

    field: str
    before: str
    after: str


class VersionView(BaseModel):
    """One version, who made it when, what it answers, what became of it, and how it differs from the one before."""

    version: int
    state: str
    relief_type: str
    proposed_by: str
    drafted_at: datetime
    submitted_at: datetime | None
    expires_at: datetime | None
    answers_objection: UUID | None
    changes: list[FieldChange]


class VersionList(BaseModel):
    """All versions of a plan, oldest first."""

    plan_id: UUID
    items: list[VersionView]
