"""Nothing is left for instalments: no plan that needs any, and still a way: a token until a review, debt advice."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


async def in_deficit(house: House, income: str = "5000.00") -> Case:
    """A case whose evidence is verified and shows that nothing is left."""
    return await house.reviewed(income={"net_pay": cny(income)})


async def agreed_token(house: House) -> Case:
    """A token that was drafted, approved, offered and signed."""
    case = await in_deficit(house)
    drafted = await house.draft(case, relief_type="REDUCED", instalments=6)
    assert drafted.status_code == 201, drafted.text
    assert drafted.json()["payment"] == cny("50.00")
    submitted = await house.submit(case, drafted.headers["etag"])
    decided = await house.decide(case, submitted)
    assert decided.status_code == 200, decided.text
    accepted = await house.accept(case)
    assert accepted.status_code == 201, accepted.text
    return case


@pytest.mark.rule("OPT-09")
@pytest.mark.rule("UK-01")
@pytest.mark.parametrize(
    ("income", "result"),
    [
        pytest.param("5970.00", "DEFICIT", id="nothing-left"),
        pytest.param("5000.00", "DEFICIT", id="less-than-nothing"),
        pytest.param("6000.00", "UNAFFORDABLE", id="no-relief-that-lasts-is-that-low"),
    ],
)
async def test_a_deficit_refers_to_advice_and_goes_on(house: House, income: str, result: str) -> None:
    case = await house.triaged()
    await house.requested(case)
    assessed = (await house.take_means(case, income={"net_pay": cny(income)})).json()
    assert (assessed["result"], assessed["phase"]) == (result, "evidence")
    assert "debt advice" in assessed["debt_advice"]["en"]
    assert await house.said(case) == ["assessment.completed", "evidence.requested"]
    written = [body["template"] for _, body in await house.outbox(case, "start")]
    assert written == ["debt_advice", "evidence_request"]
    shown = (await house.get(f"{case.path}/statement-of-means")).json()
    assert shown["debt_advice_at"] == shown["taken_at"]
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'debt_advice.referred'") == 1


@pytest.mark.rule("OPT-09")
async def test_a_deficit_is_offered_nothing_but_a_hold_and_a_token(house: House) -> None:
    case = await in_deficit(house)
    found = (await house.post(f"{case.path}/options", {}, "o")).json()["options"]
    assert {one["relief_type"] for one in found if one["eligible"]} == {"HOLD_INTERIM", "REDUCED"}
    refused = await house.draft(case)
    assert (refused.status_code, refused.json()["rules"]) == (409, ["OPT-09"])
    over = await house.draft(case, "over", relief_type="REDUCED", instalments=None, amount=cny("50.01"))
    assert (over.status_code, over.json()["rules"]) == (409, ["OPT-25"])
    assert await house.scalar("SELECT count(*) FROM plan") == 0


@pytest.mark.rule("OPT-25")
async def test_a_token_is_agreed_runs_in_the_core_and_is_reviewed_in_time(house: House) -> None:
    case = await agreed_token(house)
    assert (await house.activate(case)).outcome == "done"
    assert (await house.look(case)).outcome == "active"
    schedule = next(body for name, body in await house.outbox(case) if name == "plan.activated")["schedule"]
    assert [(line["due_date"], line["amount"]) for line in schedule][:1] == [("2026-03-31", cny("50.00"))]
    assert len(schedule) == 6
    task = (await house.open_tasks(case))["review_temporary_terms"]
    # Two weeks before the last payment, on which the parked rest is due to be talked about.
    assert task["deadline"].astimezone(house.context.zone).date() == date(2026, 8, 17)
    path = f"{case.plan()}/review"
    reviewed = await house.post(path, {"result": "asks_again"}, "r1")
    assert (reviewed.status_code, reviewed.json()["result"]) == (200, "asks_again")
    again = await house.post(path, {"result": "goes_on_as_agreed"}, "r2")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "nothing-to-review")


async def test_only_a_plan_in_force_is_reviewed(house: House) -> None:
    case = await agreed_token(house)
    early = await house.post(f"{case.plan()}/review", {"result": "asks_again"}, "r1")
    assert (early.status_code, early.json()["type"].rpartition("/")[2]) == (409, "nothing-to-review")


async def test_an_objection_to_a_token_is_not_answered_with_what_can_be_afforded(house: House) -> None:
    case = await in_deficit(house)
    drafted = await house.draft(case, relief_type="REDUCED", instalments=6)
    await house.decide(case, await house.submit(case, drafted.headers["etag"]))
    body = {"objection": "INSTALMENT_TOO_HIGH", "own_words": "太多了"}
    objected = await house.post(f"{case.plan()}/objections", body, "obj")
    assert "only a token" in objected.json()["answer"]["en"], objected.text
