"""Lines of JSON with texts, and lines of JSON with what the language check says about them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.contact.domain.language import LanguageVerdict, TextTooLong, check

CHINESE = re.compile(r"[\u3400-\u9fff]")
Language = Literal["zh", "en"]


class Refused(ValueError):
    """The request cannot be read; says which member is wrong, never its value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked text: the language of the answer and the answer."""

    language: Language
    verdict: LanguageVerdict


def ask(request: Mapping[str, Any]) -> Asked:
    """Check the text of one request `{"text", "lang", "speaker"}`. Refused when it is wrong."""
    text = request.get("text")
    if not isinstance(text, str):
        raise Refused("text: a string is needed")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("text: there is half of a character in it")
    speaker = request.get("speaker")
    if speaker is not None and not isinstance(speaker, str):
        raise Refused("speaker: agent or borrower")
    language = _language(request.get("lang"), text)
    try:
        return Asked(language, check(text, language, "borrower" if speaker == "borrower" else "agent"))
    except TextTooLong as long:
        raise Refused(f"text: {long}") from None


def answer(line: bytes) -> dict[str, Any]:
    """The answer to one line: id, verdict, classes, findings and alarms, or id and error."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "the line is not JSON in UTF-8"}
    if not isinstance(request, dict):
        return {"id": None, "error": "the line is not a JSON object"}
    name = request.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        return {"id": None, "error": "id: a string or a whole number is needed"}
    try:
        said = ask(request).verdict
    except Refused as refused:
        return {"id": name, "error": str(refused)}
    return {
        "id": name,
        "verdict": said.verdict,
        "classes": list(said.classes),
        "findings": [{"class": each.meaning, "quote": each.quote, "prefer": each.prefer} for each in said.findings],
        "alarms": list(said.alarms),
    }


def _language(named: Any, text: str) -> Language:
    """`zh-Hant` is zh and `en-GB` is en; where nothing is named, the script of the text decides."""
    if named is None:
        return "zh" if CHINESE.search(text) else "en"
    if isinstance(named, str):
        known = re.split("[-_]", named.strip().lower())[0]
        if known == "zh":
            return "zh"
        if known == "en":
            return "en"
    raise Refused("lang: zh or en")
