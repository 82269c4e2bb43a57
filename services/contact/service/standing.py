"""A round of contact stands still while a stop covers it: the days of a step are days on which it could be answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.domain.window import next_day_everywhere
from services.contact.models import Cadence, ContactCase
from services.contact.policies import CadencePolicy, CadenceStep, DeliveryPolicy, Policies
from services.contact.repository import stops


def wait_ends(step: CadenceStep, taken: datetime, case: ContactCase) -> datetime:
    """Until when a step that was taken waits for an answer."""
    due = taken + timedelta(days=step.wait_days)
    return next_day_everywhere(due, case.time_zones) if step.quiet else due


async def stands_until(
    uow: UnitOfWork, case: ContactCase, cadence: Cadence, policy: CadencePolicy, policies: Policies
) -> datetime | None:
    """Until when the step that is due is not taken: nothing may go out, or the one before could not be answered.

    While a stop covers either of them, the round looks again after a day or so; once it is lifted, the days of the
    step before begin, for what it sent went out then. None when the step is taken.
    """
    now = uow.now()
    day = local_day(now, case.time_zones[0])
    last = policy.steps[cadence.step - 1] if cadence.step else None
    steps = [*policy.steps[max(cadence.step - 1, 0) : cadence.step + 1]]
    channels, templates = _channels(steps, policies.delivery.on(day).value), [step.purpose for step in steps]
    since = cadence.next_due - timedelta(days=last.wait_days if last else 0)
    found = [one for one in await stops.stops_since(uow.session, since) if one.covers(case.pack, channels, templates)]
    if any(one.lifted_at is None for one in found):
        return now + policies.between_looks_on(day)
    lifted = [one.lifted_at for one in found if one.lifted_at is not None]
    if last is None or not lifted:
        return None
    until = wait_ends(last, max(lifted), case)
    return until if until > cadence.next_due else None


def _channels(steps: Iterable[CadenceStep], delivery: DeliveryPolicy) -> list[str]:
    """The ways these steps may take."""
    ways = (delivery.channels_for(step.purpose) if step.kind == "message" else (Channel.VOICE,) for step in steps)
    return [channel.value for way in ways for channel in way]
