"""docs/generated/practices.md: every practice of the field with what makes it true, and the tests that are about it."""

from itertools import groupby
from typing import Any

import yaml

from tools.covered import NOTHING, cell, links, marked
from tools.generate import HEADING, ROOT
from tools.practice_numbers import SERVICE, numbers

PATH = "docs/generated/practices.md"
DATA = ROOT / "docs" / "practices.yaml"
TEXTS = {
    "000": "Agents' skills",
    "001": "A credit union's talk",
    "002": "Collectors' logic",
    "003": "The borrower's side",
    "004": "Communication and consultation",
}
COLUMNS = ("practice", "capability", "service", "code", "numbers and dates", "source", "tests")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def practices() -> dict[str, dict[str, Any]]:
    """`{id: {service, says, source, code, policy, rules}}` of docs/practices.yaml; the last two only where needed."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text("utf-8"))
    return found


def documents() -> dict[str, str]:
    """The one document. ValueError where a practice names a module or number that is not there."""
    known = practices()
    tests = marked("practice")
    open_ = [id for id in known if id not in tests]
    parts = [
        f"# Practices\n\n{HEADING}\n\nWhat people who negotiate repayment have learnt, as capabilities "
        "([docs/practices.yaml](../practices.yaml)). *Code* are the modules\nthat make a practice true, *numbers and "
        "dates* those of the dated policies and rule packs that it goes by, *source*\nis the section of the text that "
        "the practice comes from, in our words, and *tests* are those marked with it. Of\n"
        f"{len(known)} practices {len(known) - len(open_)} have tests; the others are {NOTHING}: "
        f"{', '.join(open_) or 'none'}.\n"
    ]
    for text, ids in groupby(known, key=lambda id: id.partition("-")[0]):
        rows = "\n".join(row(id, known[id], tests.get(id, [])) for id in ids)
        parts.append(f"## {TEXTS[text]}\n\n{HEAD}\n{rows}\n")
    return {PATH: "\n".join(parts)}


def row(id: str, practice: dict[str, Any], tests: list[str]) -> str:
    """One practice: its code and tests, or that there are none."""
    absent = [path for path in practice["code"] if not (ROOT / SERVICE / path).is_file()]
    if absent:
        raise ValueError(f"{id} names code that is not there: {', '.join(absent)}")
    cells = [
        id,
        cell(practice["says"]),
        practice["service"],
        links(SERVICE + path for path in practice["code"]) or NOTHING,
        cell(numbers(practice.get("policy", {}), practice.get("rules", {}))),
        cell(f"{TEXTS[id.partition('-')[0]]}, {practice['source']}"),
        links(tests) or NOTHING,
    ]
    return f"| {' | '.join(cells)} |"
