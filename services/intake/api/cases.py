"""Routes of cases: open, read, list, assign, decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller, caller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.intake.domain.case_state import CaseState
from services.intake.schemas import (
    Assign,
    Benefits,
    BorrowerProfile,
    Case,
    CaseToday,
    CaseWithFigures,
    Happening,
    ImportReview,
    OpenCase,
    Reentry,
    Subject,
)
from services.intake.schemas.standing import Standing
from services.intake.service.arrival.benefits import BenefitsOfCases
from services.intake.service.arrival.figures import Figures
from services.intake.service.arrival.opening import Opening
from services.intake.service.casework import Casework
from services.intake.service.reading import Reading
from services.intake.service.standing import Standings


def router(
    opening: Opening,
    casework: Casework,
    figures: Figures,
    reading: Reading,
    benefits: BenefitsOfCases,
    standings: Standings,
) -> APIRouter:
    """The routes under `/v1/cases`."""
    routes = APIRouter(prefix="/cases", tags=["cases"])

    @routes.post("", response_model=Case, status_code=201, responses={200: {"model": Case}})
    async def open_case(body: OpenCase, caller: CommandCaller) -> Response:
        """Open a case. The same borrower and account again is answered 200 with the case there is."""
        return respond(await opening.open_case(caller, body))

    @routes.get("", response_model=Page[Case])
    async def list_cases(
        asked: PageAsked,
        caller: AnyCaller,
        state: Annotated[CaseState | None, Query(description="only cases in this state")] = None,
        assignee: Annotated[Subject | None, Query(description="only cases of this person")] = None,
    ) -> Response:
        """Cases in the order of opening; agents see those that are theirs or nobody's."""
        return respond(Answer(await reading.page(caller, asked, state, assignee)))

    @routes.get("/{case_id}", response_model=CaseToday)
    async def read_case(case_id: UUID, caller: AnyCaller) -> Response:
        """One case, with its version as ETag."""
        case = await reading.case(caller, case_id)
        return respond(Answer(case, etag=case.version))

    @routes.post("/{case_id}/figures", response_model=CaseWithFigures)
    async def read_figures(case_id: UUID, caller: CommandCaller) -> Response:
        """Read the figures of the account in the core now, keep them, and show the case with them."""
        return respond(await figures.read(caller, case_id))

    @routes.get("/{case_id}/borrower", response_model=BorrowerProfile)
    async def read_borrower(case_id: UUID, caller: AnyCaller) -> Response:
        """Personal data of the borrower; the reading is recorded."""
        return respond(Answer(await reading.borrower(caller, case_id)))

    @routes.get("/{case_id}/benefits", response_model=Benefits)
    async def read_benefits(case_id: UUID, caller: AnyCaller) -> Response:
        """The programmes that the bank had for this borrower before anybody asked them to pay; applying is free."""
        return respond(Answer(await benefits.read(caller, case_id)))

    @routes.post("/{case_id}/standing", response_model=Standing)
    async def derive_standing(case_id: UUID, caller: AnyCaller) -> Response:
        """Ability and willingness from evidence, the treatment they pick, and the overview of debts that is offered."""
        return respond(Answer(await standings.derive(caller, case_id)))

    @routes.get("/{case_id}/timeline", response_model=Page[Happening])
    async def read_timeline(case_id: UUID, asked: PageAsked, caller: AnyCaller) -> Response:
        """Steps, assignments, notes, requests and holds in order of time."""
        return respond(Answer(await reading.timeline(caller, case_id, asked)))

    @routes.put("/{case_id}/assignee", response_model=Case)
    async def assign_case(case_id: UUID, body: Assign, asking: Annotated[Caller, Depends(caller)]) -> Response:
        """Say who answers for the case. Needs If-Match."""
        return respond(await casework.assign(asking, case_id, body))

    @routes.post("/{case_id}/re-entry", response_model=Case)
    async def decide_reentry(case_id: UUID, body: Reentry, caller: CommandCaller) -> Response:
        """Decide whether a case with a broken plan and no round left is negotiated once more."""
        return respond(await casework.reenter(caller, case_id, body))

    @routes.post("/{case_id}/import-review", response_model=Case)
    async def review_import(case_id: UUID, body: ImportReview, caller: CommandCaller) -> Response:
        """Say that an imported sample case was looked at; it then ends."""
        return respond(await casework.review_import(caller, case_id, body))

    return routes
