"""Requests and responses of intake."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.common.kernel.money import Money

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
Subject = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
Language = Literal["zh", "en"]
Origin = Literal["bank", "borrower"]
Source = Literal["core", "borrower", "third_party"]
RequestType = Literal["DELAY", "RESCHEDULE", "REDUCE", "WAIVE", "SETTLE", "DISPUTE"]
Cause = Literal[
    "UNEMPLOYMENT", "INCOME_DROP", "ILLNESS", "DISABILITY", "BEREAVEMENT", "FAMILY_ACCIDENT", "DIVORCE_SEPARATION",
    "DOMESTIC_ABUSE", "DISASTER", "EPIDEMIC", "BUSINESS_FAILURE", "IMPRISONMENT", "MILITARY_SERVICE", "OVER_INDEBTED",
    "INCREASED_COST", "NEW_DEPENDANT", "FRAUD_VICTIM", "DISPUTE_MERCHANT", "OTHER", "NOT_DISCLOSED",
]  # fmt: skip


@cache
def _zones() -> frozenset[str]:
    # Asking walks the files of the database, which an import of thousands of rows must not do for each.
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not a time zone of the IANA database")
    return name


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]


class Body(BaseModel):
    """Base of requests: what is not known is refused, and errors never show what was sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class BorrowerFacts(Body):
    """Who the borrower is, as the sender knows it."""

    borrower_ref: Reference
    name: str = Field(min_length=1, max_length=120, repr=False)
    phone: str = Field(min_length=5, max_length=32, repr=False, description="with its country code, or national")
    language: Language
    time_zone: TimeZone
    national_id: str | None = Field(default=None, min_length=4, max_length=40, repr=False)


class AccountFacts(Body):
    """Which account it is about."""

    account_ref: Reference
    product: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class OpenCase(Body):
    """A case to open: from the bank, or from a borrower who asks for help (also before anything is past due)."""

    borrower: BorrowerFacts
    account: AccountFacts
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None
    origin: Origin


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
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None
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


class FieldOrigin(BaseModel):
    """Who said a fact, and as of which day."""

    source: str
    as_of: date


class BorrowerProfile(BaseModel):
    """What is known of a borrower, with the origin of each fact. Personal data: each reading is recorded."""

    borrower_id: UUID
    borrower_ref: str
    name: str | None = Field(repr=False)
    phone: str | None = Field(repr=False, description="E.164")
    national_id: str | None = Field(repr=False)
    language: str
    time_zone: str
    provenance: dict[str, FieldOrigin]


class Assign(Body):
    """Who answers for the case from now on."""

    assignee: Subject


class WriteNote(Body):
    """Something worth remembering about a case."""

    text: str = Field(min_length=1, max_length=4000, repr=False)


class NoteWritten(BaseModel):
    """The answer to a new note. Answers are kept for repeats, so this one leaves the text out."""

    note_id: UUID
    at: datetime
    actor: str


class NoteShown(NoteWritten):
    """A note as it was written."""

    text: str = Field(repr=False)


class RecordRequest(Body):
    """Why the borrower cannot pay now, and what they ask for (the two things every negotiation records first)."""

    cause: Cause
    own_words: str = Field(min_length=1, max_length=4000, repr=False)
    request_type: RequestType
    amount: Money | None = None
    months: int | None = Field(default=None, ge=1, le=360)
    source: Source = "borrower"


class RequestRecorded(BaseModel):
    """A recorded request."""

    request_id: UUID
    case_id: UUID
    number: int
    round: int
    request_type: str
    state: str


class PlaceHold(Body):
    """A hold on the borrower of a case. Without an end the policy's days apply, or it lasts until it is lifted."""

    kind: str = Field(pattern=r"^[A-Z_]{3,40}$", repr=False)
    ends_at: AwareDatetime | None = None


class HoldStanding(BaseModel):
    """What a hold blocks and until when, without why."""

    hold_id: UUID
    borrower_id: UUID
    case_id: UUID
    blocks: list[str]
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    version: int


class HoldShown(HoldStanding):
    """A hold with its kind, for those who may see why."""

    kind: str = Field(repr=False)


class Holds(BaseModel):
    """All holds of a borrower, in the order of placing."""

    items: list[HoldShown]


class Reentry(Body):
    """What a supervisor decides when a plan is broken and no round is left."""

    decision: Literal["reopen", "refer", "close"]


class ImportReview(Body):
    """What a person says of an imported sample case, which then ends."""

    verdict: Literal["accepted", "rejected"]


class Happening(BaseModel):
    """One line of the time line: a step, an assignment, a note, a request or a hold."""

    at: datetime
    kind: Literal["step", "assignment", "note", "request", "hold"]
    ref: str
    actor: str
    what: dict[str, Any]
