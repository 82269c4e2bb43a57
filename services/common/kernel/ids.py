"""Ids from business identity: the same facts give the same id, in every process and on every retry."""

from __future__ import annotations

import json
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:forbear")


def business_uuid(kind: str, *parts: str) -> UUID:
    """UUID of a thing of `kind` identified by `parts`, e.g. `business_uuid("plan", case_id, "1")`.

    Parts are joined as a JSON list, so ("a", "bc") and ("ab", "c") differ. ValueError when a part is empty:
    then the identity is not known.
    """
    if not parts or not all((kind, *parts)):
        raise ValueError("a business id needs a kind and at least one part, all of them non-empty")
    return uuid5(_NAMESPACE, json.dumps([kind, *parts], ensure_ascii=False, separators=(",", ":")))
