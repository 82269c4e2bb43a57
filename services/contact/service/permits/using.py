"""Permits as people use them: once, in time, and somebody says what became of each. Until then it counts."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import PermitUnusable
from services.contact.models import Permit
from services.contact.repository import permits

REPORT: Final = "report_contact"
"""The obligation that `repository/known.py` looks for."""
BY_PEOPLE: Final = frozenset({Channel.VOICE, Channel.VISIT})
"""Ways of contact of which only people can say whether they were taken."""


async def owe_report(uow: UnitOfWork, case_id: UUID, permit_id: UUID, due_at: datetime) -> None:
    """Somebody has to say by `due_at` what became of a permit."""
    await uow.oblige(Obligation(case_id, REPORT, str(permit_id), "person", due_at))


async def use_permit(uow: UnitOfWork, permit_id: UUID, case_id: UUID, over: bool = False) -> Permit:
    """Use a permit for a contact on a case. PermitUnusable when it does not cover it any more, or never did.

    A contact that is `over` may be told of after the permit has run out, for as long as that is owed; it was made
    when the permit was given.
    """
    permit = await permits.lock_permit(uow.session, permit_id)
    if permit is None or permit.case_id != case_id:
        raise PermitUnusable("there is no such permit for this case")
    if permit.verdict != "permitted":
        raise PermitUnusable("this contact was refused")
    if permit.used_at is not None:
        raise PermitUnusable("a permit is used once; ask for another one")
    now = uow.now()
    owed = await _owed(uow, permit_id)
    if permit.expires_at is not None and permit.expires_at > now:
        permit.used_at = now
    elif over and owed:
        permit.used_at = permit.decided_at
    else:
        raise PermitUnusable("the permit has expired; ask for another one")
    return permit


async def give_back(uow: UnitOfWork, permit_id: UUID) -> Permit:
    """End a permit under which nothing was done. PermitUnusable when something was, or it was none."""
    permit = await permits.lock_permit(uow.session, permit_id)
    if permit is None or permit.verdict != "permitted" or permit.used_at is not None:
        raise PermitUnusable("there is no permit that may still be given back")
    if not await _owed(uow, permit_id):
        raise PermitUnusable("a conversation was begun under this permit, or it was given back")
    now = uow.now()
    permit.expires_at = now if permit.expires_at is None else min(permit.expires_at, now)
    await uow.audit("permit.returned", f"permit/{permit_id}", case_id=permit.case_id)
    return permit


async def _owed(uow: UnitOfWork, permit_id: UUID) -> bool:
    """Whether it was still owed to say what became of a permit; now it is said."""
    return await uow.meet(REPORT, str(permit_id))
