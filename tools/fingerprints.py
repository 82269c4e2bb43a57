"""docs/generated/workflow-fingerprints.json: what every function of workflow code asks for, in the order of its source.

A running workflow is replayed by the code of today. When that code asks for other commands, or in another order, the
replay fails. The fingerprint makes such a change visible before it meets a running case. Listed are activity steps,
children, waits, patches, and calls of other functions that are listed themselves.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATH = "docs/generated/workflow-fingerprints.json"
STUBS = {"OwnWrite": "step", "OutsideCall": "call"}
KINDS = {
    "until_nudged": "wait",
    "wait_condition": "wait",
    "sleep": "wait",
    "execute_child_workflow": "child",
    "start_child_workflow": "child",
    "execute_activity": "activity",
    "execute_local_activity": "local activity",
    "start_activity": "activity",
    "start_local_activity": "local activity",
    "patched": "patched",
    "deprecate_patch": "deprecated patch",
    "continue_as_new": "continue as new",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Code:
    """The workflow code of one service: activity stubs by variable, functions by qualified name, workflow classes."""

    stubs: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    workflows: list[str] = field(default_factory=list)

    def read(self, name: str, source: str) -> None:
        """Add one module."""
        module = ast.parse(source)
        self.stubs |= _stubs(module)
        for node in module.body:
            if isinstance(node, Function):
                self.functions[f"{name}.{node.name}"] = node
            elif isinstance(node, ast.ClassDef):
                self.workflows += [node.name] if _is_workflow(node) else []
                own = [part for part in node.body if isinstance(part, Function)]
                self.functions |= {f"{name}.{node.name}.{part.name}": part for part in own}

    def fingerprint(self) -> dict[str, list[str]]:
        """{function: its commands} for every function that has some, directly or by a function it calls."""
        helpers: set[str] = set()
        while True:
            found = {name: self._commands(function, helpers) for name, function in self.functions.items()}
            asking = {name.rpartition(".")[2] for name, commands in found.items() if commands} - KINDS.keys()
            if asking == helpers:
                return {name: commands for name, commands in sorted(found.items()) if commands}
            helpers = asking

    def _commands(self, function: Function, helpers: set[str]) -> list[str]:
        parts = [node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.expr)]
        found = [(node.lineno, node.col_offset, text) for node in parts for text in self._asked(node, helpers)]
        return [text for _, _, text in sorted(found)]

    def _asked(self, node: ast.expr, helpers: set[str]) -> Iterator[str]:
        """A stub counts where it is named, whether called or passed on; everything else where it is called."""
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and _last(node) in self.stubs:
            yield self.stubs[_last(node)]
        elif isinstance(node, ast.Call) and _last(node.func) in KINDS:
            kind = KINDS[_last(node.func)]
            yield f"{kind} {ast.unparse(node.args[0])}" if node.args and kind != "wait" else kind
        elif isinstance(node, ast.Call) and _last(node.func) in helpers:
            constants = [_last(argument) for argument in node.args if _last(argument).isupper()]
            yield " ".join(["->", _last(node.func), *constants])


def _stubs(module: ast.Module) -> dict[str, str]:
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
    """The last name of `a`, `a.b` and `a[T]`; empty for anything else."""
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_workflow(node: ast.ClassDef) -> bool:
    decorators = [part.func if isinstance(part, ast.Call) else part for part in node.decorator_list]
    return any(_last(decorator) == "defn" for decorator in decorators)


def workflow_code(services: Path) -> dict[str, Code]:
    """{service: its workflow code}; what all of them share is under `common`, and its stubs are known everywhere."""
    shared = Code()
    for file in sorted((services / "common" / "durable").glob("*.py")):
        shared.read(file.stem, file.read_text("utf-8"))
    found = {"common": shared}
    for folder in sorted(services.glob("*/workflows")):
        code = found[folder.parent.name] = Code(stubs=dict(shared.stubs), functions=dict(shared.functions))
        for file in sorted(folder.rglob("*.py")):
            code.read(file.stem, file.read_text("utf-8"))
    return found


def fingerprints(services: Path) -> dict[str, list[str]]:
    """{service.module.Class.function: its commands} for all workflow code below `services`."""
    code = workflow_code(services)
    shared = code["common"].fingerprint()
    found = {f"common.{name}": commands for name, commands in shared.items()}
    for service, own in code.items():
        found |= {f"{service}.{name}": asked for name, asked in own.fingerprint().items() if name not in shared}
    return dict(sorted(found.items()))


def documents() -> dict[str, str]:
    """The one document."""
    return {PATH: json.dumps(fingerprints(ROOT / "services"), indent=2, ensure_ascii=False) + "\n"}
