"""What a check finds, and what is said of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

EXAMPLES = 5


class CannotLook(RuntimeError):
    """A place could not be read. The text names the place and never a value found there."""


class Way(StrEnum):
    """How something that does not hold may still come to hold by itself."""

    NONE = "none"
    YOUNG = "young"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that does not hold, named by ids only.

    A check that reads several stores, one after another, names the case: what is on its way there may explain it. One
    that reads a single store at one instant names none, but for something that it knows itself to be on its `way`.
    """

    name: str
    case_id: UUID | None = None
    way: Way = Way.NONE


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
    """One line of the report. `broken` counts what does not hold, `examples` names some of it.

    What is young is judged later and is as it should be; behind a queue nothing can be said yet, so that check could
    not be made. `in_flight` counts both.
    """

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
