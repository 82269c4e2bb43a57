"""The terms of a strategy: treatments, the ladder of stages, what care and avoidance ask for. Dated policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from services.common.kernel.dated import PolicyValue
from services.contact.domain.outcomes import OUTCOMES, Outcome
from services.contact.domain.vocabulary import Channel, MessageClass

HARDSHIP_TOLD: Final = "HARDSHIP_TOLD"
STAGE_SKIPPED: Final = "STAGE_SKIPPED"


class Tone(StrEnum):
    """How a step speaks."""

    INVITING = "inviting"  # asks what happened
    HELPFUL = "helpful"  # says what can be done, and what it is good for
    FACTUAL = "factual"  # says what follows, without a threat
    FORMAL = "formal"  # a notice


@dataclass(frozen=True, slots=True)
class Step(PolicyValue):
    """One step of a round as it is usually taken.

    A message with its purpose, or work for people: a call or a visit. `instead` is the message for whoever is not
    called, `or_call` lets whoever prefers the telephone be called. Rounds before `from_round` do without the step.
    """

    kind: Literal["message", "call", "visit"]
    purpose: str
    wait_days: int
    message_class: MessageClass = MessageClass.DEMAND
    quiet: bool = False
    instead: str = ""
    or_call: bool = False
    from_round: int = 1

    def __post_init__(self) -> None:
        if self.wait_days < 1:
            raise ValueError("a step waits a day or more")


@dataclass(frozen=True, slots=True)
class Treatment(PolicyValue):
    """Ways of contact, the best first, for cases of these packs, products and buckets (None: of any).

    `owner` is the role that answers for the steps. Nobody is visited unless `visits` says so.
    """

    name: str
    channels: tuple[Channel, ...]
    owner: str
    packs: frozenset[str] | None = None
    products: frozenset[str] | None = None
    buckets: frozenset[str] | None = None
    visits: bool = False

    def fits(self, packs: Iterable[str], product: str, bucket: str) -> bool:
        """Whether it is for such a case; one under several packs must be meant by each of them."""
        limits = ((self.products, product), (self.buckets, bucket))
        meant = self.packs is None or self.packs.issuperset(packs)
        return meant and all(limit is None or value in limit for limit, value in limits)


@dataclass(frozen=True, slots=True)
class Care(PolicyValue):
    """What one effect of care asks for: gentle ways only, some ways not at all, more time, or another role."""

    gentle: bool = False
    without: frozenset[Channel] = frozenset()
    wait_times: int = 1
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Stage(PolicyValue):
    """A stage of the ladder: from `after_days` of a round on, and after something of each stage in `needs` went out.

    One that `demands` asks for payment or says what follows without it, and is closed to a case of hardship.
    """

    stage: str
    purposes: frozenset[str]
    tone: Tone
    after_days: int
    needs: frozenset[str] = frozenset()
    demands: bool = False


@dataclass(frozen=True, slots=True)
class Avoidance(PolicyValue):
    """When somebody avoids us: so many attempts in a row with outcomes of these attributes, other than those which say
    that the number or address is wrong (`except_actions`)."""

    in_a_row: int
    attributes: Mapping[str, bool]
    except_actions: frozenset[str]

    def __post_init__(self) -> None:
        if self.in_a_row < 1 or set(self.attributes) - set(Outcome.__dataclass_fields__):
            raise ValueError("avoidance counts one or more outcomes, by attributes that outcomes have")

    def is_avoidance(self, outcome: Outcome) -> bool:
        fits = all(getattr(outcome, name) == value for name, value in self.attributes.items())
        return fits and outcome.next_action.value not in self.except_actions

    def in_row(self, contacts: Iterable[tuple[Channel, str]]) -> tuple[Channel, ...]:
        """The channels of the contacts that were avoided since somebody last answered, the oldest first.

        `contacts` are (channel, outcome code), the oldest first.
        """
        found: list[Channel] = []
        for channel, code in contacts:
            if OUTCOMES[code].counts_as_connected:
                found.clear()
            elif self.is_avoidance(OUTCOMES[code]):
                found.append(channel)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class TreatmentPolicy(PolicyValue):
    """All of it. `gentlest_first` names every channel; of the treatments the first that fits is taken."""

    gentlest_first: tuple[Channel, ...]
    notice_channels: tuple[Channel, ...]
    treatments: tuple[Treatment, ...]
    care: Mapping[str, Care]
    ladder: tuple[Stage, ...]
    avoidance: Avoidance
    visit_staff: int
    visit_permitted_by: str

    def __post_init__(self) -> None:
        if set(self.gentlest_first) != set(Channel) or len(self.gentlest_first) != len(Channel):
            raise ValueError("gentlest_first names every channel once")
        last = self.treatments[-1]
        if (last.packs, last.products, last.buckets) != (None, None, None):
            raise ValueError("the last treatment fits every case")
        known = {stage.stage for stage in self.ladder}
        if any(stage.needs - known for stage in self.ladder):
            raise ValueError("a stage needs stages of the ladder")

    def treatment_of(self, packs: Iterable[str], product: str, bucket: str) -> Treatment:
        known = frozenset(packs)
        return next(one for one in self.treatments if one.fits(known, product, bucket))

    def stage_of(self, purpose: str) -> Stage | None:
        """The stage of a purpose; None for one that is on no ladder, such as a notice that the law asks for."""
        return next((stage for stage in self.ladder if purpose in stage.purposes), None)

    def cared_for(self, effects: Iterable[str]) -> Care:
        """All that the effects of care ask for together; one that is not known here asks for gentle ways."""
        asked = [self.care.get(effect, Care(gentle=True)) for effect in effects]
        return Care(
            gentle=any(one.gentle for one in asked),
            without=frozenset(channel for one in asked for channel in one.without),
            wait_times=max((one.wait_times for one in asked), default=1),
            owner=next((one.owner for one in asked if one.owner), None),
        )

    def gentler(self, channel: Channel, than: Channel) -> bool:
        return self.gentlest_first.index(channel) < self.gentlest_first.index(than)

    def by_gentleness(self, channels: Iterable[Channel]) -> tuple[Channel, ...]:
        return tuple(sorted(channels, key=self.gentlest_first.index))

    def closed_to(self, purpose: str, *, is_step: bool, hardship: bool) -> str | None:
        """Why a demand of this purpose does not go out: it is no step of a round, or hardship was told of meanwhile."""
        stage = self.stage_of(purpose)
        if stage is None or not stage.demands:
            return None
        if hardship:
            return HARDSHIP_TOLD
        return None if is_step else STAGE_SKIPPED
