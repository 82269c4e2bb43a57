"""Attempts: what was tried under a permit and what it counts as."""

from uuid import UUID

from services.common.contracts.events.contacts import AttemptRecorded
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.outcomes import OUTCOMES
from services.contact.models import ContactCase, Permit
from services.contact.repository import permits


async def keep_attempt(uow: UnitOfWork, case: ContactCase, permit: Permit, outcome: str) -> UUID:
    """Keep an attempt; its id. One permit is one attempt. Of a message its own events tell."""
    now = uow.now()
    counts = OUTCOMES[outcome]
    attempt_id = business_uuid("attempt", str(permit.permit_id))
    await permits.put_attempt(
        uow.session,
        {
            "attempt_id": attempt_id,
            "permit_id": permit.permit_id,
            "case_id": case.case_id,
            "borrower_id": case.borrower_id,
            "channel": permit.channel,
            "number_digest": permit.number_digest,
            "purpose": permit.purpose,
            "outcome": outcome,
            "at": now,
            "local_day": local_day(now, case.time_zones[0]),
            "counts_as_attempt": counts.counts_as_attempt,
            "counts_as_connected": counts.counts_as_connected,
            "counts_as_conversation": counts.counts_as_conversation,
            "counts_as_rpc": counts.counts_as_rpc,
        },
    )
    return attempt_id


async def record_attempt(uow: UnitOfWork, case: ContactCase, permit: Permit, outcome: str) -> None:
    """Keep the attempt that a person made, and tell it."""
    attempt_id = await keep_attempt(uow, case, permit, outcome)
    await uow.emit(
        AttemptRecorded(
            case_id=case.case_id,
            attempt_id=attempt_id,
            permit_id=permit.permit_id,
            channel=permit.channel,
            purpose=permit.purpose,
            outcome=outcome,
            at=uow.now(),
        )
    )
