"""Nobody of the bank decides for themselves or for a relative, as declared."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import SUPERVISOR, House, plans_house
from tests.integration.plans_people import COMPLIANCE, delete, problem, tasks


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_nobody_decides_on_an_account_of_their_own_or_a_relative(house: House) -> None:
    declared = await house.post(
        "/v1/relations", {"borrower_ref": "B1", "kind": "relative"}, "r", "supervisor", subject=SUPERVISOR
    )
    assert declared.status_code == 201
    case, submitted = await house.submitted(instalments=30)
    [task] = await tasks(house, case, "approve_plan")
    assert SUPERVISOR in task["excluded"]
    assert problem(await house.decide(case, submitted)) == "409 related-to-borrower"
    path = declared.headers["location"]
    own = await delete(house, path, "e", "supervisor", subject=SUPERVISOR, if_match='"1"')
    assert problem(own) == "403 forbidden", "nobody unties themselves"
    ended = await delete(house, path, "e2", "compliance", subject=COMPLIANCE, if_match='"1"')
    assert ended.status_code == 200
    assert (await house.decide(case, submitted)).json()["state"] == "OFFERED"


async def test_who_is_of_the_line_declares_for_nobody_else(house: House) -> None:
    body = {"borrower_ref": "B1", "kind": "own_account", "subject": "somebody"}
    assert problem(await house.post("/v1/relations", body, "a", "agent", subject="x")) == "403 forbidden"
    assert (await house.post("/v1/relations", body, "b", "compliance", subject=COMPLIANCE)).status_code == 201
