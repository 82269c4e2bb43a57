"""Subscriptions: which events are a service's concern."""

from datetime import UTC, datetime

import pytest

from services.common.contracts.envelope import Event, EventPayload
from services.common.contracts.events.cases import CaseAssigned, CaseClosed
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.handlers import Handlers, Received
from services.common.runtime.unit_of_work import UnitOfWork

CASE = business_uuid("case", "handlers")


async def nothing(uow: UnitOfWork, received: Received[CaseAssigned]) -> None:
    """A handler that is never called here."""


def event(payload: EventPayload, body: bytes | None = None) -> Event:
    sent = payload.model_dump_json().encode() if body is None else body
    return Event("id", "forbear/intake/cases", payload.type, payload.key(), datetime(2026, 3, 2, tzinfo=UTC), sent)


@pytest.fixture
def handlers() -> Handlers:
    found = Handlers()
    found.on(CaseAssigned, nothing, where=lambda assigned: assigned.assignee == "staff-lin")
    return found


def test_only_what_is_asked_for_is_a_concern(handlers: Handlers) -> None:
    assert handlers.concern(event(CaseAssigned(case_id=CASE, assignee="staff-lin")))
    assert not handlers.concern(event(CaseAssigned(case_id=CASE, assignee="staff-wu")))
    closed = CaseClosed(case_id=CASE, reason="CURED", closed_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert not handlers.concern(event(closed))


def test_what_cannot_be_read_is_a_concern_so_that_somebody_hears_of_it(handlers: Handlers) -> None:
    assigned = CaseAssigned(case_id=CASE, assignee="staff-wu")
    assert handlers.concern(event(assigned, b"{"))
    assert handlers.concern(event(assigned, b'{"case_id": "x", "assignee": "staff-wu"}'))


def test_a_type_has_one_handler(handlers: Handlers) -> None:
    with pytest.raises(ValueError, match="has a handler already"):
        handlers.on(CaseAssigned, nothing)
