"""What a borrower may apply for before their means are known."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.base import Code, Command, ToDecide
from services.plans.schemas.options import OptionRuleView


class AskProgrammes(Command):
    """An account as far as it is known; nobody is named."""

    product: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    pack: Annotated[str, StringConstraints(pattern=r"^[a-z]+([-+][a-z]+)*$")]
    oldest_unpaid_due_date: date | None
    hardship_reason: Code | None = Field(default=None, description="if it was told already")


class ProgrammeView(BaseModel):
    """A relief that may be applied for, or the conditions that exclude it; `still_asked` decides later."""

    relief_type: ReliefType
    name_zh: str
    name_en: str
    fits: bool
    conditions: list[OptionRuleView]
    still_asked: list[ToDecide]


class ProgrammesView(BaseModel):
    """Every relief of the day, in the order in which they are offered, and that applying is free."""

    on: date
    policy_version: str
    free_of_charge: ToDecide
    programmes: list[ProgrammeView]
