"""What somebody made of an agreement that has left its track, before anything is decided about it."""

from __future__ import annotations

from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.followup.errors import NothingAtRisk
from services.followup.repository import followed
from services.followup.schemas import LookedAfter
from services.followup.service.notices import task_ref
from services.followup.service.views import agreement_view
from services.followup.vocabulary import PLAN_AT_RISK

MAY_LOOK_AFTER = ("agent", "senior_agent", "supervisor", "manager")


class AtRisk:
    """Takes what came of talking with the borrower; the agreement is judged by the bank's postings all the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look_after(self, caller: Caller, agreement_id: UUID, body: LookedAfter) -> Answer:
        """NotFound; NothingAtRisk when nobody is asked to look after the agreement."""
        caller.require_any(MAY_LOOK_AFTER)
        async with self._database.write(caller) as uow:
            found = await followed.lock_agreement(uow.session, agreement_id, caller)
            if found is None:
                raise NotFound("there is no agreement of this id")
            agreement = found.agreement
            if not await uow.close_task(PLAN_AT_RISK, task_ref(agreement), body.outcome):
                raise NothingAtRisk("nobody is asked to look after this agreement")
            detail = {"outcome": body.outcome}
            subject = f"agreement/{agreement_id}"
            await uow.audit("agreement.looked_after", subject, case_id=agreement.case_id, detail=detail)
            return uow.answer(agreement_view(agreement, found.lines), etag=agreement.version)
