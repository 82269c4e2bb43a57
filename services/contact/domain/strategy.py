"""The strategy: by which ways a step of a round is taken, in what tone, by whom, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from services.contact.domain import reasons
from services.contact.domain.reasons import Reason
from services.contact.domain.treatment import Care, Stage, Step, Tone, Treatment, TreatmentPolicy
from services.contact.domain.vocabulary import Channel, MessageClass

CALL = "call_borrower"
BY_PEOPLE = (Channel.VOICE, Channel.VISIT)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a case and its borrower when a step is due.

    `days` are those since the round began. `addresses` are the channels in which there is a usable number or address;
    none means that nothing is known yet. `avoided` are the channels of the contacts that were avoided in a row, the
    oldest first; `went_out` the purposes of this round that reached the borrower's side. `care` are effects, no flags.
    """

    packs: tuple[str, ...]
    product: str
    bucket: str
    round: int
    days: int
    language: str
    addresses: frozenset[Channel] = frozenset()
    care: frozenset[str] = frozenset()
    preferred: Channel | None = None
    stopped: frozenset[Channel] = frozenset()
    avoided: tuple[Channel, ...] = ()
    went_out: frozenset[str] = frozenset()
    hardship: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A step as it is taken. `channels` are tried in this order; a pause has none, and only waits."""

    kind: Literal["message", "call", "visit", "pause"]
    stage: str
    purpose: str
    message_class: MessageClass
    channels: tuple[Channel, ...]
    tone: Tone
    owner: str
    language: str
    wait_days: int
    quiet: bool
    treatment: str
    reason: Reason


def choose(step: Step, situation: Situation, policy: TreatmentPolicy) -> Choice | None:
    """How a step that is due is taken; None when this case does without it.

    What may not be done is not made up for: a step is replaced by a gentler one or by waiting, never added.
    """
    treatment = policy.treatment_of(situation.packs, situation.product, situation.bucket)
    care = policy.cared_for(situation.care)
    ways = _Ways(policy, treatment, care, situation)
    if situation.round < step.from_round or (step.kind == "visit" and not ways.may_visit):
        return None
    stage = policy.stage_of(step.purpose)
    choice = Choice(
        kind=step.kind,
        stage="notice" if stage is None else stage.stage,
        purpose=step.purpose,
        message_class=step.message_class,
        channels=(),
        tone=Tone.FORMAL if stage is None else stage.tone,
        owner=care.owner or treatment.owner,
        language=situation.language,
        # A quiet period is as long for everybody as the notice says.
        wait_days=step.wait_days * (1 if step.quiet else care.wait_times),
        quiet=step.quiet,
        treatment=treatment.name,
        reason=reasons.usual(treatment.name, situation.product, situation.bucket, situation.packs),
    )
    if stage is None:
        channels = ways.of_notice()
        return replace(choice, channels=channels, reason=reasons.notice(ways.first_of(channels)))
    if step.kind == "message":
        return _message(step, choice, stage, ways)
    if (why := ways.locked(stage)) is not None:
        return _pause(choice, why)
    if step.kind == "visit":
        return replace(choice, channels=(Channel.VISIT,))
    return _call(step, choice, ways)


def _message(step: Step, choice: Choice, stage: Stage, ways: _Ways) -> Choice:
    if (why := ways.locked(stage)) is not None:
        return _pause(choice, why)
    channels = ways.of_message()
    wanted = ways.situation.preferred is Channel.VOICE or not channels
    if step.or_call and wanted and ways.may_call and (talk := ways.policy.stage_of(CALL)) and not ways.locked(talk):
        called = replace(choice, kind="call", stage=talk.stage, purpose=CALL, channels=(Channel.VOICE,), tone=talk.tone)
        return replace(called, reason=ways.reason(Channel.VOICE, choice.reason))
    if not channels:
        return _pause(choice, ways.reason_of_none())
    return replace(choice, channels=channels, reason=ways.reason(channels[0], choice.reason))


def _call(step: Step, choice: Choice, ways: _Ways) -> Choice:
    if ways.may_call:
        return replace(choice, channels=(Channel.VOICE,), reason=ways.reason(Channel.VOICE, choice.reason))
    stage = ways.policy.stage_of(step.instead)
    if stage is None:
        return _pause(choice, ways.reason_of_none())
    written = replace(choice, kind="message", stage=stage.stage, purpose=step.instead, tone=stage.tone)
    return _message(replace(step, or_call=False), written, stage, ways)


def _pause(choice: Choice, why: Reason) -> Choice:
    return replace(choice, kind="pause", channels=(), reason=why)


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways that are open in a situation."""

    policy: TreatmentPolicy
    treatment: Treatment
    care: Care
    situation: Situation

    @property
    def avoids(self) -> bool:
        return len(self.situation.avoided) >= self.policy.avoidance.in_a_row

    @property
    def may_call(self) -> bool:
        known = not self.situation.addresses or Channel.VOICE in self.situation.addresses
        return known and not self.care.gentle and self._open(Channel.VOICE)

    @property
    def may_visit(self) -> bool:
        return self.treatment.visits and not self.care.gentle and self._open(Channel.VISIT)

    def _open(self, channel: Channel) -> bool:
        if channel in self.situation.stopped or channel in self.care.without:
            return False
        return not self.avoids or self.policy.gentler(channel, self.situation.avoided[-1])

    def of_message(self) -> tuple[Channel, ...]:
        """The ways of a message that are open and lead somewhere, in the order in which they are tried.

        Where no address is known, any may lead somewhere.
        """
        written = [channel for channel in self.policy.gentlest_first if channel not in BY_PEOPLE]
        if not (self.care.gentle or self.avoids):
            written = [*self.treatment.channels, *(one for one in written if one not in self.treatment.channels)]
        known = self.situation.addresses
        led = [channel for channel in written if self._open(channel) and (not known or channel in known)]
        return self._preferred_first(tuple(led))

    def of_notice(self) -> tuple[Channel, ...]:
        """The ways of a notice. It goes out in any case: by ways that are open before those that are not."""
        channels = tuple(one for one in self.policy.notice_channels if one not in self.care.without)
        ordered = self._preferred_first(channels or self.policy.notice_channels)
        return tuple(sorted(ordered, key=lambda channel: not self._open(channel)))

    def _preferred_first(self, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        return tuple(sorted(channels, key=lambda channel: channel is not self.situation.preferred))

    def first_of(self, channels: tuple[Channel, ...]) -> Channel:
        """The way that is taken as things stand."""
        return next((one for one in channels if one in self.situation.addresses), channels[0])

    def locked(self, stage: Stage) -> Reason | None:
        """Why a stage is not open yet, or not at all."""
        if stage.demands and self.situation.hardship:
            return reasons.hardship()
        if self.situation.days < stage.after_days:
            return reasons.too_early(stage.after_days)
        before = [one for one in self.policy.ladder if one.stage in stage.needs]
        missing = [one.stage for one in before if not one.purposes & self.situation.went_out]
        return reasons.stage_before(missing[0]) if missing else None

    def reason(self, channel: Channel, usual: Reason) -> Reason:
        """Why this way, which is open, is taken first."""
        if self.avoids:
            return reasons.avoided(channel, len(self.situation.avoided), self.situation.avoided[-1])
        if self.care.gentle:
            return reasons.gentle(channel)
        if channel is self.situation.preferred:
            return reasons.preferred(channel)
        if self.situation.stopped:
            return reasons.stopped(channel, self.policy.by_gentleness(self.situation.stopped))
        return usual

    def reason_of_none(self) -> Reason:
        last = self.situation.avoided[-1] if self.avoids else None
        return reasons.no_way(last, self.policy.by_gentleness(self.situation.stopped))
