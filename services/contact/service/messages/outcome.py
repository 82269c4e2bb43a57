"""How a message ends or goes on: sent, not deliverable, refused. Shared by the hand-over and by receipts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.contracts.events.contacts import MessageRefused, MessageSent, MessageUnreachable
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import CaseUnknown, PermitUnusable
from services.contact.models import ContactCase
from services.contact.repository import cases, messages, numbers, permits
from services.contact.repository.messages import LockedMessage, MessageRef
from services.contact.service.permits.attempts import attempt_of
from services.contact.workflows.messages import Delivered

OBLIGATION = "message"
UNHEARD = "unknown"
"""The state of a message that was handed over and whose answer is not known."""
GIVEN_UP = "GIVEN_UP"
"""Why a message has ended that a person decided to do without."""
UNDELIVERABLE = frozenset({"UNDELIVERABLE", "ADDRESS_INCOMPLETE", "BOUNCED"})
"""Reasons by which an address is good for nothing more."""
PASSED_ON = Delivered(outcome="later")
"""This way was in vain, and there is another one: the message is planned for it, and looked at again at once."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Under which permit a message was handed over, and the first zone of the borrower, in which its day is counted."""

    permit_id: UUID
    zone: str


def hand_over_of(message: LockedMessage) -> HandOver:
    """How a message was handed over. PermitUnusable when it was not."""
    if message.permit_id is None or message.zone is None:
        raise PermitUnusable("a message that was handed over has a permit")
    return HandOver(message.permit_id, message.zone)


async def record_sent(uow: UnitOfWork, ref: MessageRef, over: HandOver, provider_id: str) -> Delivered | None:
    """The gateway took it. None, and nothing is recorded, when it does not wait for this answer any more."""
    now = uow.now()
    if not await _answered(uow, ref, over, now, "sent", provider_id=provider_id):
        return None
    await uow.emit(
        MessageSent(
            case_id=ref.case_id,
            message_id=ref.message_id,
            purpose=ref.purpose,
            object_ref=ref.object_ref,
            permit_id=over.permit_id,
            at=now,
        )
    )
    await _ended(uow, ref, "sent", None, over.permit_id)
    return Delivered(outcome="sent")


async def record_failed(
    uow: UnitOfWork, ref: MessageRef, over: HandOver, reason: str, another: bool
) -> Delivered | None:
    """The gateway will not take it; with `another` way it goes on by that one.

    None, and nothing is recorded, when it does not wait for this answer any more.
    """
    if not await _answered(uow, ref, over, uow.now(), "failed", reason=reason):
        return None
    return await in_vain(uow, ref, over.permit_id, reason, another)


async def in_vain(uow: UnitOfWork, ref: MessageRef, permit_id: UUID, reason: str, another: bool) -> Delivered:
    """A message did not arrive by the way it went under a permit: it goes on by another one, or has ended.

    An address that nothing can be delivered to is barred, so that nobody tries it again.
    """
    if reason in UNDELIVERABLE:
        await _bar_address(uow, ref, permit_id, reason)
    if another:
        await messages.pass_on(uow.session, ref.message_id, reason, uow.now())
        await _ended(uow, ref, "passed_on", reason, permit_id)
        return PASSED_ON
    await say_unreachable(uow, ref, reason)
    await _ended(uow, ref, "failed", reason, permit_id)
    return Delivered(outcome="unreachable")


async def _bar_address(uow: UnitOfWork, ref: MessageRef, permit_id: UUID, reason: str) -> None:
    permit = await permits.lock_permit(uow.session, permit_id)
    if permit is None or permit.number_id is None:
        return
    if await numbers.bar_one(uow.session, permit.number_id, "undeliverable", uow.now()):
        await uow.audit(
            "number.barred",
            f"borrower/{permit.borrower_id}",
            case_id=ref.case_id,
            detail={"number_id": str(permit.number_id), "barred_for": "undeliverable", "reason": reason},
        )


async def record_unreachable(uow: UnitOfWork, message: LockedMessage, reason: str) -> Delivered:
    """There is no number to send it to."""
    await messages.end(uow.session, message.message_id, "unreachable", reason)
    await say_unreachable(uow, message, reason)
    await uow.meet(OBLIGATION, str(message.message_id))
    await _ended(uow, message, "unreachable", reason, message.permit_id)
    return Delivered(outcome="unreachable")


async def record_refused(uow: UnitOfWork, message: LockedMessage, rule: str, earliest: datetime | None) -> Delivered:
    """It may not go out, and waiting does not help."""
    await messages.end(uow.session, message.message_id, "refused", rule)
    await uow.emit(
        MessageRefused(
            case_id=message.case_id,
            message_id=message.message_id,
            purpose=message.purpose,
            object_ref=message.object_ref,
            rule=rule,
            earliest=earliest,
        )
    )
    await uow.meet(OBLIGATION, str(message.message_id))
    await _ended(uow, message, "refused", rule, message.permit_id)
    return Delivered(outcome="refused")


async def say_unreachable(uow: UnitOfWork, ref: MessageRef, reason: str) -> None:
    """Tell that no gateway could deliver it."""
    await uow.emit(
        MessageUnreachable(
            case_id=ref.case_id,
            message_id=ref.message_id,
            purpose=ref.purpose,
            object_ref=ref.object_ref,
            reason=reason,
        )
    )


def ended(message: LockedMessage) -> Delivered:
    """How a message ended before, as its workflow hears it."""
    if message.state == "refused":
        return Delivered(outcome="refused")
    return Delivered(outcome="unreachable" if message.state in ("failed", "unreachable") else "sent")


async def case_of(uow: UnitOfWork, case_id: UUID) -> ContactCase:
    """The case of a message or a round. CaseUnknown."""
    case = await cases.find_case(uow.session, case_id)
    if case is None:
        raise CaseUnknown("contact has not heard of this case yet")
    return case


async def _answered(
    uow: UnitOfWork,
    ref: MessageRef,
    over: HandOver,
    now: datetime,
    state: str,
    *,
    provider_id: str | None = None,
    reason: str | None = None,
) -> bool:
    answer = {
        "message_id": ref.message_id,
        "state": state,
        "provider_id": provider_id,
        "sent_at": now if provider_id else None,
        "reason": reason,
        "obligation": OBLIGATION,
        "ref": str(ref.message_id),
    }
    outcome = "SENT" if provider_id else "BOUNCED" if reason in UNDELIVERABLE else "WRONG_FORMAT"
    return await messages.answered(uow.session, answer | attempt_of(over.permit_id, over.zone, outcome, now))


async def _ended(uow: UnitOfWork, ref: MessageRef, state: str, reason: str | None, permit_id: UUID | None) -> None:
    await uow.audit(
        f"message.{state}",
        f"message/{ref.message_id}",
        case_id=ref.case_id,
        detail={"purpose": ref.purpose, "reason": reason, "permit_id": str(permit_id or "")},
    )
