"""What the contact guard looks at, read from contact's own tables."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.cases import TOPIC
from services.common.contracts.topics import all_topics
from services.common.kernel.clock import local_day
from services.common.runtime.clock import wall_now
from services.contact.domain.guard.caps import days_back, first_instant
from services.contact.domain.guard.facts import CallBack, ContactFacts, DaysOff, Inconvenient, NumberFact
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours
from services.contact.packs import ContactPacks
from services.contact.policies import DeliveryPolicy
from services.contact.repository.known import REFERENCE, Consent, Known, Wanted, known_of
from services.contact.service.permits.asked import Asked
from services.contact.service.permits.time_barred import time_barred
from services.contact.sources import is_lawful

# Contacts with a third party, and the test whether a debtor is lost, look at all there ever were.
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


async def read_facts(
    session: AsyncSession, delivery: DeliveryPolicy, packs: ContactPacks, terms: GuardTerms, asked: Asked, now: datetime
) -> ContactFacts:
    """The facts at `now`, in one statement. `terms` say how far back the history of contacts is needed."""
    case, zones = asked.case, asked.zones(now)
    wanted = Wanted(
        case.case_id, asked.person_id, asked.number.number_id if asked.number else None, asked.digest, asked.channel,
        _since(asked, terms, now), asked.message_class is MessageClass.REPLY,
    )  # fmt: skip
    known = await known_of(session, TOPIC, wanted, now)
    facts = ContactFacts(
        now=now,
        zones=zones,
        channel=asked.channel,
        message_class=asked.message_class,
        number=_sourced(_number(known, asked, zones), terms, now),
        names_institution=asked.names_institution,
        hold_copy_fresh=holds_are_fresh(known, delivery),
        debt=str(case.case_id),
        history=known.history,
        holds=known.holds,
        stops=known.stops,
        template=asked.template,
        portfolio=case.portfolio,
        inbound_at=known.inbound_at,
        represented=known.represented,
        says_opt_out=_says_opt_out(asked, terms),
        says_collector=asked.wording.says_collector,
        phrases=asked.wording.phrases,
        blocked_phrases=asked.wording.blocked,
        letter_contents=asked.wording.letter_contents,
        time_barred=time_barred(known.limitation, terms, zones, now),
        voicemail=asked.special.voicemail,
        agency=asked.special.agency,
        calendars=packs.calendars(terms),
    )
    third = asked.special.third_party
    # What the debtor asked for and agreed to says nothing of somebody else.
    return replace(facts, third_party=third.fact) if third else _personal(facts, known, asked)


def _since(asked: Asked, terms: GuardTerms, now: datetime) -> datetime | None:
    """From when on earlier contacts are needed; None when none are."""
    if asked.special.third_party is not None:
        return _EVER
    days = days_back(terms, asked.channel)
    return first_instant(now, asked.zones(now), days) if days else None


def _personal(facts: ContactFacts, known: Known, asked: Asked) -> ContactFacts:
    """The facts with what the person asked for and agreed to."""
    asks, agreed = known.preferences, known.consents
    visit = asked.special.visit
    return replace(
        facts,
        inconvenient=tuple(_inconvenient(one) for one in asks.inconvenient),
        stopped_channels=tuple(Channel(one) for one in asks.stopped_channels),
        occasions=_occasions(asks.occasions, facts),
        days_off=tuple(
            DaysOff(date.fromisoformat(one["starts_on"]), date.fromisoformat(one["ends_on"])) for one in asks.occasions
        ),
        care=asks.care,
        work_request_on=asks.work_request_on,
        work_forbidden=asks.work_forbidden,
        agreed_hours=tuple(_hours(one.details) for one in agreed if one.kind == "hours"),
        agreed_more_calls=any(one.kind == "more_calls" for one in agreed),
        callback_agreed=tuple(_call_back(one) for one in agreed if one.kind == "call_back"),
        visit=visit and replace(visit, entry_agreed=any(one.kind == "visit_entry" for one in agreed)),
    )


def _call_back(one: Consent) -> CallBack:
    """A consent with the moment that was agreed; those from before moments were kept have none."""
    at = one.details.get("at")
    return CallBack(one.at, None if at is None else datetime.fromisoformat(at))


def _inconvenient(one: dict[str, Any]) -> Inconvenient:
    return Inconvenient(_hours(one["hours"]), tuple(one.get("weekdays", range(1, 8))))


def _hours(one: dict[str, Any]) -> LocalHours:
    return LocalHours(time.fromisoformat(one["start"]), time.fromisoformat(one["end"]))


def _occasions(found: tuple[dict[str, Any], ...], facts: ContactFacts) -> tuple[str, ...]:
    """Those that last today, wherever the person may be."""
    days = {local_day(facts.now, zone) for zone in facts.zones}
    now = {
        one["occasion"]
        for one in found
        if any(date.fromisoformat(one["starts_on"]) <= day <= date.fromisoformat(one["ends_on"]) for day in days)
    }
    return tuple(sorted(now))


def _number(known: Known, asked: Asked, zones: tuple[str, ...]) -> NumberFact | None:
    third = asked.special.third_party
    if third is not None:
        return NumberFact(third.provenance, third.digest[:REFERENCE])
    if known.number is None or not zones:
        return known.number
    agreed = [local_day(one.at, zones[0]) for one in known.consents if _is_for(one, asked.channel)]
    days = [day for day in (known.number.confirmed_on, *agreed) if day is not None]
    return replace(known.number, confirmed_on=max(days, default=None))


def _sourced(number: NumberFact | None, terms: GuardTerms, now: datetime) -> NumberFact | None:
    """The number; where no pack lists lawful sources, one that the house does not know is none."""
    if number is None or terms.limiting("accepted_provenance") or is_lawful(number.provenance, terms, now.date()):
        return number
    return replace(number, provenance=None)


def _is_for(consent: Consent, channel: Channel) -> bool:
    return consent.kind == "channel" and bool(consent.details.get("channel") == channel)


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
