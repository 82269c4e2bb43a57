"""Contact's dated parameters: rule packs, cadence, treatment and delivery, read when the process starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from services.common.kernel.dated import Dated, PolicyValue
from services.common.kernel.policy_file import load_dated
from services.common.packs.calendars import load_calendars
from services.common.packs.loader import load_packs
from services.common.packs.vocabulary import Actor, Strength
from services.contact.domain.treatment import Step, TreatmentPolicy
from services.contact.domain.vocabulary import Channel
from services.contact.message_policies import MessagesPolicy
from services.contact.packs import ContactPacks
from services.contact.talk_policies import ConversationPolicy, ScriptPolicy

PACKAGE = "services.contact"


@dataclass(frozen=True, slots=True)
class CadencePolicy(PolicyValue):
    """The steps in order, and what nobody does in a quiet period. One step begins it: the written notice."""

    steps: tuple[Step, ...]
    quiet_blocks: tuple[str, ...]

    def __post_init__(self) -> None:
        if [step.kind for step in self.steps if step.quiet] != ["message"]:
            raise ValueError("one step begins the quiet period, and it is a message")

    @property
    def notice(self) -> int:
        """Where among the steps the written notice stands."""
        return next(number for number, step in enumerate(self.steps) if step.quiet)

    @property
    def purposes(self) -> frozenset[str]:
        """What the messages of a round are for."""
        named = {step.purpose for step in self.steps if step.kind == "message"}
        return frozenset(named | {step.instead for step in self.steps if step.instead})


@dataclass(frozen=True, slots=True)
class DeliveryPolicy(PolicyValue):
    """How messages are let out: lives of permits, freshness of the copy of holds, channels by purpose, opt-outs.

    What a gateway does not take for the moment is handed over `tries_per_channel` times at most; a gateway that does
    not say what became of a message is asked for `unheard_hours`.

    Purposes in `own_way` go by no other channels than theirs, whatever is preferred.
    `after_close` are the message classes and purposes that may still go out when a case is closed;
    `provenance_of` says by which lawful channel a number came that somebody gave. Purposes in `known_only` go to
    numbers that the person confirmed, or whose channel is in `known_by`. What waits for a stop to be lifted
    is woken then, and looks by itself every `stop_look_hours`. `acts_as` is what the institution is to its borrowers:
    rules bind the lender, an agency and a buyer of debts differently, and a lender that collects under another name is
    a collector (US-00).
    """

    acts_as: Actor
    message_permit_seconds: int
    call_permit_seconds: int
    hold_copy_seconds: int
    default_channels: tuple[Channel, ...]
    channels: Mapping[str, tuple[Channel, ...]]
    own_way: frozenset[str]
    opt_out_words: frozenset[str]
    opt_out_blocks: tuple[str, ...]
    agreement_blocks: tuple[str, ...]
    confirm_opt_out: frozenset[Channel]
    after_close: frozenset[str]
    provenance_of: Mapping[str, str]
    known_only: frozenset[str]
    known_by: frozenset[str]
    stop_look_hours: int
    tries_per_channel: int
    unheard_hours: int

    def channels_for(self, purpose: str) -> tuple[Channel, ...]:
        return self.channels.get(purpose, self.default_channels)

    def life_of_permit(self, channel: Channel) -> timedelta:
        by_person = channel in (Channel.VOICE, Channel.VISIT)
        return timedelta(seconds=self.call_permit_seconds if by_person else self.message_permit_seconds)


@dataclass(frozen=True, slots=True)
class OverridePolicy(PolicyValue):
    """Which refusals two people may override: by the strength of every rule that refused, for one of these reasons.

    A request is decided within `request_hours`; one of the role `decided_by` is asked to. ValueError for `must`, which
    nobody overrides.
    """

    strengths: frozenset[str]
    reason_codes: frozenset[str]
    request_hours: int
    decided_by: str

    def __post_init__(self) -> None:
        if not self.strengths <= set(Strength) - {Strength.MUST}:
            raise ValueError("a strength is not known, or is must")


@dataclass(frozen=True, slots=True)
class Policies:
    """All of them. Each answers with the version in force on a day."""

    packs: ContactPacks
    cadence: Dated[CadencePolicy] = field(repr=False)
    treatment: Dated[TreatmentPolicy] = field(repr=False)
    delivery: Dated[DeliveryPolicy] = field(repr=False)
    overrides: Dated[OverridePolicy] = field(repr=False)
    messages: Dated[MessagesPolicy] = field(repr=False)
    conversation: Dated[ConversationPolicy] = field(repr=False)
    script: Dated[ScriptPolicy] = field(repr=False)

    @classmethod
    def load(cls, overlay: Path | None = None) -> Self:
        """Read the packaged files and the bank's own on top. PolicyFileInvalid when one is wrong: no start then."""
        return cls(
            packs=ContactPacks(load_packs(overlay), load_calendars()),
            cadence=load_dated(PACKAGE, "cadence", CadencePolicy),
            treatment=load_dated(PACKAGE, "treatment", TreatmentPolicy),
            delivery=load_dated(PACKAGE, "delivery", DeliveryPolicy),
            overrides=load_dated(PACKAGE, "overrides", OverridePolicy),
            messages=load_dated(PACKAGE, "messages", MessagesPolicy),
            conversation=load_dated(PACKAGE, "conversation", ConversationPolicy),
            script=load_dated(PACKAGE, "script", ScriptPolicy),
        )

    def between_looks_on(self, day: date) -> timedelta:
        """How long something waits for a stop before it looks by itself whether it is still in force."""
        return timedelta(hours=self.delivery.on(day).value.stop_look_hours)
