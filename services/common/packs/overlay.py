"""A bank's own files on top of the packs: they add rules and tighten parameters, and never loosen one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from services.common.packs.entries import Entry, FileModel, ParameterName, RuleId
from services.common.packs.parameters import Parameter, Stricter
from services.common.packs.reading import PackInvalid, Place, Source, read
from services.common.packs.rules import Pack, Packs, Rule
from services.common.packs.vocabulary import Strength


class Tightening(FileModel):
    """Stricter values of one of our rules from a day on; `source` is the bank's own decision."""

    id: RuleId
    effective_from: date
    source: Annotated[str, Field(min_length=3)]
    reviewed: date
    strength: Strength | None = None
    parameters: Annotated[dict[ParameterName, Any], Field(default_factory=dict)]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.strength is None and not self.parameters:
            raise ValueError(f"{self.id}: neither a parameter nor the strength is given")
        return self


class OverlayFile(FileModel):
    """What a bank adds to one pack."""

    pack: str
    tighten: tuple[Tightening, ...] = ()
    add: tuple[Entry, ...] = ()


def overlaid(packs: Packs, folder: Path) -> Packs:
    """The packs with the files of `folder` applied. PackInvalid with every error, at file and line."""
    if not folder.is_dir():
        raise PackInvalid([f"{folder}:1: the folder of the overlay is not there"])
    problems: list[str] = []
    changed = dict(packs.by_name)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        try:
            source = _read(path)
            file = source.into(OverlayFile)
            _applied(source, file, changed)
        except PackInvalid as invalid:
            problems += invalid.problems
    if problems:
        raise PackInvalid(problems)
    return Packs(changed)


def _read(path: Path) -> Source:
    if path.suffix != ".yaml":
        raise PackInvalid([f"{path}:1: an overlay holds files named after packs, such as us.yaml"])
    try:
        source = read(path, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PackInvalid([f"{path}:1: cannot be read ({type(error).__name__})"]) from None
    if not isinstance(source.data, dict):
        raise PackInvalid([source.at((), "an overlay is a mapping with pack, tighten and add")])
    return source


def _applied(source: Source, file: OverlayFile, packs: dict[str, Pack]) -> None:
    """Put one file into `packs`. PackInvalid with everything that is wrong in it."""
    if file.pack not in packs or Path(source.name).stem != file.pack:
        known = ", ".join(sorted(packs))
        raise PackInvalid([source.at(("pack",), f"a file is named after its pack, one of {known}")])
    pack = packs[file.pack]
    taken = {rule.id: rule.where for other in packs.values() for rule in other.rules}
    problems: list[str] = []
    rules = list(pack.rules)
    for k, tightening in enumerate(file.tighten):
        place: Place = ("tighten", k)
        known_here = [rule for rule in rules if rule.id == tightening.id]
        if not known_here:
            problems.append(source.at((*place, "id"), f"pack {file.pack} has no rule {tightening.id}; use add"))
            continue
        problems += _loosened(source, place, tightening, known_here)
        if not problems:
            where = source.at(place, "")[:-2]
            rules = [part for rule in rules for part in _split(rule, tightening, where)]
    for k, entry in enumerate(file.add):
        if entry.id in taken:
            at = source.at(("add", k, "id"), f"{entry.id} is there already, at {taken[entry.id]}; use tighten")
            problems.append(at)
        taken[entry.id] = source.at(("add", k), "")[:-2]
        problems += _incomparable(source, k, entry, packs)
        rules += entry.rules(file.pack, taken[entry.id], overlay=True)
    if problems:
        raise PackInvalid(problems)
    packs[file.pack] = replace(pack, rules=tuple(rules))


def _incomparable(source: Source, k: int, entry: Entry, packs: dict[str, Pack]) -> Iterator[str]:
    """Each parameter of a new rule whose dimension goes another way than in the packs."""
    known = {
        parameter.dimension: (parameter.stricter, rule.id)
        for pack in packs.values()
        for rule in pack.rules
        for parameter in rule.parameters.values()
    }
    for name, parameter in entry.parameters.items():
        ours = known.get(parameter.dimension) if parameter.dimension else None
        if ours is not None and ours[0] is not parameter.stricter:
            place = ("add", k, "parameters", name, "stricter")
            yield source.at(place, f"in {parameter.dimension} stricter is {ours[0]}, as {ours[1]} has it")


def _touches(rule: Rule, tightening: Tightening) -> bool:
    ends = rule.effective_to
    return rule.id == tightening.id and (ends is None or tightening.effective_from < ends)


def _loosened(source: Source, place: Place, tightening: Tightening, rules: list[Rule]) -> Iterator[str]:
    """Each value that is unknown, of another kind or looser than ours in a period that it would change."""
    touched = [rule for rule in rules if _touches(rule, tightening)]
    if not touched:
        yield source.at((*place, "effective_from"), f"{tightening.id} has ended before that day")
    for rule in touched:
        if tightening.strength is not None and not tightening.strength.at_least(rule.strength):
            yield source.at((*place, "strength"), f"{rule.id}: {tightening.strength} is weaker than {rule.strength}")
        for name, raw in tightening.parameters.items():
            here = (*place, "parameters", name)
            if name not in rule.parameters:
                yield source.at(here, f"{rule.id} has no parameter {name}; it has {_names(rule)}")
                continue
            ours = rule.parameters[name]
            try:
                theirs = ours.with_value(raw)
            except ValidationError as error:
                yield source.at(here, f"{rule.id} {name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}")
            except ValueError as error:
                yield source.at(here, f"{rule.id} {name}: {error}")
            else:
                if theirs.looser_than(ours):
                    yield source.at(here, f"{rule.id} {name}: {theirs} is looser than {ours} ({_allowed(ours)})")


def _names(rule: Rule) -> str:
    return ", ".join(sorted(rule.parameters)) or "none"


def _allowed(ours: Parameter) -> str:
    if ours.stricter is Stricter.FIXED:
        return "it is fixed"
    return f"stricter is {str(ours.stricter).replace('_', ' ')}"


def _split(rule: Rule, tightening: Tightening, where: str) -> Iterator[Rule]:
    """The rule before the day of a tightening, and after it with the stricter values."""
    if not _touches(rule, tightening):
        yield rule
        return
    day = max(rule.effective_from, tightening.effective_from)
    if rule.effective_from < day:
        yield replace(rule, effective_to=day)
    yield replace(
        rule,
        effective_from=day,
        strength=tightening.strength or rule.strength,
        source=f"{rule.source}; tightened by {tightening.source}",
        reviewed=tightening.reviewed,
        parameters={
            name: parameter.with_value(tightening.parameters[name]) if name in tightening.parameters else parameter
            for name, parameter in rule.parameters.items()
        },
        where=where,
        overlay=True,
    )
