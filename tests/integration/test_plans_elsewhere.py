"""Plans under other packs than China's: who signs, which marks are kept, and the form in which means are stated."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.contract.test_banking_history import paid
from tests.databases import Databases
from tests.integration.plans_house import MANAGER, House, plans_house
from tests.integration.plans_people import RISK, problem
from tests.integration.plans_service import Case

USUAL = "1066.19"
LINE, GUIDELINE = "food_and_housekeeping", Decimal("500.00")


class Opens(Protocol):
    def __call__(self, pack: str, currency: str) -> AbstractAsyncContextManager[House]: ...


@pytest.fixture
def house_of(databases: Databases, tmp_path: Path) -> Opens:
    """Opens a house whose cases are under a pack."""
    return lambda pack, currency: plans_house(databases, tmp_path, pack=pack, currency=currency)


def parts(answer: Any) -> list[str]:
    return [one["part"] for one in answer.json()["signatures"]]


async def marks(house: House, case: Case) -> dict[str, dict[str, Any]]:
    """The marks of the plan as they are stored, by code, and that the API shows the same."""
    stored = await house.scalar(
        "SELECT json_object_agg(code, json_build_object('decided', decided, 'rules', rules, 'reason', reason, "
        "'value', value, 'starts_on', starts_on, 'earliest_end', earliest_end)) FROM regulatory_flag"
    )
    shown = (await house.get(case.plan())).json()["flags"]
    assert {one.pop("code"): one for one in shown} == stored
    return dict(stored)


@pytest.mark.rule("EU-02", "EU-03", "EU-04")
async def test_a_concession_of_more_than_a_percent_is_a_default_that_risk_signs(house_of: Opens) -> None:
    async with house_of("eu", "EUR") as house:
        case, submitted = await house.submitted(relief_type="INT_STOP", instalments=12)
        loss = submitted.json()["comparison"]
        assert Decimal(loss["diminished_percent"]) > 1 and loss["diminished_over_threshold"]
        assert parts(submitted) == ["approver", "risk"]
        [_, risk] = submitted.json()["signatures"]
        assert (risk["authority"], risk["reasons"]) == ("risk", ["diminished_obligation"])
        signed = await house.decide(case, submitted)
        assert signed.json()["state"] == "SUBMITTED" and await house.scalar("SELECT count(*) FROM regulatory_flag") == 0
        offered = await house.decide(case, signed, subject=RISK, role="risk")
        assert offered.json()["state"] == "OFFERED", offered.text
        assert await marks(house, case) == {
            "eu_forborne": {
                "decided": True, "rules": ["EU-03", "EU-04"], "reason": "non_performing_at_grant",
                "value": "NON_PERFORMING", "starts_on": "2026-03-02", "earliest_end": "2029-03-02",
            },
            "eu_default": {
                "decided": True, "rules": ["EU-02", "EU-03"], "reason": "loss_over_limit",
                "value": loss["diminished_percent"], "starts_on": "2026-03-02", "earliest_end": "2027-03-02",
            },
        }  # fmt: skip


@pytest.mark.rule("EU-02", "EU-04")
async def test_a_concession_that_costs_little_is_forborne_and_no_default(house_of: Opens) -> None:
    async with house_of("eu", "EUR") as house:
        case, submitted = await house.submitted()
        assert Decimal(submitted.json()["comparison"]["diminished_percent"]) <= 1
        assert parts(submitted) == ["approver"], "risk is asked from a loss of one percent on"
        assert (await house.decide(case, submitted)).json()["state"] == "OFFERED"
        found = await marks(house, case)
        forborne, default = found["eu_forborne"], found["eu_default"]
        assert (forborne["decided"], forborne["value"], forborne["reason"]) == (
            True, "PERFORMING", "performing_at_grant",
        )  # fmt: skip
        assert (forborne["starts_on"], forborne["earliest_end"]) == ("2026-03-02", "2028-03-02")
        assert (default["decided"], default["reason"], default["starts_on"]) == (False, "loss_within_limit", None)


@pytest.mark.rule("US-32")
async def test_an_account_is_brought_up_to_date_with_the_day_of_the_next_time(house_of: Opens) -> None:
    async with house_of("us", "USD") as house:
        case = await house.reviewed()
        refused = await house.draft(case, "early", relief_type="REAGE", instalments=None)
        assert (refused.status_code, refused.json()["rules"]) == (409, ["OPT-22"]), "three payments come before it"
        for number, day in enumerate(("2025-12-20", "2026-01-20", "2026-02-20")):
            await paid(house.outside, USUAL, day, f"p{number}")
        drafted = await house.draft(case, relief_type="REAGE", instalments=None)
        assert drafted.status_code == 201, drafted.text
        submitted = await house.submit(case, drafted.headers["etag"])
        assert parts(submitted) == ["approver", "risk"] and submitted.json()["needed_level"] == "manager"
        assert problem(await house.decide(case, submitted)) == "409 authority-too-low"
        signed = await house.decide(case, submitted, subject=MANAGER, role="manager")
        assert (await house.decide(case, signed, subject=RISK, role="risk")).json()["state"] == "OFFERED"
        assert await marks(house, case) == {
            "us_re_age": {
                "decided": True, "rules": ["US-32"], "reason": "re_aged", "value": None,
                "starts_on": "2026-03-02", "earliest_end": "2027-03-02",
            },
        }  # fmt: skip


def with_guideline(house: House) -> None:
    """The bank writes a licensed figure of the form into its policy."""
    agreed = house.context.policies
    [version] = agreed.means.versions
    [form] = version.value.forms
    lines = tuple(replace(one, guideline={"GBP": GUIDELINE}) if one.line == LINE else one for one in form.lines)
    forms = replace(version.value, forms=(replace(form, lines=lines),))
    means = replace(agreed.means, versions=(replace(version, value=forms),))
    object.__setattr__(house.context, "policies", replace(agreed, means=means))


def gbp(amount: str, **more: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP", **more}


@pytest.mark.practice("000-05")
@pytest.mark.rule("UK-17")
async def test_means_are_stated_in_the_common_form_line_by_line(house_of: Opens) -> None:
    async with house_of("uk", "GBP") as house:
        with_guideline(house)
        case = await house.triaged()
        await house.requested(case)
        costs = {"groceries": gbp("450.00"), "laundry": gbp("60.00"), "phone": gbp("10.00", per="week")}
        unknown = await house.take_means(case, "unknown", living_costs=costs | {"champagne": gbp("1.00")})
        assert unknown.status_code == 422
        assert unknown.json()["errors"][0]["pointer"] == "#/living_costs/champagne"
        assert LINE in unknown.json()["detail"], "the lines that there are, are named"

        taken = await house.take_means(case, living_costs=costs)
        assert taken.status_code == 201, taken.text
        assert taken.json()["to_explain"] == [{"line": LINE, "spent": gbp("510.00")}]
        assert taken.json()["savings_allowance"] == gbp("20.00"), "ten percent are more than twenty pounds"
        shown = (await house.get(f"{case.path}/statement-of-means")).json()
        assert (shown["form"], shown["form_zh"]) == ("Standard Financial Statement", "标准财务收支表")
        lines = {section["section"]: section["lines"] for section in shown["sections"]}
        assert {name: [(one["line"], one["title"]) for one in found] for name, found in lines.items()} == {
            "income": [("salary_and_wages", "Salary and wages")],
            "priority_expenses": [("home_and_contents", "Home and contents")],
            "living_costs": [
                ("communications_and_leisure", "Communications and leisure"),
                (LINE, "Food and housekeeping"),
            ],
        }
        assert [one["name"] for one in lines["living_costs"][1]["items"]] == ["groceries", "laundry"]
        assert shown["to_explain"] == taken.json()["to_explain"]


@pytest.mark.rule("UK-17")
@pytest.mark.parametrize(
    ("groceries", "asked"),
    [(gbp("500.00"), False), (gbp("500.01"), True), (gbp("900.00", comment="a special diet"), False)],
)
async def test_what_is_above_the_guideline_takes_a_comment(
    house_of: Opens, groceries: dict[str, str], asked: bool
) -> None:
    async with house_of("uk", "GBP") as house:
        with_guideline(house)
        case = await house.triaged()
        await house.requested(case)
        taken = await house.take_means(case, living_costs={"groceries": groceries})
        assert taken.status_code == 201, taken.text
        assert [one["line"] for one in taken.json()["to_explain"]] == [LINE] * asked
        shown = (await house.get(f"{case.path}/statement-of-means")).json()
        [item] = shown["sections"][2]["lines"][0]["items"]
        assert item["comment"] == groceries.get("comment")
