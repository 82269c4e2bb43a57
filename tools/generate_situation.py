"""docs/generated/contact-situation.schema.json: the form of what `forbear check contact` reads."""

import json

from forbear.contact.situation import schema

PATH = "docs/generated/contact-situation.schema.json"


def documents() -> dict[str, str]:
    """The one document."""
    return {PATH: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"}
