"""The permit: asked under the lock of the borrower's budget, decided by the guard, kept with all it saw, used once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.rule import rule_of
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.guard import decision as guard
from services.contact.domain.guard import own
from services.contact.domain.guard.questions import Verdict
from services.contact.domain.guard.telling import summary
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import STOPPED, ContactCase, Number
from services.contact.permitted import PermittedMessage
from services.contact.policies import Policies
from services.contact.repository import permits
from services.contact.repository.messages import LockedMessage
from services.contact.service.permits.asked import PLAIN, UNREAD, Asked, Special, Wording, packs_of, product_of
from services.contact.service.permits.facts import read_facts
from services.contact.service.permits.kept import stored
from services.contact.service.permits.using import BY_PEOPLE, owe_report

HOLD_COPY_STALE = rule_of(own.holds_are_fresh).id


@dataclass(frozen=True, slots=True)
class PermitAsk:
    """Who wants to contact whom, how and what for. `permit_id` comes from what is asked, so a repeat asks the same.

    `template` is the text that is to be sent; for a call it is what the call is for. `overriding` are the rules that
    two people let the contact through.
    """

    permit_id: UUID
    case: ContactCase
    channel: Channel
    purpose: str
    template: str
    message_class: MessageClass
    number: Number | None
    names_institution: bool
    special: Special = PLAIN
    wording: Wording = UNREAD
    overriding: frozenset[str] = frozenset()

    @property
    def person_id(self) -> UUID:
        """Whom the contact is with, or about: its budget is locked and it is kept under it."""
        return self.special.person_id or self.case.borrower_id


@dataclass(frozen=True, slots=True)
class Decision:
    """The stored answer. `earliest` is the next legal moment when time alone brings one."""

    permit_id: UUID
    permitted: bool
    verdicts: tuple[Verdict, ...]
    pack: str
    pack_version: str
    decided_at: datetime
    expires_at: datetime | None
    earliest: datetime | None
    said: dict[str, str]
    overridden: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that refused."""
        return () if self.permitted else tuple(verdict.rule for verdict in self.verdicts if verdict.refuses)


