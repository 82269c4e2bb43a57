"""Problems in the reader's language: English as the code says it, Chinese from a table, as `Accept-Language` asks."""

import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.types import Scope

from services.common.kernel.errors import ForbearError

Language = Literal["zh", "en"]
DEFAULT: Final[Language] = "en"
GAP = "{}"


class ProblemWords(BaseModel):
    """What a type of problem is called in Chinese; `details` by the sentence of the code, with {} for what differs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    details: dict[str, str] = Field(default_factory=dict)


@cache
def chinese() -> dict[str, ProblemWords]:
    """The table, by the name of the type."""
    entry = files("services.common.runtime.http") / "problems.zh.yaml"
    table = yaml.safe_load(entry.read_text("utf-8"))
    return {name: ProblemWords.model_validate(words) for name, words in table.items()}


def language_of(scope: Scope) -> Language:
    """The language that the reader prefers of those we have (RFC 9110, 12.5.4); English when neither is named."""
    best: tuple[float, Language] = (0.0, DEFAULT)
    for part in Headers(scope=scope).get("accept-language", "").split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if primary in ("zh", "en") and weight > best[0]:
            best = (weight, "zh" if primary == "zh" else "en")
    return best[1]


def words_of(error: ForbearError, language: Language) -> tuple[str, str]:
    """Title and detail. In Chinese a detail that the table does not know stays as the code says it: it is not lost."""
    words = chinese().get(error.problem) if language == "zh" else None
    if words is None:
        return error.title, error.detail
    if error.detail == error.title:
        return words.title, words.title
    return words.title, _filled(words.details, error.detail)


def _filled(details: dict[str, str], detail: str) -> str:
    if detail in details:
        return details[detail]
    for said, in_chinese in details.items():
        if GAP in said and (found := _pattern(said).fullmatch(detail)):
            return in_chinese.format(*found.groups())
    return detail


@cache
def _pattern(said: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, said.split(GAP))), re.DOTALL)


def _weight(parameter: str) -> float:
    """The `q` of a language range, 1 without one; 0 for one that is no weight."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    return float(value) if name.lower() == "q" and re.fullmatch(r"[01](\.\d{0,3})?", value) else 0.0
