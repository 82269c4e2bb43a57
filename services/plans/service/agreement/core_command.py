"""The command to the core: look before sending, compare what the core made of it with what was agreed."""

from dataclasses import dataclass

from services.common.banking.errors import CoreRefused
from services.common.banking.port import CoreBanking, CoreSchedule, CoreStatus, PlanTerms
from services.common.kernel.money import Money

DIFFERS = "core_schedule_differs"
UNAFFORDABLE = "core_instalment_unaffordable"


@dataclass(frozen=True, slots=True)
class Intent:
    """A command to the core: its terms, its key, what must come of it, and whether it may have left before.

    `own_share` is the most that the borrower can pay in a month. `first` and `last` are the agreed payments at the
    ends, which may be more: the first of what is at hand, the last by the rounding of all others.
    """

    terms: PlanTerms
    key: str
    repeated: bool
    schedule_hash: str
    own_share: Money
    first: Money
    last: Money


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
        previewed = await core.preview(intent.terms)
    except CoreRefused as refusal:
        return Answered(None, refusal.code)
    # Nobody is put under what they cannot pay, were it as agreed: until here nothing was sent.
    if _too_high(previewed, intent):
        return Answered(None, UNAFFORDABLE)
    if not _is_ours(previewed, intent):
        return Answered(None, DIFFERS)
    answer = await core.activate(intent.terms, intent.key)
    if answer.status is CoreStatus.REFUSED:
        return Answered(None, answer.code)
    return await ask_what_runs(core, intent) or Answered(None, answer.code, unknown=True)


async def ask_what_runs(core: CoreBanking, intent: Intent) -> Answered | None:
    """What the core has under the key of a command; nothing is sent. None when it has nothing."""
    present = await core.read_plan(intent.terms.account_ref, intent.key)
    if present is None:
        return None
    if _is_ours(present, intent):
        return Answered(present)
    return Answered(None, UNAFFORDABLE if _too_high(present, intent) else DIFFERS, runs_otherwise=True)


def _is_ours(schedule: CoreSchedule, intent: Intent) -> bool:
    return schedule.hash == intent.schedule_hash


def _too_high(schedule: CoreSchedule, intent: Intent) -> bool:
    """Whether a payment is more than the borrower can pay. What was agreed for the ends holds for the ends only."""
    lines = schedule.instalments
    return any(line.amount > _most(intent, first=line is lines[0], last=line is lines[-1]) for line in lines)


def _most(intent: Intent, *, first: bool, last: bool) -> Money:
    most = intent.own_share.at_least(intent.first) if first else intent.own_share
    return most.at_least(intent.last) if last else most
