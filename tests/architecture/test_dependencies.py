"""Every direct dependency is explained, pinned with hashes, and free of addresses and copyleft."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
NAME = re.compile(r"^([A-Za-z0-9._-]+)")
PIN = re.compile(r"^([a-z0-9._-]+)(\[[a-z0-9,_-]+\])?==\S+", re.MULTILINE)
COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (Affero|Lesser|General)", re.IGNORECASE)


def asked(file: str) -> set[str]:
    """Return the names in one .in file."""
    lines = (REQUIREMENTS / file).read_text().splitlines()
    return {match[1].lower() for line in lines if not line.startswith("-") and (match := NAME.match(line))}


def documented(heading: str) -> dict[str, str]:
    """Return {package: licence} of the table whose heading names an .in file."""
    sections = (ROOT / "docs" / "dependencies.md").read_text().split("\n## ")
    section = next(text for text in sections if heading in text.splitlines()[0])
    rows = (line.split("|") for line in section.splitlines() if line.startswith("| ") and "| licence |" not in line)
    return {cells[1].strip().lower(): cells[2].strip() for cells in rows}


@pytest.mark.parametrize("file", ["runtime.in", "dev.in"])
def test_every_direct_dependency_is_documented(file: str) -> None:
    assert set(documented(file)) == asked(file)


def test_no_copyleft_at_run_time() -> None:
    assert not [name for name, licence in documented("runtime.in").items() if COPYLEFT.search(licence)]
    pinned = PIN.findall((REQUIREMENTS / "runtime.txt").read_text())
    found = {}
    for name, _ in pinned:
        try:
            known = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # for another platform
            continue
        said = " ".join([*(known.get_all("License-Expression") or []), *(known.get_all("Classifier") or [])])
        if COPYLEFT.search(said):
            found[name] = said
    assert not found


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_pins_carry_hashes_and_no_addresses(file: str) -> None:
    text = (REQUIREMENTS / file).read_text()
    assert not re.search(r"://|--(index-url|extra-index-url|find-links|trusted-host)|file:", text)
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    pins = [block for block in blocks if PIN.match(block)]
    assert len(pins) > 30
    assert not [block.splitlines()[0] for block in pins if "--hash=sha256:" not in block]
