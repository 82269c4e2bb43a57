"""Routes of who else owes the debt, and of the care that people need."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.intake.schemas import (
    AddParty,
    EndFlag,
    Flags,
    FlagStanding,
    Parties,
    PartyAnswer,
    PartyShown,
    RecordFlag,
    RenewFlag,
)
from services.intake.service.people.flags import VulnerabilityFlags
from services.intake.service.people.parties import PartiesOfCases

PartyId = Annotated[UUID | None, Query(description="whose, if not the borrower's")]


def router(flags: VulnerabilityFlags, parties: PartiesOfCases) -> APIRouter:
    """The routes of flags and parties."""
    routes = APIRouter(tags=["people"])

    @routes.post(
        "/cases/{case_id}/parties", response_model=PartyAnswer, status_code=201, responses={200: {"model": PartyAnswer}}
    )
    async def add_party(case_id: UUID, body: AddParty, caller: CommandCaller) -> Response:
        """Add a joint debtor or guarantor. The same person again is answered 200."""
        return respond(await parties.add(caller, case_id, body))

    @routes.get("/cases/{case_id}/parties", response_model=Parties)
    async def list_parties(case_id: UUID, caller: AnyCaller) -> Response:
        """Personal data of the parties; the reading is recorded."""
        return respond(Answer(await parties.of_case(caller, case_id)))

    @routes.get("/cases/{case_id}/parties/{party_id}", response_model=PartyShown)
    async def read_party(case_id: UUID, party_id: UUID, caller: AnyCaller) -> Response:
        """Personal data of one party; the reading is recorded."""
        return respond(Answer(await parties.party(caller, case_id, party_id)))

    @routes.post("/cases/{case_id}/flags", response_model=FlagStanding, status_code=201)
    async def record_flag(case_id: UUID, body: RecordFlag, caller: CommandCaller) -> Response:
        """Record a circumstance for which the person is met with care, with consent; the hold it needs is placed."""
        return respond(await flags.record(caller, case_id, body))

    @routes.get("/cases/{case_id}/flags", response_model=Flags)
    async def list_flags(case_id: UUID, caller: AnyCaller, party_id: PartyId = None) -> Response:
        """All flags of the person with what they say; the reading is recorded."""
        return respond(Answer(await flags.of_case(caller, case_id, party_id)))

    @routes.post("/flags/{flag_id}/renewal", response_model=FlagStanding)
    async def renew_flag(flag_id: UUID, body: RenewFlag, caller: CommandCaller) -> Response:
        """Say that the circumstance goes on. Needs If-Match."""
        return respond(await flags.renew(caller, flag_id, body))

    @routes.post("/flags/{flag_id}/end", response_model=FlagStanding)
    async def end_flag(flag_id: UUID, body: EndFlag, caller: CommandCaller) -> Response:
        """End a flag and the holds that were placed for it. Needs If-Match."""
        return respond(await flags.end(caller, flag_id, body))

    return routes
