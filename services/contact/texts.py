"""Writing a message from its template: sentences in the borrower's language, stamped with who is speaking.

A template is a list of sentences. One that `needs` a parameter is left out when the parameter was not given, so a text
never has a gap. Parameters are amounts, dates, counts and references; they are read before they are written.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.policy_file import PolicyFileInvalid
from services.contact.errors import TemplateUnfit

Language = Literal["zh", "en"]
Kind = Literal["money", "date", "count"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: the institution, the registered alias of its agent, and the number to call back."""

    institution: str
    alias: str
    call_back: str

    @property
    def complete(self) -> bool:
        return bool(self.institution and self.alias and self.call_back)


class Sentence(BaseModel):
    """One sentence in each language, and the parameters without which it is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    needs: tuple[str, ...] = ()

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Template(BaseModel):
    """A text with the parameters it knows; others that come with a request are not shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    params: dict[str, Kind]
    sentences: tuple[Sentence, ...] = Field(min_length=1)


@cache
def templates() -> dict[str, Template]:
    """Every packaged template by name. PolicyFileInvalid when one of them is wrong."""
    found = {}
    for entry in files("services.contact.templates").iterdir():
        if entry.name.endswith(".yaml"):
            try:
                found[entry.name.removesuffix(".yaml")] = Template.model_validate(
                    yaml.safe_load(entry.read_text("utf-8"))
                )
            except (ValidationError, yaml.YAMLError) as error:
                raise PolicyFileInvalid(f"template {entry.name}: {error}") from error
    return found


def write(name: str, params: dict[str, str], language: Language, voice: Voice) -> str:
    """The text of a message. TemplateUnfit for an unknown template or a parameter that is not of its kind."""
    template = templates().get(name)
    if template is None:
        raise TemplateUnfit(f"there is no template named {name}")
    values = {key: _shown(key, kind, params, language) for key, kind in template.params.items() if key in params}
    values |= {"institution": voice.institution, "alias": voice.alias, "call_back": voice.call_back}
    shown = [s.in_language(language).format(**values) for s in template.sentences if values.keys() >= set(s.needs)]
    return ("" if language == "zh" else " ").join(shown)


def _shown(name: str, kind: Kind, params: dict[str, str], language: Language) -> str:
    """A parameter as people read it. An amount is `CNY 864.00`, or `864.00` beside a parameter `currency`."""
    value = params[name]
    try:
        if kind == "date":
            return date_in_words(date.fromisoformat(value), language)
        if kind == "money":
            amount, _, currency = (
                value.partition(" ")[::-1] if " " in value else (value, "", params.get("currency", ""))
            )
            return str(Money.of(amount, currency))
        if value.isascii() and value.isdigit():
            return value
    except (ValueError, InvalidInput):
        pass
    raise TemplateUnfit(f"the parameter {name} is no {kind}")


def date_in_words(day: date, language: Language) -> str:
    """A day as people write it."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
