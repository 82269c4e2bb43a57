"""Hours: of every pack by itself, in every zone where the borrower may be, half-open, by kind of day (HOUSE-07).

They are asked about at the moment at which something is done: a message is judged again when it is let out (US-02).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.contact.domain.clock_changes import closes
from services.contact.domain.guard import own
from services.contact.domain.guard.consents import Consents
from services.contact.domain.guard.days import over_everywhere
from services.contact.domain.guard.facts import Calendar, ContactFacts, Inconvenient, Place
from services.contact.domain.guard.questions import Question, when
from services.contact.domain.guard.terms import DayHours, GuardTerms, RuleTerms
from services.contact.domain.guard.windows import Windows, agreed_with
from services.contact.domain.vocabulary import Channel, MessageClass

# A blocked time that is never over is given up after so many of its ends, some of them a minute apart.
_STEPS = 1_000
_DIMENSIONS = ("visit_hours", "workplace_hours")


def bound_by_hours(facts: ContactFacts, terms: GuardTerms) -> bool:
    """Whether hours bind this kind of contact at all (HOUSE-01, HOUSE-03)."""
    classes, channels = terms.all_of("hours_bind_classes"), terms.all_of("hours_bind_channels")
    return facts.message_class in classes and facts.channel in channels


def binds_electronically(rule: RuleTerms, channel: Channel) -> bool:
    """Whether the hours of a rule bind this medium whatever is sent in it (US-01), a portal or a notice too.

    A reply is free of them as of all hours, for as long as it is prompt.
    """
    return channel in rule.values.get("electronic_media", ())


def hours_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """The hours of each rule that has some for this way of contact."""
    limits = list(terms.contact_hours())
    limits += [(rule, rule.of(d)) for d in _DIMENSIONS if _concerns(d, facts) for rule in terms.limiting(d)]
    if not bound_by_hours(facts, terms):
        limits = [limit for limit in limits if binds_electronically(limit[0], facts.channel)]
        if not limits:
            return []
    asked = [own.ask(own.pack_names_hours, bool(limits))]
    free_until = _free_until(facts, terms)
    for rule, hours in limits:
        calendar = facts.calendar(rule.pack)
        if not hours.same_every_day:
            years = {local_day(facts.now, zone).year for zone in facts.zones}
            known = calendar is not None and years <= set(calendar.years)
            missing = f"{rule.pack} {', '.join(map(str, sorted(years)))}"
            asked.append(own.ask(own.holidays_are_known, known, (f"Asked for {missing}.", f"所需年份：{missing}。")))
            if not known:
                continue
        asked.append(_hours_question(facts, terms, rule, hours, calendar, free_until))
    return asked


def _concerns(dimension: str, facts: ContactFacts) -> bool:
    if dimension == "visit_hours":
        return facts.channel is Channel.VISIT
    return facts.number is not None and facts.number.place is Place.WORK


def _free_until(facts: ContactFacts, terms: GuardTerms) -> datetime | None:
    """Until when a reply is free of hours, None when it is not one to a message of the borrower in this channel."""
    within = [rule.values["reply_within_hours"] for rule in terms.having("reply_within_hours")]
    if facts.message_class is not MessageClass.REPLY or facts.inbound_at is None or not within:
        return None
    return facts.inbound_at + timedelta(hours=min(within)) if facts.inbound_at <= facts.now else None


def _hours_question(
    facts: ContactFacts,
    terms: GuardTerms,
    rule: RuleTerms,
    hours: DayHours,
    calendar: Calendar | None,
    free_until: datetime | None,
) -> Question:
    agreed = agreed_with(rule, facts)
    windows = Windows(hours, agreed, calendar, facts.zones)
    # Who agreed to be called at an hour agreed to that hour, for that call (HOUSE-12).
    lifts = rule.values.get("consent_lifts") and facts.channel is Channel.VOICE and not facts.third_party
    call = Consents(facts, terms) if lifts else None

    def opened(moment: datetime) -> datetime | None:
        # A reply that is free of hours now would be bound by them later.
        if free_until is not None and moment < free_until:
            return moment
        moments = (windows.opens(moment), call.next_moment(moment) if call else None)
        return min((one for one in moments if one is not None), default=None)

    def closed(moment: datetime) -> datetime | None:
        ends = (windows.closes(moment), free_until, call.moment(moment) if call else None)
        return max((one for one in ends if one is not None), default=None)

    local = {zone: f"{facts.now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for zone in facts.zones}
    there = ", ".join(f"{moment[11:]} ({zone})" for zone, moment in local.items())
    also = f" + {', '.join(map(str, agreed))}" if agreed else ""
    said = f"Local time {there}; hours {hours}{also}.", f"当地时间{there}；允许时段：{hours.in_chinese}{also}。"
    return Question(rule, opened, said, {"local_times": local, "hours": f"{hours}{also}"}, closed)


def convenience_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """The times at which the borrower asked to be left alone (US-03; elsewhere the house keeps them)."""
    if not facts.inconvenient or not bound_by_hours(facts, terms):
        return []
    rules = terms.having("replies_in_blocked_time")
    rule = rules[0] if rules else own.terms_of(own.inconvenient_times_are_kept)
    times = ", ".join(str(one.hours) for one in facts.inconvenient)
    said = f"The borrower asked to be left alone at {times}.", f"借款人要求在 {times} 不被打扰。"
    if facts.message_class is MessageClass.REPLY and facts.inbound_at is not None:
        replies = sum(one.channel is facts.channel and one.at >= facts.inbound_at for one in facts.history)
        if not rules or replies < rules[0].values["replies_in_blocked_time"]:
            return [Question(rule, when(True), said, {"replies": replies})]

    def opened(moment: datetime) -> datetime | None:
        """Step over blocked spans until none of them holds the moment in any zone."""
        for _ in range(_STEPS):
            ends = [end for zone in facts.zones for end in _blocked(moment, zone, facts.inconvenient)]
            if not ends:
                return moment
            moment = max(ends)
        return None

    return [Question(rule, opened, said, {"inconvenient": times})]


def days_off_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """The days, in any zone, on which the person asked to be left alone. Who writes to us then is answered."""
    answers = facts.message_class is MessageClass.REPLY and facts.inbound_at is not None
    if not facts.days_off or answers or not bound_by_hours(facts, terms):
        return []
    days = ", ".join(f"{one.starts_on} - {one.ends_on}" for one in facts.days_off)
    said = f"The person asked to be left alone on {days}.", f"本人要求在 {days} 不被打扰。"

    def opened(moment: datetime) -> datetime | None:
        """Step over days off until none of them holds the moment in any zone."""
        for _ in range(_STEPS):
            today = {local_day(moment, zone) for zone in facts.zones}
            ends = [one.ends_on for one in facts.days_off if any(one.starts_on <= d <= one.ends_on for d in today)]
            if not ends:
                return moment
            moment = over_everywhere(max(ends), 0, facts.zones)
        return None

    day_off = opened(facts.now) != facts.now
    return [own.ask(own.days_off_are_kept, not day_off, said, opened, days_off=days)]


def _blocked(moment: datetime, zone: str, times: Sequence[Inconvenient]) -> list[datetime]:
    """When the blocked spans that hold a moment end; a clock that shows a blocked time is in one."""
    local = moment.astimezone(ZoneInfo(zone))
    place, day = ZoneInfo(zone), local.date()
    return [
        max(closes(day, one.hours.end, place), _next_minute(moment))
        for one in times
        if day.isoweekday() in one.weekdays and one.hours.start <= local.time() < one.hours.end
    ]


def _next_minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
