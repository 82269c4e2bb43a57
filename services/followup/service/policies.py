"""The dated parameters of followup, read once per process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.clock import local_day, utc
from services.common.kernel.dated import Dated, PolicyValue
from services.common.kernel.period import Period
from services.common.kernel.policy_file import load_dated
from services.common.packs.calendars import load_calendars
from services.common.packs.loader import load_packs
from services.common.packs.rules import Rule
from services.common.packs.strictest import stricter
from services.common.packs.vocabulary import Product
from services.followup.domain.announcing import AnnouncementTerms
from services.followup.domain.calendar import DayCount

PACKAGE = "services.followup"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class PackTerms(PolicyValue):
    """How agreements under one rule pack are accompanied; days are those of the bank's `time_zone`.

    One missed for `broken_after_days`, or `broken_after_missed` at once, make an agreement a candidate for broken.
    `day_closing_days` is how long the bank may take to close a day, `notice_days` how long a notice may be on its way,
    `serve_notice_days` how long a person has to serve one by other means. With `to_business_day` a last good day moves
    to the next business day of the pack's list. An instalment has one reminder or none, `reminders_per_instalment`,
    `remind_days_before` its due day; ValueError for more. A promise is kept by `promise_threshold_percent` of it in its
    grace; `broken_promises_most` broken ones within so many days go to a supervisor, who has `review_promises_days`.
    Of further requests under an agreement `renegotiations_most` are talked about at once, each for `renegotiation_days`
    at the most before the agreement is judged on; a person answers within `answer_request_days`.
    """

    time_zone: str
    grace_days: int
    tolerance_percent: Decimal
    broken_after_missed: int
    broken_after_days: int
    remind_days_before: int
    reminders_per_instalment: int
    remind_at: time
    second_notice_after_days: int
    day_closing_days: int
    notice_days: int
    serve_notice_days: int
    to_business_day: bool
    promise_grace_days: int
    promise_threshold_percent: Decimal
    broken_promises_most: int
    broken_promises_within_days: int
    review_promises_days: int
    renegotiations_most: int
    renegotiation_days: int
    answer_request_days: int

    def __post_init__(self) -> None:
        # One day is named for it, and an instalment knows only whether its reminder went out.
        if self.reminders_per_instalment not in (0, 1):
            raise ValueError("reminders_per_instalment is 0 or 1: an instalment has one day on which it is reminded of")

    @property
    def reminds(self) -> bool:
        return self.reminders_per_instalment == 1

    def today(self, now: datetime) -> date:
        """The bank's day at an instant."""
        return local_day(now, self.time_zone)

    def at(self, day: date, hour: time = time.min) -> datetime:
        """The instant of an hour (midnight unless told otherwise) on one of the bank's days."""
        return utc(datetime.combine(day, hour, ZoneInfo(self.time_zone)))

    def reminder_at(self, remind_on: date) -> datetime:
        return self.at(remind_on, self.remind_at)

    def closing_expected_by(self, day: date) -> datetime:
        """Until when the bank is expected to have closed `day`."""
        return self.at(day + timedelta(days=self.day_closing_days))


@dataclass(frozen=True, slots=True)
class FollowUpPolicy(PolicyValue):
    """Terms by rule pack; `default` is for packs without terms of their own."""

    packs: Mapping[str, PackTerms]

    def of(self, pack: str) -> PackTerms:
        return self.packs.get(pack) or self.packs[DEFAULT]


@dataclass(frozen=True, slots=True)
class PostingPolicy(PolicyValue):
    """What a reference of an account looks like (a regular expression), and how many accounts a day's file has."""

    account_format: str
    accounts_in_a_day: int


@dataclass(frozen=True, slots=True)
class MeasurePolicy(PolicyValue):
    """How measures are computed: annual effective rate of discounting, last days of buckets, the longest period.

    Of fewer answers than `smallest_group` it is not said what borrowers think of us. Outcome fairness below
    `fairness_floor` raises an alert, once each group has had `fairness_decisions`.
    """

    discount_rate: Decimal
    bucket_edges: tuple[int, ...]
    longest_period_days: int
    smallest_group: int
    fairness_floor: Decimal
    fairness_decisions: int


@dataclass(frozen=True, slots=True)
class RetentionPolicy(PolicyValue):
    """For how many years the house keeps the records of a case that has ended."""

    keep_years: int


@dataclass(frozen=True, slots=True)
class CreditDisputePolicy(PolicyValue):
    """Days to answer a dispute where no pack has a rule, to confirm a correction, and to act once either is over."""

    answer_days: int
    confirm_days: int
    late_days: int


@dataclass(frozen=True, slots=True)
class ClockPolicy(PolicyValue):
    """Days to decide about a regulatory mark whose time is over, and about an exposure that is late in probation."""

    decide_days: int


