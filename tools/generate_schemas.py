"""The JSON Schema of every event payload, one file per type, from the models that producers and consumers use."""

import json
from typing import Any

from services.common.contracts.envelope import EventPayload
from services.common.contracts.events import BY_TYPE

FOLDER = "services/common/contracts/schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(payload: type[EventPayload]) -> dict[str, Any]:
    """The schema of one payload. It allows unknown fields, because a producer may add some before others know them."""
    return {
        "$schema": DIALECT,
        "$id": f"https://forbear.dev/events/{payload.type}.json",
        **payload.model_json_schema(),
    }


def documents() -> dict[str, str]:
    """{path: schema as JSON} for every event type."""
    return {
        f"{FOLDER}/{name}.json": json.dumps(schema(payload), indent=2, ensure_ascii=False) + "\n"
        for name, payload in sorted(BY_TYPE.items())
    }
