"""Routes: how a period went."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.followup.schemas.measures import Grouping, KpiReport
from services.followup.service.measures import Measures


def router(measures: Measures) -> APIRouter:
    """Measures of a period."""
    routes = APIRouter(tags=["measures"])

    @routes.get("/kpis", response_model=KpiReport)
    async def report_measures(
        caller: AnyCaller,
        since: Annotated[date | None, Query(alias="from", description="first day; thirty days before the last")] = None,
        until: Annotated[date | None, Query(alias="to", description="the day after the last; tomorrow")] = None,
        by: Annotated[Grouping, Query(description="what the measures are grouped by")] = "all",
    ) -> Response:
        """Every measure of a period, with what it was computed from; "n/a" where there was nothing."""
        return respond(Answer(await measures.report(caller, since, until, by)))

    return routes
