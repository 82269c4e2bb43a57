"""Requests for relief: always taken in, in any state and by any channel; declined by reviewers alone."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.common.contracts.events.cases import RequestEnded
from services.common.contracts.workflows import case_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.clocks import OF_REQUESTS, may_end
from services.intake.errors import CaseIsClosed, CaseUnknown, FactsContradict, RequestDecided, RequestUnknown
from services.intake.models import CollectionsCase, ReliefRequest
from services.intake.policies import PLAN_STATES, Policies
from services.intake.repository import borrowers, cases, clocks, records
from services.intake.schemas import CompleteRequest, DeclineRequest, RecordRequest, RequestRecorded, RequestStanding
from services.intake.service.holds import relief_plans
from services.intake.service.people.persons import person_of
from services.intake.service.requests.meeting import DECIDED, Clocks
from services.intake.service.requests.starting import start_of_application, start_of_request
from services.intake.service.requests.telling import say_requested
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.names import RECORD_REQUEST, of_step

STAFF: Final = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})
REVIEWERS: Final = frozenset({"supervisor", "manager", "committee"})
# Before it is in conversation a case cannot be assessed: the request waits until it is.
_BEFORE: Final = frozenset({CaseState.OPENED, CaseState.TRIAGED, CaseState.CONTACTING, CaseState.NO_AGREEMENT})
_OUTCOMES: Final[dict[str, Literal["withdrawn", "declined"]]] = {"withdrawn": "withdrawn", "declined": "declined"}


class Requests:
    """Takes requests in, and keeps how they end."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates, clocks: Clocks) -> None:
        self._database = database
        self._policies = policies
        self._states = states
        self._clocks = clocks

    async def record(self, caller: Caller, case_id: UUID, body: RecordRequest) -> Answer:
        """Keep cause and request, and start its clocks; assessment follows if the case is in conversation. A word in
        passing is a request too, in whatever words and by any channel (AU-01).

        CaseUnknown; CaseIsClosed: what comes later is a new case; FactsContradict (currency); InvalidInput (a day).
        """
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            zone = await self._locked_borrower(uow, case_id) if body.lenders is not None else None
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.state == CaseState.CLOSED:
                raise CaseIsClosed("a request of now is a new case: POST /v1/cases")
            if body.amount is not None and body.amount.currency != case.currency:
                raise FactsContradict(
                    "two currencies", fields=[("#/amount/currency", "is not the currency of the account")]
                )
            received_on = await self._received_on(uow, case, body)
            number = await records.count_requests(uow.session, case_id) + 1
            request = ReliefRequest(
                request_id=business_uuid("request", str(case_id), str(number)),
                case_id=case_id,
                number=number,
                round=case.round,
                amount=None if body.amount is None else body.amount.amount,
                taken_up=CaseState(case.state) not in _BEFORE,
                at=uow.now(),
                actor=caller.person,
                **body.model_dump(exclude={"amount", "received_on"}),
            )
            uow.session.add(request)
            await uow.session.flush()
            await start_of_request(uow, case, request, received_on, self._policies)
            if zone is not None:
                await relief_plans.lead_in(uow, case, request, zone, self._policies)
            if case.state == CaseState.ENGAGED:
                await uow.close_task(RECORD_REQUEST, of_step(case, case.state_version), "recorded")
                await say_requested(uow, case, request, self._policies)
                await self._states.move(uow, case, CaseState.ASSESSING, "relief.requested")
            elif case.state == CaseState.TRIAGED:
                # Whoever asks is not left alone until collection begins.
                await uow.nudge(case_workflow_id(case_id), case_id)
            elif case.state in PLAN_STATES:
                await say_requested(uow, case, request, self._policies, case.agreement_id)
            await uow.audit("request.recorded", f"request/{request.request_id}", case_id=case_id)
            recorded = RequestRecorded(
                request_id=request.request_id,
                case_id=case_id,
                number=number,
                round=case.round,
                request_type=body.request_type,
                state=case.state,
            )
            return uow.answer(recorded, status=201)

    async def complete(self, caller: Caller, request_id: UUID, body: CompleteRequest) -> Answer:
        """All that is needed to decide is there. RequestUnknown, RequestDecided, InvalidInput (a future day)."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            case, request = await self._open(uow, request_id)
            today = self._policies.cases(uow.now()).today(uow.now())
            if body.complete_on > today:
                raise InvalidInput("no such day", fields=[("#/complete_on", "is in the future")])
            if request.state == "submitted":
                await start_of_application(uow, case, request, body.complete_on, self._policies)
            return await self._end(uow, request, "complete")

    async def withdraw(self, caller: Caller, request_id: UUID) -> Answer:
        """The borrower asks for it no longer: nothing is owed to it any more. RequestUnknown, RequestDecided."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            case, request = await self._open(uow, request_id)
            await self._clocks.meet(uow, case.case_id, OF_REQUESTS, "request.withdrawn")
            return await self._end(uow, request, "withdrawn")

    async def decline(self, caller: Caller, request_id: UUID, body: DeclineRequest) -> Answer:
        """A reviewer declines, with a code and written reasons; nobody at the front line can. RequestUnknown,
        RequestDecided."""
        caller.require_any(REVIEWERS)
        async with self._database.write(caller) as uow:
            case, request = await self._open(uow, request_id)
            await self._clocks.meet(uow, case.case_id, DECIDED, "request.declined")
            request.reason_code, request.reasons = body.reason_code, body.reasons
            return await self._end(uow, request, "declined")

    async def _open(self, uow: UnitOfWork, request_id: UUID) -> tuple[CollectionsCase, ReliefRequest]:
        request = await clocks.lock_request(uow.session, request_id)
        case = await cases.lock(uow.session, request.case_id, uow.caller) if request else None
        if request is None or case is None:
            raise RequestUnknown
        if not may_end(request.state):
            raise RequestDecided(f"the request is {request.state}")
        return case, request

    async def _end(self, uow: UnitOfWork, request: ReliefRequest, state: str) -> Answer:
        request.state = state
        request.version += 1
        if state in _OUTCOMES:
            await uow.emit(
                RequestEnded(case_id=request.case_id, request_id=request.request_id, outcome=_OUTCOMES[state])
            )
            request.decided_at, request.decided_by = uow.now(), uow.caller.person
            request.taken_up = True
        await uow.audit(f"request.{state}", f"request/{request.request_id}", case_id=request.case_id)
        shown = RequestStanding.model_validate(request.model_dump(include=set(RequestStanding.model_fields)))
        return uow.answer(shown, etag=request.version)

    async def _locked_borrower(self, uow: UnitOfWork, case_id: UUID) -> str:
        """Who may be held is locked before the case, as whoever opens one does."""
        return await borrowers.lock(uow.session, await person_of(uow.session, uow.caller, case_id, None))

    async def _received_on(self, uow: UnitOfWork, case: CollectionsCase, body: RecordRequest) -> date:
        borrower = await borrowers.get(uow.session, case.borrower_id)
        assert borrower is not None, "a foreign key holds it"
        today = local_day(uow.now(), borrower.time_zone)
        if body.received_on is not None and body.received_on > today:
            raise InvalidInput("no such day", fields=[("#/received_on", "is in the future")])
        return body.received_on or today
