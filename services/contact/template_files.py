"""Templates of messages: sentences in both languages, each with what it needs, where it belongs and what it says.

A template is a list of sentences. One that `needs` a parameter is left out when the parameter was not given, so a text
never has a gap. Parameters are amounts, dates, hours, counts and references; a `recap` is the id of a conversation,
whose summary is shown, and a `code` the reference of a one-time code.
"""

import string
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.common.kernel.policy_file import PolicyFileInvalid
from services.contact.domain.vocabulary import Channel

Language = Literal["zh", "en"]
Kind = Literal["money", "date", "time", "count", "recap", "code"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
#: What every text may show of whoever speaks.
VOICE: Final = frozenset({"institution", "alias", "call_back"})
#: What a letter may show beside it, when there is one.
OF_LETTERS: Final = frozenset({"addressee", "seal"})
_PACKAGE = "services.contact.templates"
SHARED = "shared"
M = TypeVar("M", bound=BaseModel)


class Words(BaseModel):
    """The same in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    @property
    def placeholders(self) -> frozenset[str]:
        """What is filled in, of whatever language."""
        parsed = (part for text in (self.zh, self.en) for part in string.Formatter().parse(text))
        return frozenset(name for _, name, _, _ in parsed if name)


class Sentence(Words):
    """One sentence. It is left out without the parameters it `needs`, in other `channels` than those named, where none
    of the `rules` binds the contact, with `when`, in the first communication or after it, and, if `barred`, for a debt
    that can still be claimed in court. `says` is what it tells,
    by a name that rules and other sentences know; `discloses` is what of the list of disclosures it is, which it has
    been in the template `since` that version.
    """

    needs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    when: Literal["first", "later"] | None = None
    barred: bool = False
    says: str = ""
    discloses: str = ""
    since: int = 1

    @model_validator(mode="after")
    def _needs_what_it_shows(self) -> Self:
        if self.placeholders - VOICE != set(self.needs):
            raise ValueError("a sentence needs the parameters that it shows, and no others")
        if self.discloses and (self.rules or self.channels or self.when or self.barred):
            raise ValueError("what is disclosed is so in every channel and at every time")
        return self


class Template(BaseModel):
    """A text with the parameters it knows; others that come with a request are not shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(pattern=r"^\d+$")
    subject: Words
    params: dict[Name, Kind]
    sentences: tuple[Sentence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_what_is_needed(self) -> Self:
        needed = {name for sentence in self.sentences for name in sentence.needs}
        if needed - OF_LETTERS != set(self.params):
            raise ValueError("the parameters are those that some sentence needs")
        if self.subject.placeholders - VOICE:
            raise ValueError("a subject shows nothing but who speaks: anybody may see it")
        return self

    def discloses(self, version: str, params: Collection[str]) -> frozenset[str]:
        """What a text that was written in a version of this template (`2.1`: with the second of the shared sentences)
        and with these parameters says of the list of disclosures."""
        number = int(version.partition(".")[0])
        told = (one for one in self.sentences if one.discloses and one.since <= number and set(one.needs) <= {*params})
        return frozenset(one.discloses for one in told)


class Shared(BaseModel):
    """Sentences of all texts. With `rules` one stands in place of the text's own of the same `says`, and otherwise it
    is there for texts that do not say it. `opening` follows the first sentence of a text, `closing` its last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(pattern=r"^\d+$")
    opening: tuple[Sentence, ...]
    closing: tuple[Sentence, ...]


@cache
def templates() -> dict[str, Template]:
    """Every packaged template by name. PolicyFileInvalid when one of them is wrong."""
    names = [entry.name.removesuffix(".yaml") for entry in files(_PACKAGE).iterdir() if entry.name.endswith(".yaml")]
    return {name: _read(name, Template) for name in sorted(names) if name != SHARED}


@cache
def shared() -> Shared:
    """The sentences of all texts. PolicyFileInvalid."""
    return _read(SHARED, Shared)


def _read(name: str, model: type[M]) -> M:
    try:
        return model.model_validate(yaml.safe_load((files(_PACKAGE) / f"{name}.yaml").read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise PolicyFileInvalid(f"template {name}.yaml: {error}") from error
