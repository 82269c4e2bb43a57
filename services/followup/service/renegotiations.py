"""Further requests while an agreement runs: heard from intake, decided by people."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from services.common.contracts.events.cases import ReliefRequested, RequestEnded
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.renegotiation import OPEN_TALKS, RenegotiationState
from services.followup.errors import RenegotiationDecided
from services.followup.models import Renegotiation
from services.followup.repository import cases, followed
from services.followup.repository import renegotiations as repository
from services.followup.repository.followed import Followed
from services.followup.schemas.renegotiations import DecideRenegotiation, RenegotiationView
from services.followup.schemas.renegotiations import Renegotiations as Listed
from services.followup.service.talks import ACCEPT_RENEGOTIATION, RENEGOTIATE, Talks, end_talk
from services.followup.vocabulary import ACTIVE_STATES

STAFF: Final = ("agent", "senior_agent", "supervisor", "manager")
IN_CHARGE: Final = ("supervisor", "manager")

R = RenegotiationState


def asks_for_more(event: ReliefRequested) -> bool:
    """Whether the borrower asks while an agreement is in force."""
    return event.agreement_id is not None


class Renegotiations:
    """A new word of hardship holds up the decision that an agreement is broken, so often and so long as policy says."""

    def __init__(self, database: Database, talks: Talks) -> None:
        self._database = database
        self._talks = talks

    async def apply_requested(self, uow: UnitOfWork, received: Received[ReliefRequested]) -> None:
        """relief.requested of an agreement: talks begin, or a supervisor is asked. It may come before the agreement."""
        said = received.payload
        assert said.agreement_id is not None, "asks_for_more"
        found = await followed.lock_agreement(uow.session, said.agreement_id, uow.caller)
        if found is None:
            await cases.lock_case(uow.session, said.case_id)
            found = await followed.lock_agreement(uow.session, said.agreement_id, uow.caller)
        values = said.model_dump(include={"request_id", "agreement_id", "case_id", "requested_on"})
        await repository.put(uow.session, values | {"known_at": uow.now()})
        if found is not None:
            await self._talks.begin_heard(uow, found.agreement)
            await followed.write(uow.session, [found])

    async def apply_ended(self, uow: UnitOfWork, received: Received[RequestEnded]) -> None:
        """request.ended: withdrawn, or declined by a reviewer; nothing waits for it any more."""
        said = received.payload
        agreement_id = await repository.agreement_of(uow.session, said.request_id, uow.caller)
        if agreement_id is None:
            return
        found = await followed.lock_agreement(uow.session, agreement_id, uow.caller)
        if found is None:
            await cases.lock_case(uow.session, said.case_id)
            found = await followed.lock_agreement(uow.session, agreement_id, uow.caller)
        rows = await repository.lock_not_ended(uow.session, agreement_id)
        for row in rows:
            if row.request_id == said.request_id:
                await end_talk(uow, row, said.outcome)
        if found is not None:
            await self._talks.take_stock(uow, found.agreement, rows)
            await followed.write(uow.session, [found])

    async def decide(self, caller: Caller, request_id: UUID, body: DecideRenegotiation) -> Answer:
        """What a person decides. NotFound; Forbidden: only those in charge end talks or begin them beyond the limit;
        RenegotiationDecided when nothing of the kind waits."""
        caller.require_any(STAFF if body.decision == "talked" else IN_CHARGE)
        async with self._database.write(caller) as uow:
            found, row = await self._open(uow, request_id)
            if caller.if_match is not None:
                caller.require_version(row.version)
            if body.decision == "talked":
                if not await uow.close_task(RENEGOTIATE, str(request_id), "talked"):
                    raise RenegotiationDecided("nobody is asked to talk with the borrower")
            elif body.decision == "accept":
                if not await uow.close_task(ACCEPT_RENEGOTIATION, str(request_id), "accept"):
                    raise RenegotiationDecided("no supervisor is asked")
                await self._talks.run(uow, found.agreement, row)
            else:
                await end_talk(uow, row, "as_agreed")
            detail = {"decision": body.decision}
            await uow.audit("renegotiation.decided", f"renegotiation/{request_id}", case_id=row.case_id, detail=detail)
            others = await repository.lock_not_ended(uow.session, row.agreement_id)
            await self._talks.take_stock(uow, found.agreement, others)
            await followed.write(uow.session, [found])
            return uow.answer(_view(row), etag=row.version)

    async def of_case(self, caller: Caller, case_id: UUID) -> Listed:
        """The further requests of a case; none for one that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await repository.of_case(session, case_id, caller)
        return Listed(items=[_view(row) for row in found])

    async def _open(self, uow: UnitOfWork, request_id: UUID) -> tuple[Followed, Renegotiation]:
        """A request that is not over, with its agreement; both locked."""
        agreement_id = await repository.agreement_of(uow.session, request_id, uow.caller)
        found = None
        if agreement_id is not None:
            found = await followed.lock_agreement(uow.session, agreement_id, uow.caller)
        if agreement_id is None or found is None:
            raise NotFound("there is no further request of this id")
        rows = await repository.lock_not_ended(uow.session, agreement_id)
        row = next((one for one in rows if one.request_id == request_id and one.state in OPEN_TALKS), None)
        if row is None or found.agreement.state not in ACTIVE_STATES:
            raise RenegotiationDecided("it is over")
        return found, row


def _view(row: Renegotiation) -> RenegotiationView:
    return RenegotiationView.model_validate(row.model_dump(include=set(RenegotiationView.model_fields)))
