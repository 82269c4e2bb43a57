"""Consents to be called again: what they cover, and what ends them (US-04, US-05, HOUSE-12)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.contact.domain.guard.counters import Kind, is_of_kind
from services.contact.domain.guard.days import begins
from services.contact.domain.guard.facts import CallBack, ContactFacts
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel

CALLBACK = "RPC_CALLBACK_AGREED"


class Consents:
    """Consents to be called again, each for a number of local days from its own on, until the next conversation.

    One that names a moment covers calls around that moment and no others.
    """

    def __init__(self, facts: ContactFacts, terms: GuardTerms) -> None:
        agreed = facts.callbacks()
        if facts.callback_agreed is None:
            agreed = tuple(CallBack(one.at) for one in facts.history if one.outcome == CALLBACK)
        self._given = sorted(agreed, key=_given_at)
        self._spoken = sorted(
            one.at
            for one in facts.history
            if one.channel is Channel.VOICE and one.outcome is not None and is_of_kind(one, Kind.CONVERSATION)
        )
        self._zones = facts.zones
        self._early, self._late = (
            timedelta(minutes=min((one.values[name] for one in terms.having(name)), default=0))
            for name in ("callback_early_minutes", "callback_late_minutes")
        )

    def __bool__(self) -> bool:
        return bool(self._given)

    def covers(self, moment: datetime, days: int | None) -> bool:
        """Whether a call that is wanted at a moment is covered by the latest consent until then, in every zone."""
        before = bisect_right(self._given, moment, key=_given_at)
        return self._covers(before, bisect_right(self._spoken, moment), moment, days)

    def covered(self, made: datetime, days: int | None) -> bool:
        """Whether a call that was made was covered. What was agreed or said in it came too late for it."""
        before = bisect_left(self._given, made, key=_given_at)
        return self._covers(before, bisect_left(self._spoken, made), made, days)

    def opens(self, moment: datetime, days: int | None) -> datetime | None:
        """The first moment from the given one on that is covered; None when there is none."""
        if self.covers(moment, days):
            return moment
        starts = sorted(one.at - self._early for one in self._given if one.at is not None)
        return next((start for start in starts if start > moment and self.covers(start, days)), None)

    def moment(self, moment: datetime) -> datetime | None:
        """Until when the call may be made that was agreed for a moment, if the given one is in its time; else None."""
        before = bisect_right(self._given, moment, key=_given_at)
        agreed = self._given[before - 1].at if before else None
        return agreed + self._late if agreed is not None and self.covers(moment, None) else None

    def next_moment(self, moment: datetime) -> datetime | None:
        """The first moment from the given one on at which such a call may be made; None when there is none."""
        starts = sorted(one.at - self._early for one in self._given if one.at is not None)
        return next((at for at in (moment, *starts) if at >= moment and self.moment(at) is not None), None)

    def _covers(self, given_before: int, spoken_before: int, moment: datetime, days: int | None) -> bool:
        if not given_before:
            return False
        given = self._given[given_before - 1]
        if spoken_before > bisect_right(self._spoken, given.given_at):
            return False  # the next conversation ends it
        if given.at is not None and not given.at - self._early <= moment < given.at + self._late:
            return False
        if days is None:
            return True
        since = given.given_at
        return all(moment < begins(local_day(since, zone) + timedelta(days=days), zone) for zone in self._zones)


def _given_at(one: CallBack) -> datetime:
    return one.given_at
