"""The people who decide on plans, as tests need them: deputies, tasks by role, care, and problems by name."""

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select, text

from services.common.contracts.events.cases import CareChanged
from services.plans.models import TABLES
from tests.integration.plans_house import BORROWER, MANAGER, SUPERVISOR, House
from tests.integration.plans_service import Case

DEPUTY, RISK, COMPLIANCE = "agent-qian", "risk-wang", "compliance-feng"


def problem(answer: httpx.Response) -> str:
    """The name of a problem, with its status."""
    return f"{answer.status_code} {answer.json()['type'].rpartition('/')[2]}"


async def delegated(house: House, *authorities: str, away: str = SUPERVISOR, **by: float) -> httpx.Response:
    """`away` lets the deputy stand in for a week, from `by` on."""
    starts = house.clock.now() + timedelta(**by)
    body = {
        "from_subject": away, "to_subject": DEPUTY, "authorities": authorities or ["supervisor"],
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    return await house.post("/v1/delegations", body, f"give-{away}-{len(by)}", "manager", subject=MANAGER)


async def of_manager(house: House) -> tuple[Case, httpx.Response]:
    """A plan that only a manager may grant, and risk signs too."""
    case, submitted = await house.submitted(instalments=40)
    assert submitted.json()["needed_level"] == "manager"
    return case, submitted


async def delete(house: House, path: str, key: str, role: str, subject: str, if_match: str = "") -> httpx.Response:
    """DELETE as somebody."""
    token = house.issuer.token(sub=subject, roles=[role])
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key} | (
        {"if-match": if_match} if if_match else {}
    )
    return await house.client.delete(path, headers=headers)


async def tasks(house: House, case: Case, kind: str) -> list[Any]:
    """The open tasks of a kind, by the role that they need."""
    table = TABLES.task
    async with house.database.read() as session:
        found = await session.execute(
            select(table)
            .where(table.c.case_id == case.case_id, table.c.kind == kind, table.c.closed_at.is_(None))
            .order_by(table.c.needs_role)
        )
        return [dict(row._mapping) for row in found]


async def in_care(house: House, case: Case, *care: str) -> None:
    said = CareChanged.model_validate(
        {"case_id": case.case_id, "borrower_id": BORROWER, "care": care, "at": house.clock.now()}
    )
    assert await house.hear("intake", said) == "applied"


async def contents(house: House) -> dict[str, str]:
    """A digest of the rows of every table: it changes with a row that is written, changed or gone."""
    async with house.database.read() as session:
        names = (await session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
        # Names are of the catalogue of tables, and nobody's input.
        digest = "SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM \"{}\" t"
        return {name: (await session.execute(text(digest.format(name)))).scalar_one() for name in sorted(names.all())}
