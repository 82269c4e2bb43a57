"""What a check finds, and what is said of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

EXAMPLES = 5


class CannotLook(RuntimeError):
    """A place could not be read. The text names the place and never a value found there."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that does not hold, named by ids only. One of a case that is being worked on is judged later."""

    name: str
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome of a look: how many things were looked at, and which of them do not hold."""

    count: int
    suspects: list[Suspect] = field(default_factory=list)
    note: str = ""


class Verdict(StrEnum):
    """What is said of a check. What could not be checked is not clean."""

    CLEAN = "clean"
    BROKEN = "broken"
    UNCHECKED = "could not check"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `broken` counts what does not hold, `examples` names some of it."""

    id: str
    says: str
    verdict: Verdict
    examined: int = 0
    broken: int = 0
    examples: tuple[str, ...] = ()
    in_flight: int = 0
    note: str = ""


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when all is clean, 1 when something is broken, 2 when nothing is broken and something could not be checked."""
    verdicts = {finding.verdict for finding in findings}
    if Verdict.BROKEN in verdicts:
        return 1
    return 2 if Verdict.UNCHECKED in verdicts else 0
