"""The packaged word lists of the check (`policy/language/*.yaml`), read once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from services.common.kernel.policy_file import PolicyFileInvalid, load_policy

PACKAGE = "services.contact"
Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Strings of one length: the characters at one place are a traditional and a simplified one."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MeaningClass:
    """One of the meaning classes: its name, how severe it is, and what to say instead, in both languages."""

    name: str
    name_zh: str
    severity: Severity
    prefer_zh: str
    prefer_en: str
    frames: tuple[str, ...]
    unless: tuple[str, ...] = ()
    gap: int = 5

    def prefer(self, language: str) -> str:
        return self.prefer_zh if language == "zh" else self.prefer_en


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All classes by number, the reasons that excuse a sentence whatever it says, and the frames of alarms.

    `wholes` are the roles of words that say a whole thing by themselves, which a "not" farther off does not turn round.
    """

    version: str
    source: str
    excuses: tuple[str, ...]
    wholes: tuple[str, ...]
    classes: Mapping[int, MeaningClass]
    alarms: Mapping[str, tuple[str, ...]]


@cache
def traditional() -> dict[str, str]:
    """The simplified character for each traditional one. PolicyFileInvalid when a pair does not fit."""
    table: dict[str, str] = {}
    for old, new in load_policy(PACKAGE, "language/traditional", Pairs).pairs:
        if len(old) != len(new):
            raise PolicyFileInvalid(f"language/traditional: {old[:1]}… and {new[:1]}… have different lengths")
        table.update(zip(old, new, strict=True))
    return table


@cache
def catalogue() -> Catalogue:
    """The classes and their frames."""
    return load_policy(PACKAGE, "language/classes", Catalogue)


@cache
def words(language: str) -> dict[str, str]:
    """The words of each role in one language, as they stand in its file."""
    return load_policy(PACKAGE, f"language/{language}", dict[str, str])