class Permits:
    """Decides on contacts and turns used permits into messages that may leave."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def reserve(self, uow: UnitOfWork, ask: PermitAsk) -> Decision:
        """Decide with the borrower's budget locked until the transaction ends: a permit counts from its reservation."""
        decision, answer = await self._decide(uow, ask, None)
        await permits.put_permit(uow.session, self._kept(uow, ask, answer, decision, used_at=None))
        if decision.expires_at is not None and ask.channel in BY_PEOPLE:
            day = local_day(decision.decided_at, ask.case.time_zones[0])
            within = timedelta(hours=self._policies.conversation.on(day).value.finish_hours)
            await owe_report(uow, ask.case.case_id, ask.permit_id, decision.expires_at + within)
        return decision

    async def let_out(self, uow: UnitOfWork, ask: PermitAsk, message: LockedMessage) -> PermittedMessage | Decision:
        """Decide on a message that leaves at once: its permit is used as it is given. The refusal otherwise.

        Either is kept together with the message as it was asked about.
        """
        decision, answer = await self._decide(uow, ask, message.text)
        number = ask.number
        if not decision.permitted or number is None or message.text is None:
            kept = self._kept(uow, ask, answer, decision, used_at=None)
            await permits.put_asked(uow.session, kept, message, STOPPED if STOPPED in decision.rules else None)
            return decision
        used = self._kept(uow, ask, answer, decision, used_at=decision.decided_at)
        await permits.put_asked(uow.session, used, message, None)
        return PermittedMessage(
            message_id=message.message_id,
            permit_id=ask.permit_id,
            channel=ask.channel.value,
            reference=f"{message.purpose}/{message.object_ref}/{message.version}",
            language=message.language or "",
            to=number.value,
            subject=message.subject,
            text=message.text,
            tried=len(message.tried),
        )

    async def _decide(
        self, uow: UnitOfWork, ask: PermitAsk, text: str | None
    ) -> tuple[Decision, guard.Permit | guard.Refusal]:
        await permits.lock_budget(uow.session, ask.person_id)
        asked = Asked(
            ask.case, ask.channel, ask.message_class, ask.number, ask.names_institution, ask.template, text,
            ask.special, ask.wording,
        )  # fmt: skip
        if ask.channel is Channel.VOICE and asked.digest is not None:
            await permits.lock_number(uow.session, asked.digest)
        now = uow.now()
        day = local_day(now, ask.case.time_zones[0])
        delivery = self._policies.delivery.on(day).value
        terms = self._policies.packs.terms(
            packs_of(ask.case), day, ask.channel, ask.special.actor, product_of(ask.case)
        )
        facts = await read_facts(uow.session, delivery, self._policies.packs, terms, asked, now)
        answer = guard.ask(facts, terms)
        permitted, until = isinstance(answer, guard.Permit), now + delivery.life_of_permit(ask.channel)
        overridden = _overridden(answer, ask.overriding)
        decision = Decision(
            permit_id=ask.permit_id,
            permitted=permitted or bool(overridden),
            verdicts=answer.verdicts,
            pack=answer.pack,
            pack_version=answer.pack_version,
            decided_at=now,
            # The hours that were asked about may end before the life of a permit does.
            expires_at=min(until, answer.closes or until) if isinstance(answer, guard.Permit) else until,
            earliest=None if isinstance(answer, guard.Permit) else answer.earliest,
            said=summary(answer),
            overridden=overridden,
        )
        return decision if decision.permitted else replace(decision, expires_at=None), answer

    def _kept(
        self,
        uow: UnitOfWork,
        ask: PermitAsk,
        answer: guard.Permit | guard.Refusal,
        decision: Decision,
        used_at: datetime | None,
    ) -> dict[str, Any]:
        third = ask.special.third_party
        return {
            "permit_id": ask.permit_id,
            "borrower_id": ask.person_id,
            "case_id": ask.case.case_id,
            "channel": ask.channel.value,
            "number_id": ask.number.number_id if ask.number else None,
            "number_digest": third.digest if third else ask.number.digest if ask.number else None,
            "third_party_id": third.third_party_id if third else None,
            "purpose": ask.purpose,
            "message_class": ask.message_class.value,
            "verdict": "permitted" if decision.permitted else "refused",
            "verdicts": [_kept_verdict(one) for one in decision.verdicts],
            "facts": stored(answer.facts),
            "asked": _asked(ask),
            "overridden": list(decision.overridden),
            "pack": decision.pack,
            "pack_version": decision.pack_version,
            "asked_by": uow.caller.person,
            "decided_at": decision.decided_at,
            "earliest": decision.earliest,
            "expires_at": decision.expires_at,
            "used_at": used_at,
        }


def _kept_verdict(one: Verdict) -> dict[str, Any]:
    """A verdict as it is kept. One that did not pass and does not block was a warning."""
    kept = {"rule": one.rule, "passed": one.passed, "reason": one.reason, "strength": one.strength}
    return kept | ({"facts": one.facts} if one.facts else {}) | ({} if one.blocks else {"warns": True})


def _asked(ask: PermitAsk) -> dict[str, Any]:
    """What is kept of what was asked for beside the facts: without it the terms could not be made again."""
    special, product = ask.special, product_of(ask.case)
    kept: dict[str, Any] = {"actor": special.actor.value}
    if product is not None:
        kept["product"] = product.value
    if special.staff:
        kept["staff"] = list(special.staff)
    if special.callback is not None:
        kept["callback"] = str(special.callback)
    return kept


def _overridden(answer: guard.Permit | guard.Refusal, allowed: frozenset[str]) -> tuple[str, ...]:
    """The rules that refused and that two people override; none when any other rule refused."""
    if isinstance(answer, guard.Permit) or not set(answer.rules) <= allowed:
        return ()
    return answer.rules
