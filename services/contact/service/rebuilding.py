"""The workflows of contact that must run beside those that cases begin: messages, overrides, hand-overs."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.workflows import (
    MESSAGE_DELIVERY,
    OVERRIDE_REQUEST,
    REQUEST_HAND_OVER,
    DeliveryRequest,
    HandOverInput,
    OverrideInput,
    hand_over_workflow_id,
    message_workflow_id,
    override_workflow_id,
)
from services.common.runtime.rebuilding import MustRun, Rebuild
from services.contact.repository import running


async def must_run(session: AsyncSession) -> AsyncIterator[MustRun]:
    """What is not over."""
    for row in await running.waiting_messages(session):
        request = DeliveryRequest.model_validate(row)
        yield MustRun(MESSAGE_DELIVERY, message_workflow_id(request), request, request.case_id)
    for case_id, override_id in await running.open_requests(session):
        asked = OverrideInput(case_id=case_id, override_id=override_id)
        yield MustRun(OVERRIDE_REQUEST, override_workflow_id(override_id), asked, case_id)
    for case_id, conversation_id in await running.hand_overs(session):
        told = HandOverInput(case_id=case_id, conversation_id=conversation_id)
        yield MustRun(REQUEST_HAND_OVER, hand_over_workflow_id(conversation_id), told, case_id)


# Messages that others asked for and contact has not seen yet are in the outboxes of those others.
REBUILD = Rebuild(frozenset({OVERRIDE_REQUEST, REQUEST_HAND_OVER}), must_run)
