"""Routes of requests for relief and of the statutory clocks that they start."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.intake.schemas import (
    ClocksShown,
    ClockStanding,
    CompleteRequest,
    DeclineRequest,
    MeetClock,
    Papers,
    RecordRequest,
    RequestRecorded,
    RequestStanding,
)
from services.intake.service.papers import BorrowersPapers
from services.intake.service.requests.meeting import Clocks
from services.intake.service.requests.recording import Requests


def papers_router(papers: BorrowersPapers) -> APIRouter:
    """What a borrower reads before asking for anything."""
    routes = APIRouter(tags=["papers"])

    @routes.get("/cases/{case_id}/papers", response_model=Papers)
    async def read_papers(case_id: UUID, caller: AnyCaller) -> Response:
        """Contract, schedule, notices and statement, what may be asked for, and the options with their conditions."""
        return respond(Answer(await papers.gather(caller, case_id)))

    return routes


def router(requests: Requests, clocks: Clocks) -> APIRouter:
    """The routes of requests and clocks."""
    routes = APIRouter(tags=["requests"])

    @routes.post("/cases/{case_id}/requests", response_model=RequestRecorded, status_code=201)
    async def record_request(case_id: UUID, body: RecordRequest, caller: CommandCaller) -> Response:
        """Take in what the borrower asks for, whatever the case is at; a case in conversation is assessed."""
        return respond(await requests.record(caller, case_id, body))

    @routes.post("/requests/{request_id}/completion", response_model=RequestStanding)
    async def complete_request(request_id: UUID, body: CompleteRequest, caller: CommandCaller) -> Response:
        """Say that all that is needed to decide is there."""
        return respond(await requests.complete(caller, request_id, body))

    @routes.post("/requests/{request_id}/withdrawal", response_model=RequestStanding)
    async def withdraw_request(request_id: UUID, caller: CommandCaller) -> Response:
        """The borrower asks for it no longer."""
        return respond(await requests.withdraw(caller, request_id))

    @routes.post("/requests/{request_id}/decline", response_model=RequestStanding)
    async def decline_request(request_id: UUID, body: DeclineRequest, caller: CommandCaller) -> Response:
        """A reviewer declines a request, with a code and written reasons."""
        return respond(await requests.decline(caller, request_id, body))

    @routes.get("/cases/{case_id}/clocks", response_model=ClocksShown)
    async def list_clocks(case_id: UUID, caller: AnyCaller) -> Response:
        """What the law gives us to do in this case, until when, and what became of it."""
        return respond(Answer(await clocks.of_case(caller, case_id)))

    @routes.post("/clocks/{clock_id}/meeting", response_model=ClockStanding)
    async def meet_clock(clock_id: UUID, body: MeetClock, caller: CommandCaller) -> Response:
        """Say that what a clock asks for was done by other means."""
        return respond(await clocks.met_by_hand(caller, clock_id, body))

    return routes
