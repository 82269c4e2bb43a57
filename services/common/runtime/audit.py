"""Audit entries: who did what, to which object, when. They hold references and hashes, no personal data."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql

ENTRY = Sql(
    """
    INSERT INTO audit_entry
        (at, actor, acting_for, action, case_id, subject, before_hash, after_hash, correlation_id, detail)
    VALUES
        (:at, :actor, :acting_for, :action, :case_id, :subject, :before_hash, :after_hash, :correlation_id, :detail)
    """
)


def state_hash(state: Mapping[str, Any] | None) -> str | None:
    """SHA-256 of the state as canonical JSON (sorted keys, values as text where JSON has no type)."""
    if state is None:
        return None
    return hashlib.sha256(orjson.dumps(state, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def audit_row(
    caller: Caller,
    at: datetime,
    action: str,
    subject: str,
    case_id: UUID | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    detail: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The row of one entry."""
    return {
        "at": at,
        "actor": caller.subject,
        "acting_for": caller.acting_for,
        "action": action,
        "case_id": case_id,
        "subject": subject,
        "before_hash": state_hash(before),
        "after_hash": state_hash(after),
        "correlation_id": caller.correlation_id,
        "detail": orjson.dumps(dict(detail or {})).decode(),
    }
