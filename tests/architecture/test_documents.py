"""Documents do not rot: what is printed from the code is fresh, links lead somewhere, and the project stands alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from forbear.cli import CommandsOfModules, cli
from services.intake.domain.case_state import LABELS, TRANSITIONS

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
#: What belongs to the place where a text was written and means nothing to its reader. Put together from parts, so
#: that this file does not contain what it looks for.
FOREIGN = {
    "a path of the machine it was written on": r"(?<![\w.-])/(work|root|home/\w+)/|/tmp/la" + "b",
    "a folder beside the project": r"\.\./share" + r"d\b",
    "the host of a package registry": r"files\.python" + r"hosted|pypi\." + r"org|registry\.npm" + "js|repo1?\\.maven",
    "the number of an issue elsewhere": r"\b[Ii]ssue" + r" #?\d",
    "how the text came to be": r"\b(this|earlier|next|previous) ses" + r"sion\b|\bAI[- ]genera" + "ted",
    "something left to do": r"\bTO" + r"DO\b|\bFIX" + r"ME\b",
}
#: Texts that are not ours: licence texts, pins with hashes, and tables of data.
NOT_OURS = {"LICENSE", "requirements/runtime.txt", "requirements/dev.txt"}
TEXT = {
    ".cfg", ".css", ".csv", ".html", ".in", ".ini", ".js", ".json", ".mako", ".md", ".po", ".py", ".sh", ".sql",
    ".toml", ".txt", ".yaml", ".yml", "",
}  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:  # an unpacked archive has no git
        hidden = {".git", ".venv", ".forbear"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.parts)]
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def broken_links(page: Path) -> list[str]:
    """The relative links of a page whose file or heading does not exist."""
    text = FENCE.sub("", page.read_text("utf-8"))
    found = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (heading and heading not in anchors(file)):
            found.append(target)
    return found


def anchors(page: Path) -> set[str]:
    """The anchors that a Markdown page has for its headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE) if page.suffix == ".md" else []
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def foreign(text: str) -> list[str]:
    """What a text says that only its writer could know."""
    return [what for what, pattern in FOREIGN.items() if re.search(pattern, text)]


def test_printed_documents_are_fresh() -> None:
    """In a process of its own, so that what tests define is not printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.generate", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `python -m tools.generate`\n{done.stdout}{done.stderr}"


def test_no_printed_document_is_left_over() -> None:
    code = "from tools.generate import *; print(*(p for g in GENERATORS for p in documents(g)), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    committed = {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "generated").iterdir()}
    assert committed <= set(done.stdout.split())


def test_links_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md"]
    assert len(pages) > 10, "the list of pages is not plausible"
    broken = {str(page.relative_to(ROOT)): links for page in pages if (links := broken_links(page))}
    assert broken == {}


def test_every_decision_and_runbook_is_listed() -> None:
    for folder in ("adr", "runbooks"):
        index = (ROOT / "docs" / folder / "README.md").read_text("utf-8")
        names = {path.name for path in (ROOT / "docs" / folder).glob("*.md")} - {"README.md"}
        assert names and not [name for name in names if f"({name})" not in index]


def test_journey_shows_only_steps_that_are_legal() -> None:
    legal = {(step.source, step.trigger, step.target) for step in TRANSITIONS}
    diagram = (ROOT / "docs" / "journey.md").read_text("utf-8").partition("```mermaid")[2].partition("```")[0]
    shown = {
        (source, trigger, target)
        for source, target, triggers in re.findall(r"(\w+) --> (\w+): (.+)", diagram)
        for trigger in triggers.split(", ")
    }
    assert len(shown) > 20 and shown <= legal


def test_glossary_names_the_states_as_the_code_does() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    assert dict(re.findall(r"\| `([A-Z_]+)` \| ([\u4e00-\u9fff]+) ", text)) == {
        str(s): said["zh"] for s, said in LABELS.items()
    }


def test_commands_that_pages_name_exist() -> None:
    named = re.compile(r"(?:^|`|bin/)forbear ([a-z][a-z-]*)", re.MULTILINE)
    pages = {path: set(named.findall(path.read_text("utf-8"))) for path in tracked() if path.suffix == ".md"}
    assert isinstance(cli, CommandsOfModules)
    known = set(cli.list_commands(None))
    assert set.union(*pages.values()) >= {"up", "doctor", "republish"}, "the search for commands is not plausible"
    unknown = {str(path.relative_to(ROOT)): gone for path, names in pages.items() if (gone := names - known)}
    assert unknown == {}


def test_project_stands_alone() -> None:
    texts = [path for path in tracked() if path.suffix in TEXT and str(path.relative_to(ROOT)) not in NOT_OURS]
    found = {str(path.relative_to(ROOT)): said for path in texts if (said := foreign(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /wor" + "k/main/x",
        "in ../share" + "d/design.md",
        "https://pypi" + ".org/simple",
        "as issue" + " 3 says",
        "in this ses" + "sion",
        "# TO" + "DO later",
    ],
)
def test_foreign_text_is_found(text: str) -> None:
    assert len(foreign(text)) == 1


def test_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One heading\n[a](#one-heading) [b](gone.md) [c](https://x.y/z) [d](#gone) [e](page.md)\n")
    assert broken_links(page) == ["gone.md", "#gone"]
