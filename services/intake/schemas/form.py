"""The intake form as it is filled in and shown."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.said import SaidDay
from services.intake.domain.form import FormField
from services.intake.schemas.base import Body

Finding = Literal["statement_corrected", "core_to_be_corrected", "both_explained"]


class FormAnswer(Body):
    """What is said for a field: amounts like 1234.50, days like 2026-03-02, the overdue status as yes or no."""

    field: FormField
    value: str = Field(min_length=1, max_length=1000, repr=False)
    source: Literal["borrower", "third_party"]
    as_of: SaidDay


class FillForm(Body):
    """Some or all fields of the form."""

    answers: Annotated[list[FormAnswer], Field(min_length=1, max_length=11)]


class FormFilled(BaseModel):
    """What was kept, without the values. `queries` are the fields about which somebody now asks."""

    case_id: UUID
    kept: dict[FormField, int]
    queries: list[FormField]


class EntryShown(BaseModel):
    """One value with who said it and as of which day; `number` is None for what the core has."""

    number: int | None
    value: str = Field(repr=False)
    source: str
    as_of: date
    at: datetime | None
    actor: str | None


class FieldShown(BaseModel):
    """A field of the form: what was said last, what the core has, and what was said before."""

    field: FormField
    said: EntryShown | None
    core: EntryShown | None
    earlier: list[EntryShown]
    contradicts: bool


class FormShown(BaseModel):
    """The eleven fields, also those of which nothing is known."""

    case_id: UUID
    fields: list[FieldShown]


class AnswerQuery(Body):
    """What came of asking: nobody is accused of anything by it."""

    finding: Finding
    words: str = Field(min_length=1, max_length=2000, repr=False)


class QueryAnswered(BaseModel):
    """A question about a field was answered."""

    case_id: UUID
    field: FormField
    finding: Finding
