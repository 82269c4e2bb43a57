"""CloudEvents 1.0 in binary mode: attributes travel as Kafka headers, the payload as JSON.

Extension attributes: `caseversion` (1, 2, 3 … without gaps per source and subject; absent on events of the bank)
and `correlationid`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

SPEC_VERSION = "1.0"
CONTENT_TYPE = b"application/json"


class EventPayload(BaseModel):
    """Base of every payload. Unknown fields are ignored, so that a producer may add some before its consumers know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    topic: ClassVar[str]

    def key(self) -> str:
        """The Kafka key and CloudEvents subject."""
        raise TypeError(f"{type(self).__name__} does not say its key")


class MalformedEvent(ValueError):
    """A message that is no CloudEvent of a known shape; the text names what is wrong, never a value."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it travels: its attributes and its payload as JSON bytes."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    body: bytes
    version: int | None = None
    correlation_id: str | None = None

    @property
    def payload_hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def headers(self) -> dict[str, str]:
        """The CloudEvents attributes by header name."""
        found = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_subject": self.subject,
            "ce_time": self.time.isoformat(),
            "content-type": CONTENT_TYPE.decode(),
        }
        if self.version is not None:
            found["ce_caseversion"] = str(self.version)
        if self.correlation_id is not None:
            found["ce_correlationid"] = self.correlation_id
        return found


def source_of(service: str, topic: str) -> str:
    """The CloudEvents source of what `service` says on `topic`: `/plans/tasks` for plans on forbear.tasks."""
    return f"/{service}/{topic.rsplit('.', 1)[-1]}"


def event_from(headers: Iterable[tuple[str, bytes]] | Mapping[str, str], body: bytes | None) -> Event:
    """Read an event back from Kafka headers and value, or raise `MalformedEvent` naming the header at fault."""
    pairs: Iterable[tuple[str, Any]] = headers.items() if isinstance(headers, Mapping) else headers
    found: dict[str, str] = {}
    for name, value in pairs:
        try:
            text = value.decode("utf-8") if isinstance(value, bytes) else str(value)
        except UnicodeDecodeError as error:
            raise MalformedEvent(f"header {name[:40]!r} is not UTF-8") from error
        if name in found:
            raise MalformedEvent(f"header {name[:40]!r} is given twice")
        found[name] = text
    if found.get("ce_specversion") != SPEC_VERSION:
        raise MalformedEvent("header ce_specversion is not 1.0")
    for name in ("ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"):
        if not found.get(name):
            raise MalformedEvent(f"header {name} is missing")
    if body is None:
        raise MalformedEvent("the message has no body")
    return Event(
        id=found["ce_id"],
        source=found["ce_source"],
        type=found["ce_type"],
        subject=found["ce_subject"],
        time=_instant(found["ce_time"]),
        body=body,
        version=_version(found.get("ce_caseversion")),
        correlation_id=found.get("ce_correlationid"),
    )


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedEvent("header ce_time is no RFC 3339 time") from error
    if instant.tzinfo is None:
        raise MalformedEvent("header ce_time has no offset")
    return instant


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 2**31:
        raise MalformedEvent("header ce_caseversion is no positive number")
    return int(text)
