"""Documents and answers that a borrower reads are checked like messages, with numbers in the place of their gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contact.domain.language import check

SERVICES = Path(__file__).resolve().parents[2] / "services"
FILES = sorted(str(path.relative_to(SERVICES)) for path in SERVICES.glob("*/documents/*.yaml"))
DAYS = ("due", "end", "until", "_on", "expires")
COUNTS = ("count", "level", "days", "number")


def worded(entry: Any) -> Iterator[tuple[str, str]]:
    """Every text of a file with its language."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("zh", "en") and isinstance(value, str):
                yield key, value
            else:
                yield from worded(value)
    elif isinstance(entry, list):
        for one in entry:
            yield from worded(one)


def filled(gap: re.Match[str]) -> str:
    name = gap[1]
    if any(part in name for part in COUNTS):
        return "12"
    return "2026-05-01" if any(part in name for part in DAYS) else "CNY 500.00"


@pytest.mark.practice("000-02")
@pytest.mark.parametrize("name", FILES)
def test_a_document_passes_the_language_check(name: str) -> None:
    texts = list(worded(yaml.safe_load((SERVICES / name).read_text("utf-8"))))
    assert texts
    for language, text in texts:
        said = check(re.sub(r"\{(\w+)\}", filled, text), language)
        assert said.verdict != "block", (text, said.findings)


def test_a_document_that_would_be_blocked_is_found() -> None:
    (language, text), *_ = worded({"sections": [{"zh": "不还{payment}就让警察抓你。", "en": "We listen."}]})
    assert check(re.sub(r"\{(\w+)\}", filled, text), language).verdict == "block"
