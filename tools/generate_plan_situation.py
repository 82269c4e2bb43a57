"""docs/generated/plan-situation.schema.json: the form of what `forbear plan` reads."""

import json

from forbear.plan.situation import schema

PATH = "docs/generated/plan-situation.schema.json"


def documents() -> dict[str, str]:
    """The one document."""
    return {PATH: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"}
