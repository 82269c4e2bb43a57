"""Every relief through the API: listed with numbers and reasons, drafted only as it is and as the core can run it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.plans.domain.catalogue import WITHOUT_A_PLAN, ReliefType
from services.plans.service.means.facts import CORE_RUNS
from tests.databases import Databases
from tests.integration.plans_house import FIRST_DUE, House, plans_house
from tests.integration.plans_service import Case

ABLE: dict[str, Any] = {"income": {"net_pay": {"amount": "20000.00", "currency": "CNY"}}}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


async def listed(house: House, case: Case, **body: Any) -> dict[str, Any]:
    answer = await house.post(f"{case.path}/options", body, "options")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rules(option: dict[str, Any]) -> set[str]:
    return {one["rule"] for one in option["reasons"] if not one["passed"]}


@pytest.mark.practice("001-10")
async def test_all_seventeen_are_listed_each_with_a_reason_or_its_numbers(house: House) -> None:
    case = await house.reviewed(**ABLE)
    found = await listed(house, case)
    assert [one["relief_type"] for one in found["options"]].index("SETTLE") > 0
    assert {one["relief_type"] for one in found["options"]} == {relief.value for relief in ReliefType}
    assert found["policy_version"] == "reliefs-2" and found["lump_sum_may_be_asked"] and found["debt_advice"] is None
    for option in found["options"]:
        assert option["eligible"] != bool(rules(option)), option["relief_type"]
        assert all(one["reason"].endswith(".") and one["reason_zh"].endswith("。") for one in option["reasons"])
        if option["schedule"]:
            paid = sum(float(line["amount"]["amount"]) for line in option["schedule"])
            assert paid == pytest.approx(float(option["total"]["amount"]))
            assert option["gain"]["present_value_before"] is not None
    assert "INCOME_DROP" not in str(found), "the cause stands in no answer"


async def test_what_the_core_cannot_run_is_said_before_anything_is_drafted(house: House) -> None:
    case = await house.reviewed(**ABLE)
    found = {one["relief_type"]: one for one in (await listed(house, case))["options"]}
    beyond = [relief for relief in found if relief not in CORE_RUNS | WITHOUT_A_PLAN]
    assert beyond and all("OPT-11" in rules(found[relief]) for relief in beyond)
    for number, relief in enumerate(beyond):
        body = {"relief_type": relief, "instalments": None}
        refused = await house.draft(case, f"draft-{number}", **body)
        assert refused.status_code == 409, refused.text
        assert "OPT-11" in refused.json()["rules"]
    assert await house.scalar("SELECT count(*) FROM plan") == 0


async def test_whatever_can_be_drafted_is_drafted_as_it_was_shown(house: House) -> None:
    case = await house.reviewed(**ABLE)
    shown = (await listed(house, case, first_due_date=str(FIRST_DUE)))["options"]
    able = [one for one in shown if one["draft"]]
    assert {"EXTEND", "INT_STOP"} <= {one["relief_type"] for one in able}
    for version, option in enumerate(able, 1):
        body = {name: option[name] for name in ("relief_type", "instalments", "first_due_date")}
        drafted = await house.draft(case, f"draft-{version}", **body)
        assert drafted.status_code == 201, (option["relief_type"], drafted.text)
        plan = drafted.json()
        assert (plan["version"], plan["relief_type"]) == (version, option["relief_type"])
        assert plan["schedule"] == option["schedule"] and plan["total"] == option["total"]
    states = await house.scalar("SELECT array_agg(state ORDER BY version) FROM plan")
    assert states == ["SUPERSEDED"] * (len(able) - 1) + ["DRAFTED"]


async def test_no_plan_is_made_of_what_changes_no_terms(house: House) -> None:
    case = await house.reviewed(**ABLE)
    found = {one["relief_type"]: one for one in (await listed(house, case))["options"]}
    for number, relief in enumerate(sorted(WITHOUT_A_PLAN)):
        assert found[relief]["eligible"] and not found[relief]["draft"]
        refused = await house.draft(case, f"draft-{number}", relief_type=relief, instalments=None)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/relief_type")
    assert found["HOLD_INTERIM"]["hold"]["days"] == 30


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"months": 2}, "#/months"),
        ({"amount": cny("500.00")}, "#/amount"),
        ({"annual_rate": "0.01"}, "#/annual_rate"),
        ({"principal_discount": cny("10.00")}, "#/principal_discount"),
        ({"at_hand": cny("10.00")}, "#/at_hand"),
        ({"keep_maturity": True}, "#/keep_maturity"),
        ({"waived_fees": {"amount": "1.00", "currency": "USD"}}, "#/waived_fees"),
        ({"annual_rate": "9"}, "#/annual_rate"),
        ({"amount": cny("999999999.00")}, "#/amount"),
    ],
)
async def test_a_draft_is_what_was_wished_or_is_refused_by_name(
    house: House, wish: dict[str, Any], pointer: str
) -> None:
    case = await house.reviewed(**ABLE)
    refused = await house.draft(case, relief_type="EXTEND", instalments=24, **wish)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert await house.scalar("SELECT count(*) FROM plan") == 0


async def test_without_a_number_the_fewest_affordable_instalments_are_drafted(house: House) -> None:
    case = await house.reviewed()
    found = {one["relief_type"]: one for one in (await listed(house, case, first_due_date=str(FIRST_DUE)))["options"]}
    drafted = await house.draft(case, relief_type="INT_STOP", instalments=None)
    assert drafted.status_code == 201, drafted.text
    plan = drafted.json()
    assert plan["instalments"] == found["INT_STOP"]["instalments"]
    assert [line["amount"] for line in plan["schedule"]] == [line["amount"] for line in found["INT_STOP"]["schedule"]]
    terms = await house.scalar("SELECT terms FROM plan")
    told = terms if isinstance(terms, dict) else json.loads(terms)
    assert told["instruction"]["method"] == "equal_parts" and told["highest_payment"] == plan["payment"]


@pytest.mark.practice("003-10")
@pytest.mark.rule("OPT-29")
async def test_interest_is_waived_on_proof_within_a_cap_and_by_authority(house: House) -> None:
    """Half of the 280.00 that have accrued may go; a supervisor's level is asked for at least."""
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    wanted = {"relief_type": "INT_WAIVE", "instalments": None, "waived_interest": cny("140.00")}
    unproved = await house.draft(case, "k0", **wanted)
    assert (unproved.status_code, unproved.json()["type"].rpartition("/")[2]) == (409, "wrong-phase")
    uploaded = await house.upload(case)
    await house.review(uploaded.json()["evidence_id"])

    beyond = await house.draft(case, "k1", **wanted | {"waived_interest": cny("140.01")})
    assert (beyond.status_code, beyond.json()["rules"]) == (409, ["OPT-29"])
    drafted = await house.draft(case, "k2", **wanted)
    assert drafted.status_code == 201, drafted.text
    submitted = await house.submit(case, drafted.headers["etag"])
    assert submitted.json()["needed_level"] == "supervisor"
    below = await house.decide(case, submitted, subject="senior-1", role="senior_agent")
    assert (below.status_code, "APR-03" in below.json()["rules"]) == (409, True)
    assert (await house.decide(case, submitted)).json()["state"] == "OFFERED"
