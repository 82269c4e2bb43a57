"""What the contact guard looks at, read from contact's own tables."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.cases import TOPIC
from services.common.contracts.topics import all_topics
from services.common.kernel.canonical import canonical_json
from services.common.kernel.clock import local_day
from services.common.runtime.clock import wall_now
from services.contact.domain.guard import ContactFacts
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import ContactCase, Number
from services.contact.policies import DeliveryPolicy
from services.contact.repository import permits
from services.contact.repository.permits import HoldsKnown


async def read_facts(
    session: AsyncSession,
    delivery: DeliveryPolicy,
    case: ContactCase,
    channel: Channel,
    message_class: MessageClass,
    number: Number | None,
    names_institution: bool,
    template: str,
    now: datetime,
) -> ContactFacts:
    """The facts at `now`. Counts are of the days that are not over in some plausible zone of the borrower."""
    since = day_start(now, case.time_zones)
    by_voice = channel is Channel.VOICE
    attempts = await permits.count_attempts(session, number.digest, channel, since, now) if by_voice and number else 0
    calls = await permits.count_conversations(session, case.borrower_id, channel, since, now) if by_voice else 0
    reply = message_class is MessageClass.REPLY
    known = await permits.holds_known(session, TOPIC, case.case_id, case.borrower_id, now)
    return ContactFacts(
        now=now,
        zones=tuple(case.time_zones),
        channel=channel,
        message_class=message_class,
        provenance=number.provenance if number else None,
        names_institution=names_institution,
        hold_copy_fresh=holds_are_fresh(known, delivery),
        attempts_today=attempts,
        effective_calls_today=calls,
        holds=known.holds,
        inbound_at=await permits.last_inbound(session, case.borrower_id, channel) if reply else None,
        template=template,
        stops=known.stops,
    )


def holds_are_fresh(known: HoldsKnown, delivery: DeliveryPolicy) -> bool:
    """Whether every partition of intake's topic was heard of lately, and no event of this borrower is set aside."""
    if known.partitions < all_topics()[TOPIC].partitions or known.oldest is None:
        return False
    return known.oldest >= wall_now() - timedelta(seconds=delivery.hold_copy_seconds) and not known.aside


def day_start(now: datetime, zones: Sequence[str]) -> datetime:
    """The earliest start of the present local day over all zones: nothing of today in any zone came before it."""
    return min(datetime.combine(local_day(now, zone), time(0), ZoneInfo(zone)).astimezone(UTC) for zone in zones)


def stored(facts: ContactFacts) -> dict[str, Any]:
    """The facts as they are kept with the decision: enough to ask the guard again, and no personal data."""
    plain = {field.name: getattr(facts, field.name) for field in fields(facts)}
    plain["holds"] = [
        {"hold_id": hold.hold_id, "blocks": sorted(hold.blocks), "ends_at": hold.ends_at} for hold in facts.holds
    ]
    plain["stops"] = [{"stop_id": stop.stop_id, "scope": stop.scope.value, "value": stop.value} for stop in facts.stops]
    plain["agreed_hours"] = [
        {"start": hours.start.isoformat(), "end": hours.end.isoformat()} for hours in facts.agreed_hours
    ]
    kept: dict[str, Any] = orjson.loads(canonical_json(plain))
    return kept
