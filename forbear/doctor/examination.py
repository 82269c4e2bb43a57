"""Running checks one after another, and judging what they found."""

from collections.abc import Callable, Sequence
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.registry import Check
from forbear.doctor.verdicts import EXAMPLES, CannotLook, Examined, Finding, Verdict


async def examine(look: Look, checks: Sequence[Check], say: Callable[[str], None] = lambda says: None) -> list[Finding]:
    """Run every check; a check that fails in whatever way is one that could not be made, never a clean one."""
    return [await _examine(look, one, say) for one in checks]


async def _examine(look: Look, check: Check, say: Callable[[str], None]) -> Finding:
    say(f"{check.id} {check.says}")
    try:
        before = await look.in_flight()
        examined = await check.run(look)
        moving = before | await look.in_flight() if examined.suspects else before
    except CannotLook as error:
        return Finding(check.id, check.says, Verdict.UNCHECKED, note=str(error))
    except Exception as error:
        # The class only: the text of an unexpected error may hold what was being read.
        return Finding(check.id, check.says, Verdict.UNCHECKED, note=f"the check itself failed: {type(error).__name__}")
    return _judge(check, examined, moving)


def _judge(check: Check, examined: Examined, moving: set[UUID]) -> Finding:
    broken = [suspect for suspect in examined.suspects if suspect.case_id not in moving]
    return Finding(
        id=check.id,
        says=check.says,
        verdict=Verdict.BROKEN if broken else Verdict.CLEAN,
        examined=examined.count,
        broken=len(broken),
        examples=tuple(suspect.name for suspect in broken[:EXAMPLES]),
        in_flight=len(examined.suspects) - len(broken),
        note=examined.note,
    )
