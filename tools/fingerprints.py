"""docs/generated/workflow-fingerprints.json: the commands of every workflow, in the order of its source.

A running workflow is replayed by the code of today. When that code asks for other commands, or in another order, the
replay fails. The fingerprint makes such a change visible before it meets a running case.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATH = "docs/generated/workflow-fingerprints.json"
STUBS = {"OwnWrite": "step", "OutsideCall": "call"}
WAITS = {"until_nudged", "wait_condition", "sleep"}
CHILDREN = {"execute_child_workflow", "start_child_workflow"}
MARKS = {"patched", "deprecate_patch", "continue_as_new"}
DIRECT = {"execute_activity", "execute_local_activity", "start_activity", "start_local_activity"}


def stubs(module: ast.Module) -> dict[str, str]:
    """{variable: "step name"} for every activity stub that a module makes."""
    found = {}
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Call):
            kind = STUBS.get(_last(value.func))
            if kind and value.args and isinstance(value.args[0], ast.Constant):
                found[target.id] = f"{kind} {value.args[0].value!s}"
    return found


def _last(node: ast.expr) -> str:
    """The last name of `a`, `a.b` and `a[T]`."""
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def commands(body: ast.AST, known: dict[str, str]) -> list[str]:
    """What a piece of workflow code asks for, in source order. A stub counts where it is named, called or passed on."""
    parts = [node for node in ast.walk(body) if isinstance(node, ast.expr)]
    found = [(node.lineno, node.col_offset, text) for node in parts for text in _asked(node, known)]
    return [text for _, _, text in sorted(found)]


def _asked(node: ast.expr, known: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and _last(node) in known:
        yield known[_last(node)]
    if not isinstance(node, ast.Call):
        return
    name = _last(node.func)
    first = ast.unparse(node.args[0]) if node.args else ""
    if name in WAITS:
        yield f"wait {name}"
    elif name in CHILDREN:
        yield f"child {first}"
    elif name in DIRECT:
        yield f"activity {first}"
    elif name in MARKS:
        yield f"{name} {first}".strip()


def _is_workflow(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        _last(decorator.func if isinstance(decorator, ast.Call) else decorator) == "defn"
        for decorator in node.decorator_list
    )


def of_module(source: str, known: dict[str, str]) -> dict[str, list[str]]:
    """{workflow class: its commands}; helpers of the module count where they are written, after the classes."""
    module = ast.parse(source)
    names = known | stubs(module)
    helpers = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    shared = [text for helper in helpers for text in commands(helper, names)]
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    mixins = [text for node in classes if not _is_workflow(node) for text in commands(node, names)]
    return {node.name: [*commands(node, names), *mixins, *shared] for node in classes if _is_workflow(node)}


def fingerprints(services: Path) -> dict[str, list[str]]:
    """{service.Workflow: its commands} for everything in the `workflows` packages below `services`."""
    found: dict[str, list[str]] = {}
    common: dict[str, str] = {}
    for file in sorted((services / "common" / "durable").glob("*.py")):
        common |= stubs(ast.parse(file.read_text("utf-8")))
    for folder in sorted(services.glob("*/workflows")):
        known = dict(common)
        sources = {file: file.read_text("utf-8") for file in sorted(folder.rglob("*.py"))}
        for text in sources.values():
            known |= stubs(ast.parse(text))
        for text in sources.values():
            for name, asked in of_module(text, known).items():
                found[f"{folder.parent.name}.{name}"] = asked
    return dict(sorted(found.items()))


def documents() -> dict[str, str]:
    """The one document."""
    return {PATH: json.dumps(fingerprints(ROOT / "services"), indent=2, ensure_ascii=False) + "\n"}
