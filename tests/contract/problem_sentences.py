"""The sentences that the code says in problems, found by reading it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from services.common.runtime.http.problem_words import GAP

ROOT = Path(__file__).resolve().parents[2]


def sentences(kinds: dict[str, str], *folders: str) -> Iterator[tuple[str, str]]:
    """(problem, detail) of every error that is made in the Python files below the folders; `kinds`: class to problem.

    What is put in while it runs is {}. A detail that is no text in the code (another service's, a rule's) is left out.
    """
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and (name := _name(node.func)) in kinds:
                    said = _text(node.args[0])
                    if said is not None:
                        yield kinds[name], said


def _name(node: ast.expr) -> str:
    """The last name of what is called."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return None
