"""Attempts: what was tried under a permit and what it counts as."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.contracts.events.contacts import AttemptRecorded
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.outcomes import OUTCOMES
from services.contact.models import ContactCase, Permit
from services.contact.repository import attempts


def attempt_of(permit_id: UUID, zone: str, outcome: str, now: datetime) -> dict[str, Any]:
    """What is kept of an attempt besides its permit; `zone` is the borrower's first. One permit is one attempt."""
    counts = OUTCOMES[outcome]
    return {
        "attempt_id": business_uuid("attempt", str(permit_id)),
        "permit_id": permit_id,
        "outcome": outcome,
        "at": now,
        "local_day": local_day(now, zone),
        "counts_as_attempt": counts.counts_as_attempt,
        "counts_as_connected": counts.counts_as_connected,
        "counts_as_conversation": counts.counts_as_conversation,
        "counts_as_rpc": counts.counts_as_rpc,
    }


async def record_attempt(
    uow: UnitOfWork, case: ContactCase, permit: Permit, outcome: str, began: datetime | None = None
) -> None:
    """Keep the attempt that a person made, and tell it; `began` is when, if not now. Of messages their events tell."""
    # Whose day it was: the permit says where its person may be, which need not be the borrower.
    zones = permit.facts.get("zones") or case.time_zones
    attempt = attempt_of(permit.permit_id, zones[0], outcome, began or uow.now())
    await attempts.put_attempt(uow.session, attempt)
    await uow.emit(
        AttemptRecorded(
            case_id=case.case_id,
            attempt_id=attempt["attempt_id"],
            permit_id=permit.permit_id,
            channel=permit.channel,
            purpose=permit.purpose,
            outcome=outcome,
            at=attempt["at"],
            connected=attempt["counts_as_connected"],
            right_party=attempt["counts_as_rpc"],
        )
    )
