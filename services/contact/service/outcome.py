"""How a message ends: sent, not deliverable, refused. Shared by the hand-over and by receipts that overtake it."""

from datetime import datetime
from uuid import UUID

from services.common.contracts.events.contacts import MessageRefused, MessageSent, MessageUnreachable
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import CaseUnknown, PermitUnusable
from services.contact.models import ContactCase, Message
from services.contact.repository import cases, permits
from services.contact.service.attempts import keep_attempt
from services.contact.workflows.messages import Delivered

OBLIGATION = "message"
UNHEARD = "unknown"
"""The state of a message that was handed over and whose answer is not known."""


async def record_sent(uow: UnitOfWork, message: Message, provider_id: str) -> None:
    """The gateway took it."""
    now = uow.now()
    message.state, message.provider_id, message.sent_at = "sent", provider_id, now
    permit_id = await _attempt(uow, message, "SENT")
    await uow.emit(
        MessageSent(
            case_id=message.case_id,
            message_id=message.message_id,
            purpose=message.purpose,
            object_ref=message.object_ref,
            permit_id=permit_id,
            at=now,
        )
    )
    await _ended(uow, message)


async def record_failed(uow: UnitOfWork, message: Message, reason: str) -> None:
    """The gateway will not take it."""
    message.state, message.reason = "failed", reason
    await _attempt(uow, message, "WRONG_FORMAT")
    await say_unreachable(uow, message, reason)
    await _ended(uow, message)


async def record_unreachable(uow: UnitOfWork, message: Message, reason: str) -> None:
    """There is no number to send it to."""
    message.state, message.reason = "unreachable", reason
    await say_unreachable(uow, message, reason)
    await _ended(uow, message)


async def record_refused(uow: UnitOfWork, message: Message, rule: str, earliest: datetime | None) -> None:
    """It may not go out, and waiting does not help."""
    message.state, message.reason = "refused", rule
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
    await _ended(uow, message)


async def say_unreachable(uow: UnitOfWork, message: Message, reason: str) -> None:
    """Tell that no gateway could deliver it."""
    await uow.emit(
        MessageUnreachable(
            case_id=message.case_id,
            message_id=message.message_id,
            purpose=message.purpose,
            object_ref=message.object_ref,
            reason=reason,
        )
    )


def ended(message: Message) -> Delivered:
    """How a message ended, as its workflow hears it."""
    if message.state == "refused":
        return Delivered(outcome="refused")
    return Delivered(outcome="unreachable" if message.state in ("failed", "unreachable") else "sent")


async def case_of(uow: UnitOfWork, case_id: UUID) -> ContactCase:
    """The case of a message or a round. CaseUnknown."""
    case = await cases.find_case(uow.session, case_id)
    if case is None:
        raise CaseUnknown("contact has not heard of this case yet")
    return case


async def _attempt(uow: UnitOfWork, message: Message, outcome: str) -> UUID:
    found = await permits.find_with_case(uow.session, message.permit_id) if message.permit_id else None
    if found is None:
        raise PermitUnusable("a message that was handed over has a permit")
    permit, case = found
    await keep_attempt(uow, case, permit, outcome)
    return permit.permit_id


async def _ended(uow: UnitOfWork, message: Message) -> None:
    await uow.meet(OBLIGATION, str(message.message_id))
    await uow.audit(
        f"message.{message.state}",
        f"message/{message.message_id}",
        case_id=message.case_id,
        detail={"purpose": message.purpose, "reason": message.reason, "permit_id": str(message.permit_id or "")},
    )
