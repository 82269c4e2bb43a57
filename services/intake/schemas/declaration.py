"""Attesting a statement of means, and looking at what does not fit it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.domain.declaration import Difference
from services.intake.schemas.base import Body


class Attest(Body):
    """The borrower says that the statement of means is true and complete, as far as they know."""

    assessment_id: UUID
    how: Literal["told", "signed", "portal"]


class Attested(BaseModel):
    """What was attested, in which words; `to_look_at` is what a person was asked to look at."""

    case_id: UUID
    assessment_id: UUID
    how: str
    words: dict[str, str]
    words_version: str
    at: datetime
    to_look_at: list[Difference]


class LookedAt(Body):
    """What came of looking at a declaration; that somebody did wrong is not among what can be found."""

    finding: Literal["explained", "to_be_stated_anew", "core_to_be_corrected"]
    words: str = Field(min_length=1, max_length=2000, repr=False)


class Reviewed(BaseModel):
    """A declaration was looked at."""

    case_id: UUID
    assessment_id: UUID
    finding: str
