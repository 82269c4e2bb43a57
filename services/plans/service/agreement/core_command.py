"""The command to the core: look before sending, compare what the core made of it with what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.common.banking.errors import CoreRefused
from services.common.banking.port import CoreBanking, CoreInstalment, CoreSchedule, CoreStatus, PlanTerms
from services.common.kernel.money import Money

DIFFERS = "core_schedule_differs"
UNAFFORDABLE = "core_instalment_unaffordable"


@dataclass(frozen=True, slots=True)
class Intent:
    """A command to the core: its terms, its key, what must come of it, and whether it may have left before."""

    terms: PlanTerms
    key: str
    repeated: bool
    schedule_hash: str
    own_share: Money


@dataclass(frozen=True, slots=True)
class Answered:
    """What the core has: a schedule that is ours, or the code of why there is none. `unknown`: it has not said;
    `runs_otherwise`: it runs another schedule than ours under this key."""

    schedule: CoreSchedule | None
    code: str | None = None
    unknown: bool = False
    runs_otherwise: bool = False


async def ask_the_core(core: CoreBanking, intent: Intent) -> Answered:
    """Activate once. A command whose answer was lost is looked for and never sent blindly again."""
    if intent.repeated:
        present = await ask_what_runs(core, intent)
        if present is not None:
            return present
    try:
        previewed = _compared(await core.preview(intent.terms), intent)
    except CoreRefused as refusal:
        return Answered(None, refusal.code)
    if previewed.schedule is None:
        return previewed
    answer = await core.activate(intent.terms, intent.key)
    if answer.status is CoreStatus.REFUSED:
        return Answered(None, answer.code)
    return await ask_what_runs(core, intent) or Answered(None, answer.code, unknown=True)


async def ask_what_runs(core: CoreBanking, intent: Intent) -> Answered | None:
    """What the core has under the key of a command; nothing is sent. None when it has nothing."""
    present = await core.read_plan(intent.terms.account_ref, intent.key)
    if present is None:
        return None
    return replace(_compared(present, intent), runs_otherwise=not _is_ours(present, intent))


def _compared(schedule: CoreSchedule, intent: Intent) -> Answered:
    """The core's own schedule must be the agreed one; one that the borrower cannot pay is told apart."""
    if _is_ours(schedule, intent):
        return Answered(schedule)
    return Answered(None, UNAFFORDABLE if _too_high(schedule.instalments, intent.own_share) else DIFFERS)


def _is_ours(schedule: CoreSchedule, intent: Intent) -> bool:
    return schedule.hash == intent.schedule_hash


def _too_high(instalments: Sequence[CoreInstalment], own_share: Money) -> bool:
    # The last instalment holds the rounding of all others and is not judged.
    return any(line.amount > own_share for line in instalments[:-1])
