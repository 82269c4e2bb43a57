"""What the contact guard looks at, read from contact's own tables."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.cases import TOPIC
from services.common.contracts.topics import all_topics
from services.common.runtime.clock import wall_now
from services.contact.domain.guard.caps import days_back, first_instant
from services.contact.domain.guard.facts import ContactFacts, NumberFact
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import ContactCase, Number
from services.contact.packs import ContactPacks
from services.contact.policies import DeliveryPolicy
from services.contact.repository import permits
from services.contact.repository.permits import Known


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do.

    `template` is the text that is to be sent, for a call what it is for; `text` its words, None for a call.
    """

    case: ContactCase
    channel: Channel
    message_class: MessageClass
    number: Number | None
    names_institution: bool
    template: str
    text: str | None = None


async def read_facts(
    session: AsyncSession, delivery: DeliveryPolicy, packs: ContactPacks, terms: GuardTerms, asked: Asked, now: datetime
) -> ContactFacts:
    """The facts at `now`, in one statement. `terms` say how far back the history of contacts is needed."""
    case, number, zones = asked.case, asked.number, tuple(asked.case.time_zones)
    days = days_back(terms, asked.channel)
    known = await permits.known_of(
        session,
        TOPIC,
        case.case_id,
        case.borrower_id,
        number.digest if number else None,
        asked.channel,
        now,
        since=first_instant(now, zones, days) if days else None,
        replies=asked.message_class is MessageClass.REPLY,
    )
    return ContactFacts(
        now=now,
        zones=zones,
        channel=asked.channel,
        message_class=asked.message_class,
        number=_number(number),
        names_institution=asked.names_institution,
        hold_copy_fresh=holds_are_fresh(known, delivery),
        debt=str(case.case_id),
        history=known.history,
        holds=known.holds,
        stops=known.stops,
        template=asked.template,
        inbound_at=known.inbound_at,
        says_opt_out=_says_opt_out(asked, terms),
        calendars=packs.calendars(terms),
    )


def _number(number: Number | None) -> NumberFact | None:
    if number is None:
        return None
    return NumberFact(number.provenance, number.digest[: permits.REFERENCE])


def _says_opt_out(asked: Asked, terms: GuardTerms) -> bool | None:
    """Whether the words say one of the words by which a text is opted out of; None where there are no words."""
    words = terms.all_of("opt_out_words")
    if asked.text is None or not words:
        return None
    return bool(words & set(re.findall(r"[a-z]+", asked.text.lower())))


def holds_are_fresh(known: Known, delivery: DeliveryPolicy) -> bool:
    """Whether every partition of intake's topic was heard of lately, and no event of this borrower is set aside."""
    if known.partitions < all_topics()[TOPIC].partitions or known.oldest is None:
        return False
    return known.oldest >= wall_now() - timedelta(seconds=delivery.hold_copy_seconds) and not known.aside


_FACTS: TypeAdapter[ContactFacts] = TypeAdapter(ContactFacts)


def stored(facts: ContactFacts) -> dict[str, Any]:
    """The facts as they are kept with the decision: enough to ask the guard again, and no personal data."""
    kept: dict[str, Any] = _FACTS.dump_python(facts, mode="json", exclude_defaults=True)
    return kept
