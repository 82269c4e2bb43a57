"""Consents to be called again: what they cover, and what ends them (US-04, US-05)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.contact.domain.guard.counters import Kind, is_of_kind
from services.contact.domain.guard.days import begins
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.vocabulary import Channel

CALLBACK = "RPC_CALLBACK_AGREED"


class Consents:
    """Consents to be called again, each for a number of local days from its own on, until the next conversation."""

    def __init__(self, facts: ContactFacts) -> None:
        said = [one.at for one in facts.history if one.outcome == CALLBACK]
        self._given = sorted({*facts.callback_agreed, *said})
        self._spoken = sorted(
            one.at
            for one in facts.history
            if one.channel is Channel.VOICE and one.outcome is not None and is_of_kind(one, Kind.CONVERSATION)
        )
        self._zones = facts.zones

    def __bool__(self) -> bool:
        return bool(self._given)

    def covers(self, moment: datetime, days: int) -> bool:
        """Whether a call that is wanted at a moment is covered by the latest consent until then, in every zone."""
        return self._covers(bisect_right(self._given, moment), bisect_right(self._spoken, moment), moment, days)

    def covered(self, made: datetime, days: int) -> bool:
        """Whether a call that was made was covered. What was agreed or said in it came too late for it."""
        return self._covers(bisect_left(self._given, made), bisect_left(self._spoken, made), made, days)

    def _covers(self, given_before: int, spoken_before: int, moment: datetime, days: int) -> bool:
        if not given_before:
            return False
        given = self._given[given_before - 1]
        if spoken_before > bisect_right(self._spoken, given):
            return False  # the next conversation ends it
        return all(moment < begins(local_day(given, zone) + timedelta(days=days), zone) for zone in self._zones)
