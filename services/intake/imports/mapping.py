"""Mappings: how the columns of an extract become a case. Each is a YAML file in `mappings/`."""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.intake.imports.errors import ImportRefused, RowRefused
from services.intake.imports.expressions import Expression, Row, compiled
from services.intake.imports.rows import FIELDS, ImportedRow

FOLDER = files("services.intake.imports") / "mappings"


class _Skip(BaseModel):
    """Rows to leave out: those where `when` is not positive (`unless_positive`) or empty (`when_empty`)."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(pattern=r"^[a-z_]{3,40}$")
    rule: Literal["unless_positive", "when_empty"]
    of: Any


class _MappingFile(BaseModel):
    """The shape of a mapping file."""

    model_config = ConfigDict(extra="forbid")

    lookups: dict[str, dict[str, str]] = {}
    skip: list[_Skip] = []
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Skip:
    """A compiled rule for leaving a row out."""

    reason: str
    rule: str
    of: Expression


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping ready for use; `columns` are all columns that it needs."""

    name: str
    skips: tuple[Skip, ...]
    fields: Table[str, Expression]
    columns: frozenset[str]

    def skipped(self, row: Row) -> str | None:
        """Why the row is left out, or None. RowRefused when that cannot be told."""
        for skip in self.skips:
            value = skip.of.read(row)
            empty = value is None
            if empty if skip.rule == "when_empty" else empty or not value > 0:  # type: ignore[operator]
                return skip.reason
        return None

    def read(self, row: Row) -> ImportedRow:
        """The row in our words. RowRefused names the field that is not right."""
        found = {name: expression.read(row) for name, expression in self.fields.items()}
        try:
            money = {name: Money.of(found.pop(name), str(found["currency"])) for name in ("arrears", "balance")}  # type: ignore[arg-type]
            return ImportedRow.model_validate({**found, **money})
        except ValidationError as error:
            places = {".".join(str(part) for part in one["loc"]): one["msg"] for one in error.errors()}
            raise RowRefused("; ".join(f"{place}: {why}" for place, why in places.items())) from None
        except InvalidInput as error:
            raise RowRefused(f"amounts: {error.detail}") from None


def names() -> list[str]:
    """The mappings there are."""
    return sorted(entry.name.removesuffix(".yaml") for entry in FOLDER.iterdir() if entry.name.endswith(".yaml"))


def load_mapping(name: str) -> Mapping:
    """Read the mapping `name`. ImportRefused when there is none or it is wrong."""
    if name not in names():
        raise ImportRefused(f"there is no mapping {name!r}; there are: {', '.join(names())}")
    return parse_mapping(name, (FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def parse_mapping(name: str, text: str) -> Mapping:
    """Read the text of a mapping file. ImportRefused names the place that is wrong."""
    try:
        raw = _MappingFile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError:
        raise ImportRefused(f"mapping {name} is not YAML") from None
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
        raise ImportRefused(f"mapping {name} is wrong at {places}") from None
    needed, known = set(FIELDS.needed), set(FIELDS.needed) | set(FIELDS.optional)
    if not needed <= raw.fields.keys() <= known:
        wrong = sorted(needed - raw.fields.keys() | raw.fields.keys() - known)
        raise ImportRefused(f"mapping {name}: these fields are missing or unknown: {', '.join(wrong)}")
    fields = {field: compiled(node, raw.lookups, field) for field, node in raw.fields.items()}
    skips = tuple(Skip(s.reason, s.rule, compiled(s.of, raw.lookups, f"skip {s.reason}")) for s in raw.skip)
    every = [*fields.values(), *(skip.of for skip in skips)]
    return Mapping(name, skips, fields, frozenset().union(*(one.columns for one in every)))
