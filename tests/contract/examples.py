"""The committed examples of events, one valid and one invalid payload for each type."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker

from tools.generate_schemas import FOLDER

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / FOLDER
EXAMPLES = SCHEMAS.parent / "examples"

formats = FormatChecker(())


def _is_instant(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def _is_day(text: object) -> bool:
    return not isinstance(text, str) or date.fromisoformat(text).isoformat() == text


def _is_uuid(text: object) -> bool:
    return not isinstance(text, str) or str(UUID(text)) == text.lower()


for _name, _check in (("date-time", _is_instant), ("date", _is_day), ("uuid", _is_uuid)):
    formats.checks(_name, raises=ValueError)(_check)


def read(path: Path) -> Any:
    """The JSON of a file."""
    return json.loads(path.read_text("utf-8"))


def validator(event_type: str) -> Draft202012Validator:
    """A validator of the committed schema, formats included."""
    return Draft202012Validator(read(SCHEMAS / f"{event_type}.json"), format_checker=formats)


def places(errors: Iterator[Any]) -> set[str]:
    """Where a payload is wrong by its schema; what is missing is named at its own place."""
    found: set[str] = set()
    for error in errors:
        if error.validator == "required":
            missing = set(error.validator_value) - set(error.instance)
            found |= {dotted([*error.absolute_path, name]) for name in missing}
        else:
            found.add(dotted(list(error.absolute_path)))
    return found


def dotted(parts: list[str | int]) -> str:
    """`schedule.2.amount` for the parts of a path."""
    return ".".join(str(part) for part in parts)
