"""docs/generated/practices.md: every practice of the field with the code and the tests that are about it."""

from itertools import groupby
from typing import Any

import yaml

from tools.covered import NOTHING, cell, links, marked, named
from tools.generate import HEADING, ROOT

PATH = "docs/generated/practices.md"
DATA = ROOT / "docs" / "practices.yaml"
TEXTS = {
    "000": "Agents' skills",
    "001": "A credit union's talk",
    "002": "Collectors' logic",
    "003": "The borrower's side",
    "004": "Communication and consultation",
}


def practices() -> dict[str, dict[str, Any]]:
    """`{id: {service, says}}` of docs/practices.yaml."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text("utf-8"))
    return found


def documents() -> dict[str, str]:
    """The one document."""
    known = practices()
    code, tests = named(known), marked("practice")
    open_ = [id for id in known if id not in tests]
    parts = [
        f"# Practices\n\n{HEADING}\n\nWhat people who negotiate repayment have learnt, as capabilities "
        "([docs/practices.yaml](../practices.yaml)). *Code* are the files that name\na practice, *tests* those marked "
        f"with it. Of {len(known)} practices {len(known) - len(open_)} have tests; the others are not covered yet:\n"
        f"{', '.join(open_) or 'none'}.\n"
    ]
    for text, ids in groupby(known, key=lambda id: id.partition("-")[0]):
        rows = "\n".join(row(id, known[id], code.get(id, []), tests.get(id, [])) for id in ids)
        parts.append(
            f"## {TEXTS[text]}\n\n| practice | capability | service | code | tests |\n|---|---|---|---|---|\n{rows}\n"
        )
    return {PATH: "\n".join(parts)}


def row(id: str, practice: dict[str, Any], code: list[str], tests: list[str]) -> str:
    """One practice: its tests, or that there are none."""
    covered = links(tests) or NOTHING
    return f"| {id} | {cell(practice['says'])} | {practice['service']} | {links(code)} | {covered} |"
