"""No workflow ends failed: a step is taken through `attempt` (or what is built on it), never called bare."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted(ROOT.glob("services/*/workflows/*.py"))


def bare_calls(source: str) -> list[str]:
    """Name the steps that a module calls itself, where a refusal for good would end the workflow."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "steps"
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_steps_are_attempted(path: Path) -> None:
    assert bare_calls(path.read_text()) == []


def test_a_bare_call_is_found() -> None:
    assert bare_calls("async def run(x): return await steps.look(x)") == ["look"]
    assert bare_calls("async def run(self, x): return await self.attempt(x, 'look', steps.look, x)") == []
