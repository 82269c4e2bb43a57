"""Routes of what was promised and disclosed, and of what people owe after a contact."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import PageAsked
from services.contact.schemas import AskSupervisor, Commitments, CommitmentShown, DutyDone, Settle, SupervisorAsked
from services.contact.schemas.talks import Disclosures
from services.contact.service.talks.commitments import Commitments as Promises
from services.contact.service.talks.disclosures import DisclosureList
from services.contact.service.talks.duties import Duties
from services.contact.service.talks.supervisor import SupervisorRequests


def router(
    promises: Promises, disclosures: DisclosureList, supervisors: SupervisorRequests, duties: Duties
) -> APIRouter:
    """Commitments, disclosures, requests for a supervisor, duties."""
    routes = APIRouter(tags=["conversations"])

    @routes.get("/cases/{case_id}/commitments")
    async def list_commitments(case_id: UUID, asked: PageAsked, caller: AnyCaller) -> Commitments:
        """What both sides promised about a case, and what became of it."""
        return await promises.of_case(caller, case_id, asked)

    @routes.post("/commitments/{commitment_id}/settlement", response_model=CommitmentShown)
    async def settle_commitment(commitment_id: UUID, body: Settle, caller: CommandCaller) -> Response:
        """Say whether a promise was kept; its task is done with that."""
        return respond(await promises.settle(caller, commitment_id, body))

    @routes.get("/cases/{case_id}/disclosures")
    async def list_disclosures(
        case_id: UUID, caller: AnyCaller, party_id: Annotated[UUID | None, Query(description="another debtor")] = None
    ) -> Disclosures:
        """What the borrower must be told, when it was told, and what is open."""
        return await disclosures.of_case(caller, case_id, party_id)

    @routes.post("/cases/{case_id}/supervisor-requests", response_model=SupervisorAsked, status_code=201)
    async def ask_supervisor(case_id: UUID, body: AskSupervisor, caller: CommandCaller) -> Response:
        """Ask for a supervisor, for the borrower or as a hand-over. It cannot be refused."""
        return respond(await supervisors.ask(caller, case_id, body))

    @routes.post("/duties/{duty_id}/done", response_model=DutyDone)
    async def do_duty(duty_id: UUID, caller: CommandCaller) -> Response:
        """Say that what was owed after a contact is done: joined, reviewed, looked after, checked."""
        return respond(await duties.done(caller, duty_id))

    return routes
