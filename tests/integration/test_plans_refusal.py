"""Nothing fits: no machine alone refuses a borrower, and whoever does says why."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.integration.plans_house import NEGOTIATOR, SUPERVISOR, House, plans_house
from tests.integration.plans_people import problem
from tests.integration.plans_service import Case

WHY = {"reasons": "she says that she will not pay, and can come back"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def unwilling(house: House) -> tuple[Case, dict[str, Any]]:
    """A borrower for whom there is not even a token."""
    case = await house.triaged()
    await house.requested(case)
    taken = await house.take_means(
        case, income={"net_pay": {"amount": "5000.00", "currency": "CNY"}}, willing_to_pay=False
    )
    view: dict[str, Any] = taken.json()
    return case, view


@pytest.mark.rule("EU-10", "UK-01")
async def test_a_computed_result_refuses_nobody(house: House) -> None:
    case, view = await unwilling(house)
    assert (view["result"], view["phase"]) == ("DEFICIT", "means")
    assert await house.said(case) == ["assessment.completed"]
    assert (await house.look(case)).outcome is None
    task = (await house.open_tasks(case))["refuse_relief"]
    assert (task["needs_role"], list(task["excluded"])) == ("supervisor", [NEGOTIATOR])
    assert [body["template"] for _, body in await house.outbox(case, "start")] == ["debt_advice"]
    again = await house.take_means(case, "again")
    assert problem(again) == "409 wrong-phase"


@pytest.mark.rule("EU-10", "UK-03")
async def test_a_person_above_the_front_line_refuses_with_reasons(house: House) -> None:
    case, _ = await unwilling(house)
    path = f"{case.path}/refusal"
    for key, role, subject in (
        ("k1", "agent", NEGOTIATOR),
        ("k2", "system", "svc-portal"),
        ("k3", "supervisor", NEGOTIATOR),
    ):
        assert (await house.post(path, WHY, key, role, subject=subject)).status_code == 403, role
    without = await house.post(path, {"reasons": "  "}, "k4", "supervisor", subject=SUPERVISOR)
    assert without.status_code == 422
    assert await house.scalar("SELECT count(*) FROM refusal") == 0
    refused = await house.post(path, WHY, "k5", "supervisor", subject=SUPERVISOR)
    assert (refused.status_code, refused.json()["reasons"], refused.json()["refused_by"]) == (
        201, WHY["reasons"], SUPERVISOR,
    )  # fmt: skip
    assert (await house.said(case))[-1] == "assessment.deficit"
    assert (await house.look(case)).outcome == "no_agreement" and not await house.open_tasks(case)
    stored = await house.scalar("SELECT reasons FROM refusal")
    assert WHY["reasons"] not in stored, "encrypted"
    assert problem(await house.post(path, WHY, "k6", "supervisor", subject=SUPERVISOR)) == "409 wrong-phase"


@pytest.mark.rule("UK-03")
async def test_a_plan_that_fits_is_refused_by_its_approver_with_reasons_alone(house: House) -> None:
    case, submitted = await house.submitted()
    assert (
        problem(await house.post(f"{case.path}/refusal", WHY, "k", "supervisor", subject=SUPERVISOR))
        == "409 wrong-phase"
    )
    silent = await house.decide(case, submitted, "reject", reasons=None)
    assert silent.status_code == 422
    decided = await house.decide(case, submitted, "reject", reasons="the employer is unknown")
    assert (decided.status_code, decided.json()["state"]) == (200, "REJECTED")
    assert decided.json()["decisions"][-1]["comment"] == "the employer is unknown"
