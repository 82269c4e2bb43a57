"""A stop that contact hears of holds here at once, and intake is told, which places the same hold for everybody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.common.contracts.events.contacts import StopHeard
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.repository import cases

# US-08: somebody is represented about one debt. CN-13, US-19: what is disputed is the debt, whoever is asked for it.
_REACH = {"attorney": "share", "dispute": "debt"}


async def hold_here(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    borrower_id: UUID,
    origin: str,
    blocks: Iterable[str],
    ends_at: datetime | None,
    occasion: UUID | str,
) -> UUID:
    """Hold what is asked to be stopped for a person, from now on; returns the id of the hold.

    `occasion` is where it was heard (a reply, a conversation): the same one holds once, however often it is told.
    `origin` is one of the CHECK of `hold`. The event carries no reason: intake knows what is held, not why.
    """
    hold_id = business_uuid("hold", origin, str(borrower_id), str(occasion))
    hold = {
        "hold_id": hold_id,
        "borrower_id": borrower_id,
        "case_id": case_id,
        "blocks": sorted(set(blocks)),
        "starts_at": uow.now(),
        "ends_at": ends_at,
        "reach": _REACH.get(origin, "person"),
    }
    if not await cases.add_hold(uow.session, hold | {"origin": origin}):
        return hold_id
    await uow.emit(StopHeard.model_validate(hold))
    await uow.audit("hold.placed", f"hold/{hold_id}", case_id=case_id, detail={"origin": origin})
    return hold_id
