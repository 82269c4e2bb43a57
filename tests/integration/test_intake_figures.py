"""Figures of an account, read in the core before somebody calls about it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.intake_house import TODAY, House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def test_figures_are_those_of_the_core_now(house: House) -> None:
    case_id = await house.post_case("A1")
    before = await house.case(case_id)
    house.core.add("B1", "A1", as_of=TODAY + timedelta(days=7))
    answer = await house.ask("POST", f"/cases/{case_id}/figures")
    assert answer.status_code == 200, answer.text
    case = answer.json()
    assert case["facts_as_of"] == "2026-03-09" > before["facts_as_of"]
    assert (case["days_past_due"], case["bucket"]) == (45, "M2")
    assert case["version"] == before["version"] + 1
    assert answer.headers["etag"] == f'"{case["version"]}"'
    overdue = case.pop("overdue")
    assert {part: money["amount"] for part, money in overdue.items()} == {
        "principal": "900.00", "interest": "80.00", "fees": "20.00",
    }  # fmt: skip
    shown = await house.case(case_id)
    assert shown.pop("past_due")["on"] == "2026-03-09", "never a day before that of the facts"
    assert shown == case


async def test_older_figures_of_the_core_change_nothing(house: House) -> None:
    case_id = await house.post_case("A1")
    before = await house.case(case_id)
    house.core.add("B1", "A1", as_of=TODAY - timedelta(days=7))
    case = (await house.ask("POST", f"/cases/{case_id}/figures")).json()
    assert case["overdue"] is None
    assert {name for name in case if case[name] != before.get(name)} <= {"version", "changed_at"}


async def test_asked_twice_with_one_key_the_core_is_read_once(house: House) -> None:
    case_id = await house.post_case("A1")
    house.core.add("B1", "A1")
    first = await house.ask("POST", f"/cases/{case_id}/figures", key="same")
    house.core.add("B1", "A1", as_of=TODAY + timedelta(days=1))
    assert (await house.ask("POST", f"/cases/{case_id}/figures", key="same")).json() == first.json()


async def test_who_may_not_and_what_is_not_there_is_refused(house: House) -> None:
    case_id = await house.post_case("A1")
    unknown = await house.ask("POST", f"/cases/{case_id}/figures")
    assert (unknown.status_code, unknown.json()["type"].rsplit("/", 1)[1]) == (404, "core-account-unknown")
    assert (await house.ask("POST", f"/cases/{case_id}/figures", roles=("compliance",))).status_code == 403
    other = case_id.__class__(int=case_id.int ^ 1)
    assert (await house.ask("POST", f"/cases/{other}/figures")).status_code == 404
