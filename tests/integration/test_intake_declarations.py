"""Declared means are attested; what differs from what is known is looked at by a person, and nobody is accused."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.common.kernel.ids import business_uuid
from services.intake.service.standing import Means
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import triaged
from tests.integration.intake_house import START, TODAY, House, cny

ASSESSMENT = business_uuid("assessment", "1")


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def means(owed: str) -> Means:
    """A statement of means whose borrower says that so much is owed here."""
    parts = {name: cny("1000.00") for name in ("total_income", "total_priority", "total_living", "surplus")}
    return Means(
        assessment_id=ASSESSMENT,
        taken_at=START,
        policy_version="affordability-1",
        unsecured_debts={"this_bank": cny(owed), "another": cny("777.00")},
        own_debt="this_bank",
        judged=Means.Judged(result="AFFORDABLE", **parts),
    )


async def attest(house: House, case_id: UUID, **changes: Any) -> httpx.Response:
    body = {"assessment_id": str(ASSESSMENT), "how": "told"} | changes
    return await house.ask("POST", f"/cases/{case_id}/attestations", body)


@pytest.mark.practice("003-06")
@pytest.mark.rule("DCL-01")
@pytest.mark.parametrize("owed", ["9000.00", "10000.00", "11000.00", "20000.00"])
async def test_who_states_it_about_right_is_believed(house: House, owed: str) -> None:
    case_id = await triaged(house)
    await triaged(house, "A2")
    house.plans.stated = means(owed)
    answer = await attest(house, case_id)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["to_look_at"] == [] and told["words_version"] == "attested-1"
    assert "true and complete" in told["words"]["en"] and "属实" in told["words"]["zh"]
    assert await house.tasks(case_id) == {}
    kept = "SELECT how || ' ' || actor FROM attestation"
    assert await house.scalar(kept) == "told a-1"


@pytest.mark.practice("003-06")
@pytest.mark.rule("DCL-01")
@pytest.mark.parametrize("owed", ["8999.99", "11000.01", "0.00"])
async def test_a_material_difference_is_looked_at_and_accuses_nobody(house: House, owed: str) -> None:
    case_id = await triaged(house)
    before = await house.case(case_id)
    said = {"field": "amount", "value": "10000", "source": "borrower", "as_of": TODAY.isoformat()}
    assert (await house.ask("POST", f"/cases/{case_id}/form", {"answers": [said]})).status_code == 201
    house.plans.stated = means(owed)
    told = (await attest(house, case_id, how="signed")).json()
    assert told["to_look_at"] == ["own_debt", "form"]
    assert (await attest(house, case_id)).json() == told, "attested once"
    assert await house.tasks(case_id) == {"review_declaration": None}
    after = await house.case(case_id)
    assert after == before, "state, treatment and everything else go on as they would"
    assert "hold" not in str(await house.names(case_id)), "nothing is held or told to others"

    path = f"/cases/{case_id}/attestations/{ASSESSMENT}/review"
    body = {"finding": "explained", "words": "canary: counted without interest"}
    assert (await house.ask("POST", path, body)).status_code == 403, "an agent does not"
    own = await house.ask("POST", path, body, roles=("senior_agent",), sub="a-1")
    assert own.status_code == 403, "nor who took it down"
    lied = await house.ask("POST", path, body | {"finding": "lied"}, roles=("senior_agent",), sub="s-1")
    assert_problem(lied, 422, "validation-failed")
    seen = await house.ask("POST", path, body, roles=("senior_agent",), sub="s-1")
    assert seen.json()["finding"] == "explained" and "canary" not in seen.text
    assert await house.tasks(case_id) == {"review_declaration": "explained"}
    again = await house.ask("POST", path, body, roles=("senior_agent",), sub="s-1")
    assert_problem(again, 404, "declaration-unknown")


async def test_only_the_newest_statement_is_attested(house: House) -> None:
    case_id = await triaged(house)
    assert_problem(await attest(house, case_id), 409, "statement-not-newest")
    house.plans.stated = means("10000.00")
    other = str(business_uuid("assessment", "2"))
    assert_problem(await attest(house, case_id, assessment_id=other), 409, "statement-not-newest")
    assert await house.scalar("SELECT count(*) FROM attestation") == 0
