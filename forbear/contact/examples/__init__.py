"""Situations for every pack, with the verdict that each has: `<pack>.json`, read by people, tests and the command."""

import json
from importlib.resources import files
from typing import Any


def examples() -> list[dict[str, Any]]:
    """`{"verdict", "rules", "earliest", "situation"}` of every example; `rules` are those that refuse."""
    found = sorted((one for one in files(__name__).iterdir() if one.name.endswith(".json")), key=lambda one: one.name)
    return [example for one in found for example in json.loads(one.read_text("utf-8"))]


def situations() -> list[dict[str, Any]]:
    """Only what is asked."""
    return [example["situation"] for example in examples()]
