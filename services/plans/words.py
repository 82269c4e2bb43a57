"""The packaged words of offers, agreements and answers to objections, in Chinese and English."""

from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from services.common.kernel.policy_file import PolicyFileInvalid
from services.plans.vocabulary import ObjectionReason

_PACKAGE = "services.plans.documents"
M = TypeVar("M", bound=BaseModel)


class Said(BaseModel):
    """The same in both languages, with placeholders in braces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str


class SectionWords(Said):
    """A section of an agreement; `says` are the names under which rules ask for it."""

    code: str
    says: frozenset[str]
    when: Literal["claim_known", "no_card", "settlement"] | None = None


class ExchangeWords(BaseModel):
    """What the bank concedes, and what the borrower does for it: in each language the one and the other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    commitment: str
    zh: tuple[str, str]
    en: tuple[str, str]


class AgreementWords(BaseModel):
    """All words of an agreement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sections: tuple[SectionWords, ...]
    exchanges: dict[str, ExchangeWords]
    reporting: dict[str, Said]
    consent: Said
    questions: dict[Literal["payment", "instalments", "first_due_date", "if_missed"], Said]


class ObjectionWords(RootModel[dict[ObjectionReason, Said]]):
    """Answers by the reason of an objection."""


class PrintWords(RootModel[dict[str, Said]]):
    """The words around an agreement on paper."""


@cache
def print_words() -> dict[str, Said]:
    """PolicyFileInvalid when they are wrong."""
    return _read("print.yaml", PrintWords).root


@cache
def agreement_words() -> AgreementWords:
    """PolicyFileInvalid when they are wrong."""
    return _read("agreement.yaml", AgreementWords)


@cache
def token_objection_words() -> dict[ObjectionReason, Said]:
    """What is answered instead where a token is paid in a deficit. PolicyFileInvalid when they are wrong."""
    return _read("objections_to_tokens.yaml", ObjectionWords).root


@cache
def objection_words() -> dict[ObjectionReason, Said]:
    """PolicyFileInvalid when they are wrong, or a reason has no answer."""
    found = _read("objections.yaml", ObjectionWords).root
    if missing := sorted(set(ObjectionReason) - set(found)):
        raise PolicyFileInvalid(f"objections.yaml has no answer to {', '.join(missing)}")
    return found


def _read(name: str, model: type[M]) -> M:
    try:
        return model.model_validate(yaml.safe_load((files(_PACKAGE) / name).read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise PolicyFileInvalid(f"{name}: {error}") from error
