"""Ends that come from outside: an estate is wound up, a debt is sold, a bankruptcy has discharged it."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from services.common.contracts.workflows import case_workflow_id
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import CASE_CLOSED
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.holds import ActionClass
from services.intake.errors import CaseIsClosed, CaseUnknown, EndBlocked
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import cases, records
from services.intake.schemas.ending import ExternalEnd
from services.intake.service.holds.placing import is_over
from services.intake.service.showing import case_shown
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.procedure import end

DECIDERS: Final = frozenset({"manager", "compliance"})


class End(NamedTuple):
    """The step of the case, the reason that others hear, and the hold that says that it is so, if one must."""

    trigger: str
    reason: str
    known_by: str | None


ENDS: Final = {
    "estate_closed": End("estate.closed", "DECEASED", "DECEASED"),
    "debt_sold": End("debt.sold", "SOLD", None),
    "bankruptcy_discharged": End("bankruptcy.discharged", "BANKRUPT", "BANKRUPTCY"),
}


class Endings:
    """Closes cases that end elsewhere, from whatever state they are in."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates) -> None:
        self._database = database
        self._policies = policies
        self._states = states

    async def end(self, caller: Caller, case_id: UUID, body: ExternalEnd) -> Answer:
        """Close a case. CaseUnknown, CaseIsClosed; EndBlocked while a hold protects the debt from being sold, or where
        nobody has established that the borrower died or is bankrupt; StaleVersion."""
        caller.require_any(DECIDERS)
        async with self._database.write(caller) as uow:
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.state == CaseState.CLOSED:
                raise CaseIsClosed
            caller.require_version(case.version)
            found = ENDS[body.fact]
            await self._require(uow, case, found)
            await uow.close_tasks(case_id, CASE_CLOSED)
            await end(uow, case, self._states, self._policies, reason=found.reason, trigger=found.trigger)
            # The workflow may wait for a decision that nobody takes any more.
            await uow.nudge(case_workflow_id(case_id), case_id)
            detail = {"fact": body.fact, "reason": found.reason, "on": body.on.isoformat()}
            await uow.audit("case.ended_elsewhere", f"case/{case_id}", case_id=case_id, detail=detail)
            return uow.answer(case_shown(case), etag=case.version)

    async def _require(self, uow: UnitOfWork, case: CollectionsCase, found: End) -> None:
        holds = [hold for hold in await records.holds(uow.session, case.borrower_id) if not is_over(hold, uow.now())]
        if found.known_by is None:
            if any(ActionClass.SALE_OF_DEBT in hold.blocks for hold in holds):
                raise EndBlocked("a hold lets nobody sell the debt", rule="HOLD-01")
        elif all(hold.kind != found.known_by for hold in holds):
            raise EndBlocked("no hold says that the borrower died or is bankrupt", rule=found.known_by)
