"""What the borrower asked for in a conversation, confirmed in writing: an hour to be called, or to be left alone.

Messages about a case go to its borrower. What somebody else who owes its debt asked for is not told there.
"""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import ContactCase


async def confirm_call(uow: UnitOfWork, case: ContactCase, person_id: UUID, promise_id: UUID, at: datetime) -> None:
    """When the borrower will be called, by the clock on their wall."""
    there = at.astimezone(ZoneInfo(case.time_zones[0]))
    params = {"call_on": there.date().isoformat(), "call_at": f"{there:%H:%M}"}
    await _confirm(uow, case, person_id, "callback_confirmation", promise_id, params)


async def confirm_stop(uow: UnitOfWork, case: ContactCase, person_id: UUID, conversation_id: UUID) -> None:
    """That nobody contacts the borrower any more, and what the law asks for nevertheless (US-10)."""
    params = {"received_on": local_day(uow.now(), case.time_zones[0]).isoformat()}
    await _confirm(uow, case, person_id, "cease_acknowledgement", conversation_id, params)


async def _confirm(
    uow: UnitOfWork, case: ContactCase, person_id: UUID, template: str, about: UUID, params: dict[str, str]
) -> None:
    if person_id != case.borrower_id:
        return
    await uow.send_message(
        DeliveryRequest(
            case_id=case.case_id,
            purpose=template,
            object_ref=str(about),
            version=1,
            template=template,
            params=params,
            message_class="receipt",
        )
    )
