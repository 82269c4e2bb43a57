"""Situations to plan for, one in each file, read by people, tests and the command."""

import json
from importlib.resources import files
from typing import Any


def situations() -> list[dict[str, Any]]:
    """Every example, by its file's name."""
    found = sorted((one for one in files(__name__).iterdir() if one.name.endswith(".json")), key=lambda one: one.name)
    return [json.loads(one.read_text("utf-8")) for one in found]
