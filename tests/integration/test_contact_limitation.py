"""Debts that cannot be claimed in court any more: nobody threatens to sue, and what is sent says that nobody will."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseStateChanged, CaseTriaged
from services.contact.service.messages.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, receipt_of
from tests.integration.contact_house import House
from tests.integration.contact_people import places

NOBODY_SUES = "不会就此向法院起诉您"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def say(house: House, case: CaseTriaged, version: int | None, *roles: str, **said: Any) -> httpx.Response:
    headers = house._headers(roles or ("compliance",), "c-1") | {"content-type": "application/json"}
    if version is not None:
        headers["if-match"] = f'"{version}"'
    body = orjson.dumps({"source": "core"} | said)
    return await house.client.put(f"/v1/cases/{case.case_id}/limitation", headers=headers, content=body)


async def known(house: House, case: CaseTriaged) -> dict[str, Any]:
    shown: dict[str, Any] = (await house.get(f"/v1/cases/{case.case_id}/limitation")).json()
    return shown


async def sent(house: House, case: CaseTriaged, purpose: str = "offer") -> str:
    """The words of a message of this purpose, as they went out."""
    offer = offer_of(case, purpose=purpose)
    assert (await house.deliver(offer)).outcome == "sent"
    return (await house.message(message_id_of(offer))).text or ""


@pytest.mark.rule("CN-26")
async def test_of_a_debt_of_which_nothing_is_known_nothing_is_said(house: House) -> None:
    case = await house.triaged("unknown")
    assert (await known(house, case))["version"] == 0 and not (await known(house, case))["barred"]
    assert NOBODY_SUES not in await sent(house, case)
    assert "time_barred" not in await house.scalar("SELECT facts::text FROM permit WHERE case_id = :c", c=case.case_id)


@pytest.mark.rule("CN-26")
async def test_what_is_sent_about_a_barred_debt_says_that_nobody_sues_and_what_signing_means(house: House) -> None:
    case = await house.triaged("barred")
    kept = await say(house, case, 0, counted_from="2022-12-01")
    assert (kept.status_code, kept.headers["etag"]) == (200, '"1"')
    assert (kept.json()["ends_on"], kept.json()["barred"]) == ("2025-12-01", True)
    words = await sent(house, case)
    assert NOBODY_SUES in words and "诉讼时效将重新计算" in words
    facts = await house.scalar("SELECT facts ->> 'time_barred' FROM permit WHERE case_id = :c", c=case.case_id)
    assert facts == "true"
    asked = (
        "SELECT count(*) FROM permit, jsonb_array_elements(verdicts) v WHERE case_id = :c AND v ->> 'rule' = 'CN-26'"
    )
    assert await house.scalar(asked, c=case.case_id) == 1, "the rule that bars threats of a suit was asked"


@pytest.mark.rule("US-20")
async def test_in_the_united_states_the_day_is_the_banks(house: House) -> None:
    case = await house.triaged("state", pack="us", language="en", time_zones=("America/New_York",))
    house.clock.advance(timedelta(hours=12))
    await house.beat()
    assert (await say(house, case, 0, counted_from="2010-01-01")).json()["ends_on"] is None, "no pack counts the years"
    last = (house.clock.now() - timedelta(hours=5)).date()
    said = await say(house, case, 1, ends_on=last.isoformat())
    assert (said.json()["barred"], said.json()["ends_on"]) == (False, last.isoformat())
    assert (await say(house, case, 2, barred=True)).json()["barred"]


@pytest.mark.rule("CN-26")
async def test_a_demand_that_arrives_makes_the_time_begin_anew(house: House) -> None:
    case = await house.triaged("demanded")
    await say(house, case, 0, counted_from="2023-03-10")
    assert (await known(house, case))["ends_on"] == "2026-03-10"
    assert (await house.look(case)).outcome == "wait"
    assert await house.carry(case) == ["sent"]
    assert (await known(house, case))["ends_on"] == "2026-03-10", "it is on its way"
    sent_id = await house.scalar("SELECT message_id FROM message WHERE case_id = :c", c=case.case_id)
    await house.webhook("arrived", receipt_of(sent_id))
    assert (await known(house, case))["ends_on"] == "2029-03-02"


@pytest.mark.rule("CN-26")
async def test_a_signed_plan_makes_it_begin_anew_although_it_was_over(house: House) -> None:
    case = await house.triaged("signed")
    assert (await say(house, case, 0, counted_from="2022-01-01")).json()["barred"]
    agreed = CaseStateChanged(
        case_id=case.case_id, from_state="OFFERED", to_state="AGREED", trigger="agreement.signed", state_version=9,
        at=house.clock.now(),
    )  # fmt: skip
    assert await house.hear("intake", agreed) == "applied"
    assert ((await known(house, case))["ends_on"], (await known(house, case))["barred"]) == ("2029-03-02", False)


@pytest.mark.rule("CN-26")
async def test_what_is_wrong_about_it_is_refused(house: House) -> None:
    case = await house.triaged("wrong")
    assert_problem(await say(house, case, None, barred=True), 428, "precondition-required")
    assert_problem(await say(house, case, 3, barred=True), 412, "stale-version")
    assert_problem(await say(house, case, 0, "agent", barred=True), 403, "forbidden")
    ahead = assert_problem(await say(house, case, 0, counted_from="2026-03-03"), 422, "invalid-input")
    assert places(ahead) == ["#/counted_from"]
    both = await say(house, case, 0, barred=True, ends_on="2026-03-01")
    assert_problem(both, 422, "validation-failed")
    assert (await known(house, case))["version"] == 0
    said = [await say(house, case, version, ends_on=f"2026-0{5 + version}-01") for version in (0, 1)]
    assert [one.json()["version"] for one in said] == [1, 2]
    noted = "SELECT count(*) FROM audit_entry WHERE action = 'limitation.said' AND case_id = :c"
    assert await house.scalar(noted, c=case.case_id) == 2
