"""YAML with the line of every value, so that what is wrong in a pack can be shown in its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from services.common.kernel.policy_file import PolicyFileInvalid

Place = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


class PackInvalid(PolicyFileInvalid):
    """Packs or their overlay are wrong; nothing may start. `problems` are "file:line: reason", all that were found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Source:
    """One file as read: its name for people, its data, and the line of each place in it (from 1)."""

    name: str
    data: Any
    lines: dict[Place, int]

    def at(self, place: Place, reason: str) -> str:
        """The reason with file and line; the nearest line above where the place itself has none."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.name}:{self.lines.get(place, 1)}: {reason}"

    def into(self, model: type[M]) -> M:
        """The data as `model`. PackInvalid with every error at its line."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            raise PackInvalid(self.at(e["loc"], _said(e["loc"], e["msg"])) for e in found) from None


def read(path: PurePath | str, text: str) -> Source:
    """Read one file. PackInvalid for what is not YAML, a key that is there twice, or something that is not plain."""
    name = str(path)
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Place, int] = {}
        data = None if node is None else _plain(loader, node, (), lines, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackInvalid([f"{name}:{line}: {error.problem or 'this is not YAML'}"]) from None
    except yaml.YAMLError as error:
        raise PackInvalid([f"{name}:1: {error}"]) from None
    finally:
        loader.dispose()
    return Source(name, data, lines)


def _plain(loader: yaml.SafeLoader, node: yaml.Node, place: Place, lines: dict[Place, int], name: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*place, k), lines, name) for k, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            said = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not said or said in found or said == "<<":
                reason = f'the key "{said}" is there twice' if said in found else "a key is one plain word"
                raise PackInvalid([f"{name}:{key.start_mark.line + 1}: {reason}"])
            lines[(*place, said)] = key.start_mark.line + 1
            found[said] = _plain(loader, value, (*place, said), lines, name)
        return found
    if node.tag == "tag:yaml.org,2002:float":
        return Decimal(node.value.replace("_", ""))
    try:
        return loader.construct_object(node, deep=True)
    except ValueError as error:  # 2026-02-30 looks like a date
        raise PackInvalid([f"{name}:{line}: {error}"]) from None


def _said(place: Place, message: str) -> str:
    where = ".".join(str(step) for step in place if not isinstance(step, int))
    said = message.removeprefix("Value error, ")
    return f"{where}: {said}" if where else said
