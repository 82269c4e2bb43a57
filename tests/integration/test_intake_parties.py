"""Joint debtors and guarantors: persons of their own, known once, and held like the borrower."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import HoldPlaced, PartyAdded
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import triaged
from tests.integration.intake_house import House, case_body

READER = ("system",)


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def guarantor(ref: str = "G1", **changes: Any) -> dict[str, Any]:
    person = {
        "borrower_ref": ref,
        "name": "canary-party",
        "phone": "13400000077",
        "language": "zh",
        "time_zone": "Asia/Shanghai",
        "email": "canary@example.com",
        "postal_address": "canary road 5",
    }
    return {"role": "guarantor", "person": person | changes}


async def test_a_party_is_added_once_and_told_without_personal_data(house: House) -> None:
    case_id = await triaged(house)
    first = await house.ask("POST", f"/cases/{case_id}/parties", guarantor())
    again = await house.ask("POST", f"/cases/{case_id}/parties", guarantor())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and "canary" not in first.text
    party_id = first.json()["party_id"]
    [told] = [body for name, body in await house.outbox(case_id) if name == PartyAdded.type]
    assert told == {"case_id": str(case_id), "party_id": party_id, "role": "guarantor"}
    shown = await house.ask("GET", f"/cases/{case_id}/parties/{party_id}", roles=READER)
    person = shown.json()
    assert (person["email"], person["postal_address"]) == ("canary@example.com", "canary road 5")
    assert person["phone"] == "+8613400000077" and person["provenance"]["email"]["source"] == "bank"
    listed = (await house.ask("GET", f"/cases/{case_id}/parties")).json()["items"]
    assert [one["borrower_id"] for one in listed] == [party_id]
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'borrower.read'") == 2
    for table in ("borrower", "party", "outbox", "audit_entry", "command_log"):
        assert "canary" not in await house.scalar(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
    for path in (f"{case_id}/parties/{case_id}", f"{case_id}/parties/{(await house.case(case_id))['borrower_id']}"):
        assert (await house.ask("GET", f"/cases/{path}", roles=READER)).status_code == 404


async def test_one_person_is_borrower_here_and_party_there(house: House) -> None:
    own, other = await house.post_case("A1", borrower="B1"), await house.post_case("A2", borrower="B2")
    as_party = await house.ask("POST", f"/cases/{other}/parties", guarantor("B1") | {"role": "joint_debtor"})
    assert as_party.json()["party_id"] == (await house.case(own))["borrower_id"]
    assert (await house.ask("POST", f"/cases/{own}/parties", guarantor("B1"))).status_code == 422
    # The same person in another role: somebody must say which is right.
    assert (await house.ask("POST", f"/cases/{other}/parties", guarantor("B1"))).status_code == 422


@pytest.mark.rule("UK-12")
async def test_a_hold_or_flag_of_a_party_is_that_persons(house: House) -> None:
    case_id = await triaged(house)
    party_id = (await house.ask("POST", f"/cases/{case_id}/parties", guarantor())).json()["party_id"]
    body = {"kind": "DISPUTE", "party_id": party_id}
    assert (await house.ask("POST", f"/cases/{case_id}/holds", body)).json()["borrower_id"] == party_id
    told = [HoldPlaced.model_validate(body) for name, body in await house.outbox(case_id) if name == HoldPlaced.type]
    assert [str(one.borrower_id) for one in told] == [party_id]
    stranger = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DISPUTE", "party_id": str(UUID(int=7))})
    assert (stranger.status_code, stranger.json()["type"].rpartition("/")[2]) == (404, "party-unknown")
    flag = {"kind": "CARER", "source": "borrower", "consent": {"given_by": "borrower"}, "party_id": party_id}
    assert (await house.ask("POST", f"/cases/{case_id}/flags", flag)).status_code == 201
    mine = await house.ask("GET", f"/cases/{case_id}/flags?party_id={party_id}", roles=("compliance",))
    borrowers = await house.ask("GET", f"/cases/{case_id}/flags", roles=("compliance",))
    assert (len(mine.json()["items"]), len(borrowers.json()["items"])) == (1, 0)


async def test_an_email_and_a_portfolio_are_facts_like_others(house: House) -> None:
    body = case_body()
    body["borrower"] |= {"email": "canary@example.com", "postal_address": "1 Canary Street"}
    body["account"] |= {"portfolio": "cards-2024"}
    answer = await house.ask("POST", "/cases", body, roles=("system",))
    assert (answer.status_code, answer.json()["portfolio"]) == (201, "cards-2024")
    case_id = UUID(answer.json()["case_id"])
    profile = (await house.ask("GET", f"/cases/{case_id}/borrower")).json()
    assert profile["email"] == "canary@example.com" and profile["provenance"]["postal_address"]["source"] == "bank"
    await house.cases.triage.triage(case_id, False)
    assert next(said for name, said in await house.outbox(case_id) if "triaged" in name)["portfolio"] == "cards-2024"
    assert (await house.case(await house.post_case("A2")))["portfolio"] == "standard"
    wrong = case_body("A3")
    wrong["borrower"] |= {"email": "canary at example"}
    refused = await house.ask("POST", "/cases", wrong, roles=("system",))
    assert refused.status_code == 422 and "canary" not in refused.text