HOUSE_ANSWERS = "followup/credit_disputes"
# What the rules about disputes of credit records call their days.
ANSWERS = (("CN-23", "answer_objection_days"), ("US-27", "answer_days"))
ANNOUNCED = "US-23"
HOUSE_KEEPS = "followup/retention"
KEEPS = ("keep_records_years", "keep_recordings_years")


@cache
def calendar_of(pack: str) -> BusinessCalendar | None:
    """The business days of a pack, None where no list of its holidays is known."""
    known = load_calendars().get(pack.partition("-")[0])
    if known is None:
        return None
    return BusinessCalendar(known.pack, known.holidays, known.years, known.make_up_workdays)


def day_count(pack: str, to_business_day: bool, pauses: tuple[Period[date], ...] = ()) -> DayCount:
    """How the days of an agreement or a promise are counted."""
    return DayCount(pauses, to_business_day, calendar_of(pack) if to_business_day else None)


class Policies:
    """The policies of followup by day of decision."""

    def __init__(self, pack_overlay: Path | None = None) -> None:
        self._rules = load_packs(pack_overlay)
        self._retention: Dated[RetentionPolicy] = load_dated(PACKAGE, "retention", RetentionPolicy)
        self._disputes: Dated[CreditDisputePolicy] = load_dated(PACKAGE, "credit_disputes", CreditDisputePolicy)
        self._packs: Dated[FollowUpPolicy] = load_dated(PACKAGE, "follow_up", FollowUpPolicy)
        self._postings: Dated[PostingPolicy] = load_dated(PACKAGE, "postings", PostingPolicy)
        self._measures: Dated[MeasurePolicy] = load_dated(PACKAGE, "measures", MeasurePolicy)
        # Asked for every instalment of every agreement that is looked at.
        self._announced = lru_cache(maxsize=4_096)(self._announcement)

    def pack(self, pack: str, now: datetime) -> PackTerms:
        """The terms of a pack at an instant."""
        return self._packs.on(now.date()).value.of(pack)

    def terms(self, pack: str, day: date) -> tuple[str, PackTerms]:
        """Version and terms for an agreement under a pack that is activated on a day."""
        version = self._packs.on(day)
        return version.version, version.value.of(pack)

    def accounts_in_a_day(self, now: datetime) -> int:
        """With statements of how many accounts a file has everything of a day."""
        return self._postings.on(now.date()).value.accounts_in_a_day

    def is_account(self, account_ref: str, now: datetime) -> bool:
        """Whether a reference has the format of an account."""
        return re.fullmatch(self._postings.on(now.date()).value.account_format, account_ref) is not None

    def measures(self, now: datetime) -> MeasurePolicy:
        """How measures are computed at an instant."""
        return self._measures.on(now.date()).value

    def keep_years(self, pack: str, product: str, day: date) -> tuple[str, dict[str, int]]:
        """Version of the house's policy, and by rule for how many years a case that ends on a day is kept.

        Rules bind whoever collected, so those of agencies are among them. Without a pack only the house keeps it.
        """
        house = self._retention.on(day)
        years = {
            rule.id: max(int(rule.value(name)) for name in KEEPS if name in rule.parameters)
            for rule in self.rules_of(pack, product, day).values()
            if any(name in rule.parameters for name in KEEPS)
        }
        return house.version, years | {HOUSE_KEEPS: house.value.keep_years}

    def credit_disputes(self, now: datetime) -> CreditDisputePolicy:
        """What the house gives itself for disputes of credit records."""
        return self._disputes.on(now.date()).value

    def answer_days(self, pack: str, product: str, day: date) -> dict[str, int]:
        """By rule the days in which a dispute that comes on a day is answered; by the house where no pack says it."""
        known = self.rules_of(pack, product, day)
        found = {rule: int(known[rule].value(name)) for rule, name in ANSWERS if rule in known}
        return found or {HOUSE_ANSWERS: self._disputes.on(day).value.answer_days}

    def announcement(self, pack: str, day: date) -> AnnouncementTerms | None:
        """How payments of an agreement of a day are announced; None where no pack says so."""
        return self._announced(pack, day)

    def _announcement(self, pack: str, day: date) -> AnnouncementTerms | None:
        found = self.rules_of(pack, "", day).get(ANNOUNCED)
        return None if found is None else found.terms(AnnouncementTerms)

    def rules_of(self, pack: str, product: str, day: date) -> dict[str, Rule]:
        """The rules of a case by id, each with its stricter number where several packs have one."""
        named = tuple(name for name in pack.split("+") if name in self._rules.by_name)
        found = stricter(self._rules.of_case(named, day), product=Product.named(product)).rules
        return {rule.id: rule for rule in found}
