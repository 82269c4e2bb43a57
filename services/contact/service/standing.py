"""A round of contact stands still while a stop covers it: the days of a step are days on which it could be answered."""

from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.strategy import Choice
from services.contact.models import Cadence, ContactCase, ContactStep
from services.contact.policies import Policies
from services.contact.repository import stops
from services.contact.service.facts import packs_of
from services.contact.service.steps import wait_ends


async def stands_until(
    uow: UnitOfWork,
    case: ContactCase,
    cadence: Cadence,
    last: ContactStep | None,
    choice: Choice | None,
    policies: Policies,
) -> datetime | None:
    """Until when the step that is due is not taken: nothing may go out, or the one before could not be answered.

    While a stop covers either of them, the round looks again after a day or so; once it is lifted, the days of the
    step before begin, for what it sent went out then. None when the step is taken.
    """
    now = uow.now()
    since = cadence.next_due - timedelta(days=last.wait_days if last else 0)
    templates = [one.purpose for one in (last, choice) if one is not None and one.kind != "pause"]
    channels = [*(last.channels if last else ()), *(one.value for one in (choice.channels if choice else ()))]
    known = await stops.stops_since(uow.session, since)
    found = [one for one in known if one.covers(packs_of(case), channels, templates, case.portfolio)]
    if any(one.lifted_at is None for one in found):
        return now + policies.between_looks_on(local_day(now, case.time_zones[0]))
    lifted = [one.lifted_at for one in found if one.lifted_at is not None]
    if last is None or not lifted:
        return None
    until = wait_ends(last.wait_days, last.quiet, max(lifted), case)
    return until if until > cadence.next_due else None
