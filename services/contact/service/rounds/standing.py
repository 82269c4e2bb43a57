"""A round of contact stands still while a stop or a timed hold covers it.

The days of a step are days on which it could be answered.
"""

from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.strategy import Choice
from services.contact.domain.vocabulary import Channel, MessageClass, action_class
from services.contact.models import Cadence, ContactCase, ContactStep
from services.contact.policies import Policies
from services.contact.repository import stops
from services.contact.repository.pauses import pauses_since
from services.contact.service.permits.asked import packs_of
from services.contact.service.rounds.steps import wait_ends


async def stands_until(
    uow: UnitOfWork,
    case: ContactCase,
    cadence: Cadence,
    last: ContactStep | None,
    choice: Choice | None,
    policies: Policies,
) -> datetime | None:
    """Until when the step that is due is not taken: nothing may go out, or the one before could not be answered.

    While a stop covers either of them, or a hold that has an end, the round looks again after a day or so; once it is
    over, the days of the step before begin, for what it sent went out then. None when the step is taken.
    """
    now = uow.now()
    since = cadence.next_due - timedelta(days=last.wait_days if last else 0)
    templates = [one.purpose for one in (last, choice) if one is not None and one.kind != "pause"]
    channels = [*(last.channels if last else ()), *(one.value for one in (choice.channels if choice else ()))]
    known = await stops.stops_since(uow.session, since)
    found = [one for one in known if one.covers(packs_of(case), channels, templates, case.portfolio)]
    actions = {action for one in (last, choice) for action in _actions(one)}
    pauses = [
        over
        for blocks, over in await pauses_since(uow.session, case.case_id, case.borrower_id, since)
        if blocks & actions
    ]
    later = now + policies.between_looks_on(local_day(now, case.time_zones[0]))
    if any(one.lifted_at is None for one in found):
        return later
    if any(over > now for over in pauses):
        # It may be lifted before its end.
        return min(later, max(pauses))
    ended = [*(one.lifted_at for one in found if one.lifted_at is not None), *pauses]
    if last is None or not ended:
        return None
    until = wait_ends(last.wait_days, last.quiet, max(ended), case)
    return until if until > cadence.next_due else None


def _actions(step: ContactStep | Choice | None) -> set[str]:
    """What a hold would have to block for a step to be in vain; nothing where it only waits."""
    if step is None or step.kind == "pause":
        return set()
    return {action_class(MessageClass(step.message_class), Channel(one)) for one in step.channels}
