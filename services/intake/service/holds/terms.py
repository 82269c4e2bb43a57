"""What a kind of hold blocks and when it ends: by the packs where the law says so, otherwise by policy."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.kernel.dated import PolicyMissing
from services.common.kernel.errors import InvalidInput
from services.intake.domain.holds import HoldTerms as KindTerms
from services.intake.domain.moratorium import (
    BreathingSpace,
    BreathingSpaceTerms,
    CrisisTerms,
    CrisisTreatment,
    Registration,
    breathing_space,
    crisis_moratorium,
)
from services.intake.policies import Policies
from services.intake.schemas import HoldEnd
from services.intake.service.holds.placing import Wanted

BREATHING_SPACE = "BREATHING_SPACE"
CRISIS = "MENTAL_HEALTH_CRISIS"
DEBT_ADVICE = "DEBT_ADVICE"


class HoldTerms:
    """Answers for one borrower's time zone, in whose days the law counts."""

    def __init__(self, policies: Policies, zone: str) -> None:
        self._policies = policies
        self._zone = zone

    def wanted(self, kind: str, now: datetime, said: HoldEnd) -> Wanted:
        """A hold of this kind from now on. InvalidInput for an unknown kind, or an end that is no end of it.

        Breathing space protects from the day after its registration by law; we leave the borrower alone at once.
        """
        terms = self._policies.holds(now).kinds.get(kind)
        if terms is None:
            raise InvalidInput("no such kind of hold", fields=[("#/kind", "is not one of the policy")])
        ends_at = self._end(kind, now, said)
        if ends_at is None and terms.days is not None:
            ends_at = now + timedelta(days=terms.days)
        if ends_at is not None and ends_at <= now:
            raise InvalidInput("the hold would be over", fields=[("#/ends_at", "must be in the future")])
        _within(terms, now, ends_at)
        from_day = self._space(self.registered_on(now, said)).start if kind == BREATHING_SPACE else None
        return Wanted(kind, tuple(sorted(terms.blocks)), now, ends_at, terms.reach, interest_from=from_day)

    def later_end(self, kind: str, ends_at: datetime | None, now: datetime, said: HoldEnd) -> datetime:
        """The new end of a hold that is in force. InvalidInput when nothing says which, or it is past."""
        found = said.ends_at or self._by_law(kind, now, said)
        if found is None and ends_at is not None:
            found = self.extended(kind, ends_at, now)
        if found is None:
            raise InvalidInput("the hold needs an end", fields=[("#/ends_at", "is needed for this kind")])
        if found <= now:
            raise InvalidInput("the hold would be over", fields=[("#/ends_at", "must be in the future; lift it")])
        _within(self._policies.holds(now).kinds[kind], max(now, ends_at or now), found)
        return found

    def registered_on(self, now: datetime, said: HoldEnd) -> date:
        """The day on which breathing space was registered."""
        return said.registered_on or self._today(now)

    def extended(self, kind: str, ends_at: datetime, now: datetime) -> datetime | None:
        """The end of a hold that the law lets be extended (UK-04); None for other kinds."""
        if kind != DEBT_ADVICE:
            return None
        days: int = self._policies.rule("UK-04", self._today(now)).value("extension_days")
        return max(ends_at, now) + timedelta(days=days)

    def _end(self, kind: str, now: datetime, said: HoldEnd) -> datetime | None:
        by_law = self._by_law(kind, now, said)
        if said.ends_at is not None or by_law is not None:
            return said.ends_at or by_law
        if kind == BREATHING_SPACE:
            return self._breathing_space(self._today(now))
        if kind == DEBT_ADVICE:
            days: int = self._policies.rule("UK-04", self._today(now)).value("hold_days")
            return now + timedelta(days=days)
        return None

    def _by_law(self, kind: str, now: datetime, said: HoldEnd) -> datetime | None:
        """The end that follows from a day that was said; InvalidInput when it does not belong to the kind."""
        if said.registered_on is not None:
            if kind != BREATHING_SPACE or said.registered_on > self._today(now):
                raise InvalidInput(
                    "no such registration", fields=[("#/registered_on", "is a day of breathing space that has come")]
                )
            try:
                return self._breathing_space(said.registered_on)
            except PolicyMissing:
                raise InvalidInput(
                    "no such registration",
                    fields=[("#/registered_on", "is a day on which the law knew breathing space")],
                ) from None
        if said.treatment_ends_on is None:
            return None
        if kind != CRISIS:
            raise InvalidInput("no treatment", fields=[("#/treatment_ends_on", "belongs to another kind of hold")])
        terms = self._policies.rule("UK-13", self._today(now)).terms(CrisisTerms)
        last = crisis_moratorium(CrisisTreatment(said.treatment_ends_on), terms).last_protected_day
        return None if last is None else self._close_of(last)

    def _breathing_space(self, registered: date) -> datetime:
        return self._close_of(self._space(registered).last_protected_day)

    def _space(self, registered: date) -> BreathingSpace:
        terms = self._policies.rule("UK-12", registered).terms(BreathingSpaceTerms)
        return breathing_space(Registration(registered), terms)

    def _today(self, now: datetime) -> date:
        return local_day(now, self._zone)

    def _close_of(self, day: date) -> datetime:
        """The first instant after a day."""
        return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(self._zone)).astimezone(UTC)


def _within(terms: KindTerms, since: datetime, ends_at: datetime | None) -> None:
    """InvalidInput when a hold of these terms would last longer than it may."""
    if terms.most_days is not None and (ends_at is None or ends_at > since + timedelta(days=terms.most_days)):
        raise InvalidInput("too long", fields=[("#/ends_at", f"is {terms.most_days} days away at most")])
