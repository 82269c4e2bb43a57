"""Which code and which tests are about a rule or a practice, from their ids in the sources."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.generate import ROOT

#: Where code says which rule it keeps; the packs only say what the rules are, and the kernel knows none.
CODE = ("services", "forbear")
NOT_CODE = ("services/common/packs/", "services/common/kernel/")
NOTHING = "not covered yet"


def marked(kind: str, root: Path = ROOT) -> Mapping[str, list[str]]:
    """Test files by the id that `@pytest.mark.<kind>("id")` names in them, or that they give to a function of their own
    which marks with its `*arguments`; sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / "tests").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        marking = {f"pytest.mark.{kind}": 0} | _marking(nodes, f"pytest.mark.{kind}")
        for node in nodes:
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in marking:
                for argument in node.args[marking[name] :]:
                    if isinstance(argument, ast.Constant):
                        found[str(argument.value)].add(str(path.relative_to(root)))
    return {id: sorted(paths) for id, paths in found.items()}


def _marking(nodes: Iterable[ast.AST], mark: str) -> dict[str, int]:
    """Functions that hand their `*arguments` on to a mark, each with how many arguments come before these."""
    return {
        node.name: len(node.args.posonlyargs) + len(node.args.args)
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.args.vararg is not None
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == mark
        and [ast.unparse(argument) for argument in call.args] == [f"*{node.args.vararg.arg}"]
    }


def named(ids: Iterable[str], root: Path = ROOT) -> Mapping[str, list[str]]:
    """Source and policy files by the id that they name, sorted."""
    pattern = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, ids), key=len, reverse=True))})(?![\w-])")
    found: dict[str, set[str]] = defaultdict(set)
    for path in _sources(root):
        for id in pattern.findall(path.read_text("utf-8")):
            found[id].add(str(path.relative_to(root)))
    return {id: sorted(paths) for id, paths in found.items()}


#: How code asks every rule of the packs of a case that has a number of some name, or a limit in some dimension.
ASKS_EVERY_RULE = {"having", "limiting"}


def numbered(names: Mapping[str, Iterable[str]], root: Path = ROOT) -> Mapping[str, list[str]]:
    """Source files by the rule for whose numbers they ask every rule of a case, sorted; they name no rule.

    `names` has for each rule its parameters and the dimensions in which packs are compared. Words without "_" could be
    anything, and count for nothing.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for id, own in names.items():
        for name in own:
            if "_" in name:
                wanted[name].add(id)
    found: dict[str, set[str]] = defaultdict(set)
    for path in _sources(root):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8")))) if path.suffix == ".py" else []
        if any(isinstance(node, ast.Attribute) and node.attr in ASKS_EVERY_RULE for node in nodes):
            for node in nodes:
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for id in wanted.get(node.value, ()):
                        found[id].add(str(path.relative_to(root)))
    return {id: sorted(paths) for id, paths in found.items()}


def _sources(root: Path) -> Iterator[Path]:
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            name = str(path.relative_to(root))
            if path.suffix in (".py", ".yaml") and path.is_file() and not name.startswith(NOT_CODE):
                yield path


def links(paths: Iterable[str]) -> str:
    """Links from a page of docs/generated to files of the project, by their short names."""
    return ", ".join(f"[{short(path)}](../../{path})" for path in paths)


def short(path: str) -> str:
    """`services/contact/domain/rules.py` as `contact/domain/rules`, a test as its name."""
    stem = str(Path(path).with_suffix(""))
    return Path(stem).name if stem.startswith("tests/") else stem.removeprefix("services/").removesuffix("/__init__")


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")
