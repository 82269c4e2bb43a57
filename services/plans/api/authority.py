"""Routes: the matrix of authority, deputies, and declared links to borrowers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.authority import (
    AuthorityView,
    DeclareRelation,
    DelegationList,
    DelegationView,
    GiveDelegation,
    RelationView,
    Subject,
)
from services.plans.service.plans_service import PlansService


def router(service: PlansService) -> APIRouter:
    """Who may decide what, who stands in for whom, and who does not decide on whom."""
    routes = APIRouter(tags=["authority"])

    @routes.get("/authority", response_model=AuthorityView)
    async def show_authority(caller: AnyCaller, case_id: UUID | None = None, plan_id: UUID | None = None) -> Response:
        """The matrix in force, and who decides on the newest plan of a case and why."""
        return respond(Answer(await service.authority.show(caller, case_id, plan_id)))

    @routes.post("/delegations", status_code=201, response_model=DelegationView)
    async def give_delegation(body: GiveDelegation, caller: CommandCaller) -> Response:
        """Let somebody stand in for somebody who is away."""
        return respond(await service.deputies.give(caller, body))

    @routes.get("/delegations", response_model=DelegationList)
    async def list_delegations(caller: AnyCaller, subject: Annotated[Subject | None, Query()] = None) -> Response:
        """Delegations in force or to come, of everybody or from and to one person."""
        return respond(Answer(await service.deputies.list(caller, subject)))

    @routes.delete("/delegations/{delegation_id}", response_model=DelegationView)
    async def revoke_delegation(delegation_id: UUID, caller: CommandCaller) -> Response:
        """End a delegation now; what was decided by it stands. Needs If-Match."""
        return respond(await service.deputies.revoke(caller, delegation_id))

    @routes.post("/relations", status_code=201, response_model=RelationView)
    async def declare_relation(body: DeclareRelation, caller: CommandCaller) -> Response:
        """Say that an account is one's own or a relative's: then one does not decide on it."""
        return respond(await service.relations.declare(caller, body))

    @routes.delete("/relations/{relation_id}", response_model=RelationView)
    async def end_relation(relation_id: UUID, caller: CommandCaller) -> Response:
        """End a declared link; compliance does. Needs If-Match."""
        return respond(await service.relations.end(caller, relation_id))

    return routes
