"""Running checks one after another, and judging what they found."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from forbear.doctor.look import Look
from forbear.doctor.registry import Check
from forbear.doctor.under_way import UnderWay, under_way
from forbear.doctor.verdicts import EXAMPLES, CannotLook, Examined, Finding, Suspect, Verdict, Way


async def examine(look: Look, checks: Sequence[Check], say: Callable[[str], None] = lambda says: None) -> list[Finding]:
    """Run every check; a check that fails in whatever way is one that could not be made, never a clean one."""
    return [await _examine(look, one, say) for one in checks]


async def _examine(look: Look, check: Check, say: Callable[[str], None]) -> Finding:
    say(f"{check.id} {check.says}")
    began = time.monotonic()
    try:
        try:
            examined = await check.run(look)
        finally:
            await look.anew()
        cases = {suspect.case_id for suspect in examined.suspects if suspect.case_id is not None}
        moving = await under_way(look, cases, timedelta(seconds=time.monotonic() - began))
    except CannotLook as error:
        return Finding(check.id, check.says, Verdict.UNCHECKED, note=str(error))
    except Exception as error:
        # The class only: the text of an unexpected error may hold what was being read.
        return Finding(check.id, check.says, Verdict.UNCHECKED, note=f"the check itself failed: {type(error).__name__}")
    return _judge(check, examined, moving)


def _judge(check: Check, examined: Examined, moving: UnderWay) -> Finding:
    ways = [_way(suspect, moving) for suspect in examined.suspects]
    broken = [suspect for suspect, way in zip(examined.suspects, ways, strict=True) if way is Way.NONE]
    queued = Counter(ways)[Way.QUEUED]
    waits = f"{queued:,} cannot be judged before what is queued has arrived" if queued else ""
    return Finding(
        id=check.id,
        says=check.says,
        verdict=Verdict.BROKEN if broken else Verdict.UNCHECKED if queued else Verdict.CLEAN,
        examined=examined.count,
        broken=len(broken),
        examples=tuple(suspect.name for suspect in broken[:EXAMPLES]),
        in_flight=len(examined.suspects) - len(broken),
        note="; ".join(filter(None, [examined.note, waits])),
    )


def _way(suspect: Suspect, moving: UnderWay) -> Way:
    if suspect.way is not Way.NONE:
        return suspect.way
    return moving.way_of(suspect.case_id)
