"""The steps of the script, each with what it records."""

from typing import Annotated, Literal

from pydantic import Field

from services.common.kernel.said import SaidInstant
from services.contact.domain.script import Step
from services.contact.schemas.telling import Asked, Body, Cause, Feeling, Item, Promise, Told


class TakeStep(Body):
    """Base of the steps. `said` are the borrower's words, where something was said that matters."""

    emotional_state: Feeling | None = None
    said: Told | None = Field(default=None, repr=False)
    disclosed: list[Item] = Field(default_factory=list, max_length=20)


class Greeting(TakeStep):
    """Said who is speaking."""

    step: Literal[Step.GREETING]


class RightParty(TakeStep):
    """Asked who is listening."""

    step: Literal[Step.RIGHT_PARTY]
    method: Literal["known_fact", "one_time_code", "call_back_number", "document", "voice_known"]
    result: Literal["verified", "not_verified", "somebody_else"]


class Purpose(TakeStep):
    """Said that the call is recorded, and why we call."""

    step: Literal[Step.PURPOSE]


class Convenience(TakeStep):
    """Asked whether this is a good moment."""

    step: Literal[Step.CONVENIENCE]
    convenient: bool
    call_back_at: SaidInstant | None = Field(default=None, description="a better moment, where it is none")


class CauseTold(TakeStep):
    """Asked what happened."""

    step: Literal[Step.CAUSE]
    cause: Cause = Field(repr=False)
    own_words: Told | None = Field(default=None, repr=False)


class ReadBack(TakeStep):
    """Said it back."""

    step: Literal[Step.READ_BACK]
    summary: Told = Field(repr=False)
    confirmed: bool


class AccountShown(TakeStep):
    """Said how the account stands."""

    step: Literal[Step.ACCOUNT]


class RequestTold(TakeStep):
    """Asked what the borrower wants."""

    step: Literal[Step.REQUEST]
    request: Asked = Field(repr=False)


class OptionsShown(TakeStep):
    """Named arrangements, two or more."""

    step: Literal[Step.OPTIONS]
    options: list[Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,39}$")]] = Field(min_length=2, max_length=20)


class EvidenceAsked(TakeStep):
    """Said which documents are needed, and asked whether they may be used."""

    step: Literal[Step.EVIDENCE]
    items: list[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z_]{1,39}$")]] = Field(min_length=1, max_length=20)
    consent: bool


class Promised(TakeStep):
    """Agreed on what each side does next."""

    step: Literal[Step.COMMITMENT]
    commitments: list[Promise] = Field(min_length=1, max_length=20)


class Close(TakeStep):
    """Said goodbye: the summary is sent, and where to complain."""

    step: Literal[Step.CLOSE]


StepTaken = Annotated[
    Greeting
    | RightParty
    | Purpose
    | Convenience
    | CauseTold
    | ReadBack
    | AccountShown
    | RequestTold
    | OptionsShown
    | EvidenceAsked
    | Promised
    | Close,
    Field(discriminator="step"),
]
