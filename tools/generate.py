"""Print every generated document anew: `python -m tools.generate`; with `--check`, only say which are stale.

A generator is a module with `documents()`, which returns {path from the root of the project: text}.
"""

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATORS = (
    "generate_schemas",
    "generate_asyncapi",
    "generate_problems",
    "generate_rules",
    "generate_practices",
    "generate_language",
    "generate_situation",
    "generate_plan_situation",
    "fingerprints",
)
HEADING = "Printed from the code by `python -m tools.generate`; do not edit."


def documents(generator: str) -> dict[str, str]:
    """What one generator prints now, by path."""
    printed: dict[str, str] = import_module(f"tools.{generator}").documents()
    return printed


def stale(printed: dict[str, str], root: Path = ROOT) -> list[str]:
    """The paths whose committed text is not what is printed now, sorted."""
    return sorted(path for path, text in printed.items() if _committed(root / path) != text)


def _committed(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def main(arguments: list[str]) -> int:
    """Return 1 when `--check` finds something stale, otherwise 0."""
    found = [(path, text) for name in GENERATORS for path, text in documents(name).items()]
    old = stale(dict(found))
    for path in old:
        print(("stale: " if "--check" in arguments else "written: ") + path)
        if "--check" not in arguments:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(dict(found)[path], "utf-8")
    return int(bool(old) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
