"""Loading the packs when a process starts: all of them, whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.common.packs.entries import PackFile
from services.common.packs.overlay import overlaid
from services.common.packs.parameters import Stricter
from services.common.packs.reading import PackInvalid, Source, read
from services.common.packs.rules import Pack, Packs

FOLDER = "services/common/packs/jurisdictions"


def load_packs(overlay: Path | None = None) -> Packs:
    """Read our packs, with the bank's own folder of files on top. PackInvalid with every error, at file and line."""
    return _ours() if overlay is None else overlaid(_ours(), overlay)


@cache
def _ours() -> Packs:
    packaged = files("services.common.packs") / "jurisdictions"
    return assemble({f"{FOLDER}/{file.name}": file.read_text("utf-8") for file in packaged.iterdir()})


def assemble(texts: dict[str, str]) -> Packs:
    """Packs from texts by the name of their file. PackInvalid with every error."""
    problems: list[str] = []
    found: list[tuple[Source, PackFile]] = []
    for name, text in sorted(texts.items()):
        try:
            source = with_defaults(read(name, text))
            found.append((source, source.into(PackFile)))
        except PackInvalid as invalid:
            problems += invalid.problems
    problems += _disagreements(found)
    if problems:
        raise PackInvalid(problems)
    return Packs({file.pack: _pack(source, file) for source, file in found})


def with_defaults(source: Source) -> Source:
    """The file with its `defaults` in every entry that says nothing else."""
    if not isinstance(source.data, dict):
        raise PackInvalid([source.at((), "a pack is a mapping with pack, title, title_zh and rules")])
    data = dict(source.data)
    defaults = data.pop("defaults", {})
    entries = data.get("rules")
    if isinstance(defaults, dict) and isinstance(entries, list):
        data["rules"] = [defaults | entry if isinstance(entry, dict) else entry for entry in entries]
    return Source(source.name, data, source.lines)


def _pack(source: Source, file: PackFile) -> Pack:
    rules = tuple(
        rule
        for k, entry in enumerate(file.rules)
        for rule in entry.rules(file.pack, f"{source.name}:{source.lines[('rules', k)]}")
    )
    return Pack(file.pack, file.title, file.title_zh, file.within, rules)


def _disagreements(found: list[tuple[Source, PackFile]]) -> Iterator[str]:
    """What is wrong between files: names, ids that are there twice, dimensions that cannot be compared."""
    names = {file.pack for _, file in found}
    ids: dict[str, str] = {}
    dimensions: dict[str, tuple[Stricter, bool, str]] = {}
    for source, file in found:
        if Path(source.name).name != f"{file.pack}.yaml":
            yield source.at(("pack",), f"the file of pack {file.pack} is called {file.pack}.yaml")
        if file.within is not None and file.within not in names - {file.pack}:
            yield source.at(("within",), f"there is no other pack {file.within}")
        for k, entry in enumerate(file.rules):
            first = ids.setdefault(entry.id, source.at(("rules", k, "id"), "")[:-2])
            if first != source.at(("rules", k, "id"), "")[:-2]:
                yield source.at(("rules", k, "id"), f"{entry.id} is there already, at {first}")
            for name, parameter in entry.parameters.items():
                if parameter.dimension is None:
                    continue
                place = ("rules", k, "parameters", name, "dimension")
                kind: Any = (parameter.stricter, isinstance(parameter.value, str), source.at(place, "")[:-2])
                known = dimensions.setdefault(parameter.dimension, kind)
                if known[:2] != kind[:2]:
                    yield source.at(place, f"{parameter.dimension} is of another kind at {known[2]}")
