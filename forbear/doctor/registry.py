"""The list of checks. A check is a coroutine that looks and says what it examined and what does not hold."""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from forbear.doctor.verdicts import Examined

if TYPE_CHECKING:
    from forbear.doctor.look import Look

Run = Callable[["Look"], Awaitable[Examined]]
_GROUPS = "EKWCVPDAR"


@dataclass(frozen=True, slots=True)
class Check:
    """`says` is what must hold, in a sentence a clerk understands."""

    id: str
    says: str
    run: Run


_known: dict[str, Check] = {}


def check(id: str, says: str) -> Callable[[Run], Run]:
    """Put a coroutine on the list."""

    def register(run: Run) -> Run:
        if _known.setdefault(id, Check(id, says, run)).run is not run:
            raise ValueError(f"two checks are called {id}")
        return run

    return register


def all_checks() -> list[Check]:
    """Every check of `forbear.doctor.checks`, group by group."""
    from forbear.doctor import checks

    for module in pkgutil.iter_modules(checks.__path__):
        import_module(f"{checks.__name__}.{module.name}")
    return sorted(_known.values(), key=lambda one: (_GROUPS.index(one.id[0]), int(one.id[1:])))
