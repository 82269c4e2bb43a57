"""From what pydantic says about a request to places that may be shown: the value that was sent never appears."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MAX_ERRORS = 50
MAX_PLACE = 200
# Their texts quote the input, or come from code that might.
_QUOTING = {"union_tag_invalid": "the tag is not one of the documented ones", "uuid_parsing": "should be a UUID"}
_CUSTOM = frozenset({"value_error", "assertion_error"})


class FieldError(BaseModel):
    """One place of a request that is not right: a JSON pointer into the body, or the name of a parameter."""

    model_config = ConfigDict(populate_by_name=True)

    within: str = Field(alias="in", description="body, query, path, header or cookie")
    pointer: str | None = Field(default=None, description="JSON pointer into the body, as a URI fragment")
    name: str | None = Field(default=None, description="name of the parameter")
    detail: str


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """The first fifty errors of pydantic as places."""
    return [_field_error(error) for error in list(errors)[:MAX_ERRORS]]


def _field_error(error: Mapping[str, Any]) -> FieldError:
    within, *path = error["loc"] or ("body",)
    detail = _detail(error)
    if within == "body":
        return FieldError(within="body", pointer=pointer_of(path), detail=detail)
    return FieldError(within=str(within), name="/".join(str(step) for step in path)[:MAX_PLACE], detail=detail)


def pointer_of(path: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901) as a URI fragment: `#/account/currency`."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return ("#" + "".join(f"/{step}" for step in steps))[:MAX_PLACE]


def _detail(error: Mapping[str, Any]) -> str:
    kind, text = str(error["type"]), str(error["msg"])
    if kind in _QUOTING:
        return _QUOTING[kind]
    if kind in _CUSTOM:
        text = text.partition(", ")[2] or text
        if _quotes(text, error.get("input")):
            return "is not valid"
    return text


def _quotes(text: str, value: Any) -> bool:
    """Whether a text of our own holds any part of what was sent."""
    if isinstance(value, Mapping):
        return any(_quotes(text, part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_quotes(text, part) for part in value)
    return value is not None and not isinstance(value, bool) and str(value) in text
