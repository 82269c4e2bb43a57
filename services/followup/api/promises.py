"""Routes of promises to pay."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas import DecidePromise, PromiseView
from services.followup.schemas import Promises as Listed
from services.followup.service.promises.deciding import PromiseDecisions


def router(promises: PromiseDecisions) -> APIRouter:
    """Reading promises, and what a supervisor decides about them."""
    router = APIRouter(tags=["promises"])

    @router.get("/cases/{case_id}/promises", response_model=Listed)
    async def list_promises_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """The promises of a case as judged by the bank's postings."""
        return respond(Answer(await promises.of_case(caller, case_id)))

    @router.post("/promises/{promise_id}/decision", response_model=PromiseView)
    async def decide_promise(promise_id: UUID, body: DecidePromise, caller: CommandCaller) -> Response:
        """Accept or refuse a promise that waits for a supervisor, or say that too many broken ones were seen."""
        return respond(await promises.decide(caller, promise_id, body))

    return router
