"""Audit entries: who did what, to which object, when. They hold references and hashes, no personal data."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `detail` is JSON text."""

    at: datetime
    action: str
    case_id: UUID | None
    subject: str
    before_hash: str | None
    after_hash: str | None
    detail: str


def state_hash(state: Mapping[str, Any] | None) -> str | None:
    """SHA-256 of the state as canonical JSON (sorted keys, values as text where JSON has no type)."""
    if state is None:
        return None
    return hashlib.sha256(orjson.dumps(state, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def entry(
    at: datetime,
    action: str,
    subject: str,
    case_id: UUID | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    detail: Mapping[str, Any] | None,
) -> Entry:
    """The entry of an action on `subject`; what it was and became is kept as hashes."""
    told = orjson.dumps(dict(detail or {})).decode()
    return Entry(at, action, case_id, subject, state_hash(before), state_hash(after), told)
