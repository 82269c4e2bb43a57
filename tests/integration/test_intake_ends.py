"""Ends of a case: settled by the bank's word, and from outside: an estate, a sale, a discharge."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import engaged, triaged
from tests.integration.intake_house import TODAY, House

IN_CHARGE = ("compliance",)


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def ended(house: House, case_id: UUID, fact: str, roles: tuple[str, ...] = IN_CHARGE) -> httpx.Response:
    version = (await house.case(case_id))["version"]
    body = {"fact": fact, "on": str(TODAY)}
    return await house.ask("POST", f"/cases/{case_id}/external-end", body, roles=roles, if_match=version)


async def hold(house: House, case_id: UUID, kind: str) -> dict[str, Any]:
    placed = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": kind}, roles=("supervisor",))
    assert placed.status_code == 201, placed.text
    found: dict[str, Any] = placed.json()
    return found


async def closed_for(house: House, case_id: UUID) -> list[str]:
    return [body["reason"] for name, body in await house.outbox(case_id) if name == "forbear.case.closed.v1"]


async def letters(house: House, case_id: UUID) -> list[str]:
    return [b["purpose"] for _, b in await house.outbox(case_id, "start") if b.get("purpose") == "closing"]


@pytest.mark.parametrize(("balance", "state"), [("9000.00", "CURED"), ("0.00", "SETTLED")])
async def test_no_arrears_cure_a_case_and_no_balance_settles_it_and_nothing_holds_the_debt(
    house: House, balance: str, state: str
) -> None:
    case_id = await triaged(house)
    await hold(house, case_id, "DISPUTE")
    await hold(house, case_id, "COMPLAINT")
    await house.restore("A1", balance=balance)
    assert (await house.case(case_id))["state"] == state
    assert (await house.cases.procedure.close(case_id, 1, False)).closed
    assert (await closed_for(house, case_id), await letters(house, case_id)) == ([state], ["closing"])
    found = (await house.ask("GET", f"/cases/{case_id}/holds", roles=IN_CHARGE)).json()["items"]
    assert {one["kind"]: one["lifted_at"] is None for one in found} == {"DISPUTE": False, "COMPLAINT": True}


@pytest.mark.parametrize(
    ("fact", "known_by", "reason", "letter"),
    [
        ("estate_closed", "DECEASED", "DECEASED", []),
        ("debt_sold", None, "SOLD", ["closing"]),
        ("bankruptcy_discharged", "BANKRUPTCY", "BANKRUPT", ["closing"]),
    ],
)
async def test_an_end_from_outside_closes_the_case_with_its_reason(
    house: House, fact: str, known_by: str | None, reason: str, letter: list[str]
) -> None:
    case_id = await engaged(house)
    if known_by is not None:
        assert_problem(await ended(house, case_id, fact), 409, "end-blocked")
        await hold(house, case_id, known_by)
    answer = await ended(house, case_id, fact)
    assert (answer.status_code, answer.json()["state"]) == (200, "CLOSED")
    assert (await closed_for(house, case_id), await letters(house, case_id)) == ([reason], letter)
    assert "case" in await house.woken(case_id), "the workflow waits for nothing any more"
    assert all(outcome is not None for outcome in (await house.tasks(case_id)).values())
    assert_problem(await ended(house, case_id, fact), 409, "case-closed")
    if known_by is not None:
        found = (await house.ask("GET", f"/cases/{case_id}/holds", roles=IN_CHARGE)).json()["items"]
        assert [one["lifted_at"] for one in found] == [None], "what is on a person outlives the case"


async def test_a_debt_is_not_sold_while_a_hold_protects_it(house: House) -> None:
    case_id = await triaged(house)
    await hold(house, case_id, "HARDSHIP_PENDING")
    refused = await ended(house, case_id, "debt_sold")
    assert_problem(refused, 409, "end-blocked")
    assert refused.json()["rule"] == "HOLD-01"
    assert (await house.case(case_id))["state"] == "TRIAGED"


async def test_refusals_change_nothing(house: House) -> None:
    case_id = await triaged(house)
    for role in ("agent", "supervisor", "system"):
        assert_problem(await ended(house, case_id, "debt_sold", (role,)), 403, "forbidden")
    body = {"fact": "debt_sold", "on": str(TODAY)}
    path = f"/cases/{case_id}/external-end"
    assert_problem(await house.ask("POST", path, body, roles=IN_CHARGE), 428, "precondition-required")
    assert_problem(await house.ask("POST", path, body, roles=IN_CHARGE, if_match=99), 412, "stale-version")
    wrong = await house.ask("POST", path, body | {"fact": "lost"}, roles=IN_CHARGE, if_match=1)
    assert_problem(wrong, 422, "validation-failed")
    assert await closed_for(house, case_id) == []
