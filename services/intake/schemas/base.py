"""What the requests and answers of intake are made of."""

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
Subject = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
Language = Literal["zh", "en"]
Origin = Literal["bank", "borrower"]
Channel = Literal["phone", "portal", "branch", "letter", "email", "feed"]
Source = Literal["core", "borrower", "third_party"]
RequestType = Literal["DELAY", "RESCHEDULE", "REDUCE", "WAIVE", "SETTLE", "DISPUTE", "REFINANCE", "DEBT_PLAN"]
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

Email = Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,189}\.[^@\s]{1,62}$")]
PostalAddress = Annotated[str, Field(min_length=5, max_length=400)]
Portfolio = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Body(BaseModel):
    """Base of requests: what is not known is refused, and errors never show what was sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
