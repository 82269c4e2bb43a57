"""The form of a situation that `forbear check contact` reads; its JSON Schema is published from here."""

from __future__ import annotations

from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.packs.vocabulary import Actor, Product
from services.contact.domain.guard.facts import ContactFacts

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PackName = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)?$")]


class Situation(BaseModel):
    """Somebody wants to contact a borrower: by which rule packs that is judged, and all that is known.

    `facts` has the form in which they are kept with a decision, so what was decided can be asked again. Holidays that
    are not given are those of the packs. With `text` its words are checked, and whether they say how to opt out; with
    `institution` too whether they say who speaks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | int
    packs: Annotated[tuple[PackName, ...], Field(min_length=1)]
    facts: ContactFacts
    actor: Actor = Actor.LENDER
    product: Product | None = None
    text: Annotated[str | None, Field(max_length=20_000)] = None
    institution: Annotated[str | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _zones_are_there(self) -> Self:
        for zone in self.facts.zones:
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError):
                raise ValueError(
                    "facts.zones has a name that is no IANA zone; write for example Asia/Shanghai"
                ) from None
        return self


def schema() -> dict[str, Any]:
    """The JSON Schema of a situation."""
    made = Situation.model_json_schema()
    return {"$schema": DIALECT, "$id": "https://forbear.dev/check/contact-situation.json", **made}
