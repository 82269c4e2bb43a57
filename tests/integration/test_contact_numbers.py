"""Numbers and addresses: told, checked, barred, learned from intake, and shown by their endings only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import PARTY_NUMBERS, PartyInput, RoundInput
from tests.contract.edge import CANARY
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE, phone_of
from tests.integration.contact_house import House
from tests.integration.contact_people import listed, party, places, tell

PHONE = {"kind": "phone", "value": "139 0000 1111", "place": "mobile", "provenance": "debtor_authorisation"}
RAW = "SELECT string_agg(value, ' ') FROM number"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def numbers(house: House, case: CaseTriaged, ending: str, query: str = "") -> dict[str, dict[str, Any]]:
    """The numbers of a person with this ending, by channel."""
    return {one["channel"]: one for one in await listed(house, case, f"numbers{query}") if one["ending"] == ending}


@pytest.mark.rule("CN-07")
async def test_a_number_that_the_borrower_tells_is_for_calls_and_texts(house: House) -> None:
    case = await house.triaged("tells")
    told = await tell(house, case, "numbers", "k-1", **PHONE)
    assert told.status_code == 201 and "13900001111" not in told.text
    found = await numbers(house, case, "1111")
    assert sorted(found) == ["sms", "voice"]
    assert all(one["usable"] and one["confirmed_on"] == "2026-03-02" for one in found.values())
    assert "13900001111" not in await house.scalar(RAW), "it is encrypted"
    again = await tell(house, case, "numbers", "k-2", **PHONE | {"value": "+86 139-0000-1111"})
    assert again.status_code == 200, "another way to write it is the same number"
    assert await house.scalar("SELECT count(*) FROM number WHERE place = 'mobile'") == 2


async def test_a_land_line_an_email_and_an_address_are_for_what_they_can(house: House) -> None:
    case = await house.triaged("kinds")
    for key, kind, value in (
        ("k-1", "phone", "010 6552 9988"),
        ("k-2", "email", "Ann.Li@Example.com"),
        ("k-3", "address", "No. 1 People's Avenue"),
    ):
        told = await tell(house, case, "numbers", key, kind=kind, value=value, provenance="contract")
        assert told.status_code == 201, told.text
    found = {(one["channel"], one["ending"]) for one in await listed(house, case, "numbers")}
    ours = phone_of(case)[-4:]
    assert found - {("voice", ours), ("sms", ours)} == {
        ("voice", "9988"), ("email", ".com"), ("letter", "enue"), ("visit", "enue"),
    }  # fmt: skip


@pytest.mark.rule("CN-07")
@pytest.mark.parametrize(("pack", "zone", "rule"), [("cn", ZONE, "CN-07"), ("us", "America/New_York", "NUM-01")])
async def test_a_number_of_unknown_source_is_kept_and_not_used(house: House, pack: str, zone: str, rule: str) -> None:
    case = await house.triaged("bought", pack=pack, time_zones=(zone,))
    told = await tell(house, case, "numbers", "k-1", **PHONE | {"provenance": "bought_data"})
    voice = next(one for one in told.json()["items"] if one["channel"] == "voice")
    assert not voice["usable"] and voice["confirmed_on"] is None
    refused = await house.ask(case, "call", number_id=voice["number_id"])
    assert rule in refused.json()["rules"]


@pytest.mark.rule("US-07")
async def test_a_wrong_number_is_wrong_in_every_channel_for_this_person_only(house: House) -> None:
    case, other = await house.triaged("wrong"), await house.triaged("right")
    for one in (case, other):
        await tell(house, one, "numbers", "k-1", **PHONE)
    voice = (await numbers(house, case, "1111"))["voice"]
    barred = await house.post(f"/v1/numbers/{voice['number_id']}/bar", {"why": "wrong_number"}, "b-1")
    assert (barred.status_code, barred.json()["barred_for"], barred.headers["etag"]) == (200, "wrong_number", '"2"')
    assert {one["barred_for"] for one in (await numbers(house, case, "1111")).values()} == {"wrong_number"}
    assert {one["barred_for"] for one in (await numbers(house, other, "1111")).values()} == {None}
    refused = await house.ask(case, "call", number_id=voice["number_id"])
    assert refused.json()["rules"] == ["NUM-01"]
    stranger = await house.ask(case, "not-mine", number_id=str(case.case_id))
    assert_problem(stranger, 404, "number-unknown")
    again = await house.post(f"/v1/numbers/{voice['number_id']}/bar", {"why": "wrong_number"}, "b-2")
    assert again.headers["etag"] == '"2"', "again is the same"
    back = await tell(house, case, "numbers", "k-2", **PHONE)
    assert all(one["usable"] for one in back.json()["items"]), "its owner says that it is theirs after all"


async def test_a_withdrawn_number_is_withdrawn_in_its_channel(house: House) -> None:
    case = await house.triaged("withdraws")
    await tell(house, case, "numbers", "k-1", **PHONE)
    sms = (await numbers(house, case, "1111"))["sms"]
    await house.post(f"/v1/numbers/{sms['number_id']}/bar", {"why": "withdrawn"}, "b-1")
    found = await numbers(house, case, "1111")
    assert (found["sms"]["usable"], found["voice"]["usable"]) == (False, True)
    told = await tell(house, case, "numbers", "k-2", **PHONE | {"provenance": "contract"})
    assert assert_problem(told, 409, "number-barred")["barred_for"] == "withdrawn"


@pytest.mark.rule("US-11")
async def test_an_opt_out_is_not_undone_by_telling_the_number_again(house: House) -> None:
    case = await house.triaged("opts-out")
    await house.reply(case, "w-1", "STOP")
    told = await tell(house, case, "numbers", "k-1", **PHONE | {"value": phone_of(case)})
    assert assert_problem(told, 409, "number-barred")["barred_for"] == "opted_out"
    assert (await numbers(house, case, phone_of(case)[-4:]))["voice"]["confirmed_on"] is None, "nothing was kept of it"


@pytest.mark.rule("US-14")
async def test_an_address_handed_over_waits_for_its_notice(house: House) -> None:
    case = await house.triaged("handed-over", pack="us", time_zones=("America/New_York",))
    mail = {"kind": "email", "value": "ann@example.com", "provenance": "contract", "handed_over": True}
    (kept,) = (await tell(house, case, "numbers", "k-1", **mail)).json()["items"]
    house.clock.advance(timedelta(hours=14))
    await house.beat()
    asked = {"channel": "email", "number_id": kept["number_id"]}
    assert "US-14" in (await house.ask(case, "mail-1", **asked)).json()["rules"]
    noticed = await tell(house, case, "numbers", "k-2", **mail, notice_on="2026-03-02")
    assert (noticed.status_code, noticed.json()["items"][0]["notice_on"]) == (200, "2026-03-02")
    house.clock.advance(timedelta(days=36))
    await house.beat()
    assert "US-14" not in (await house.ask(case, "mail-2", **asked)).json()["rules"]


@pytest.mark.rule("US-13")
async def test_a_number_is_fresh_by_a_check_or_by_use(house: House) -> None:
    case = await house.triaged("fresh")
    found = (await numbers(house, case, phone_of(case)[-4:]))["sms"]
    assert found["confirmed_on"] is None
    path, body = f"/v1/numbers/{found['number_id']}/check", {"result": "still_theirs", "on": "2026-02-20"}
    assert_problem(await house.post(path, body, "k-0"), 428, "precondition-required")
    checked = await house.post(path, body, "k-1", if_match='"1"')
    assert (checked.json()["confirmed_on"], checked.headers["etag"]) == ("2026-02-20", '"2"')
    assert_problem(await house.post(path, body, "k-2", if_match='"1"'), 412, "stale-version")
    older = await house.post(path, body | {"on": "2026-02-01"}, "k-3", if_match='"2"')
    assert older.json()["confirmed_on"] == "2026-02-20", "an older check says nothing new"
    house.clock.advance(timedelta(days=3))
    await house.reply(case, "w-1", "我在")
    now = await numbers(house, case, phone_of(case)[-4:])
    assert {one["confirmed_on"] for one in now.values()} == {"2026-03-05"}
    gone = await house.post(path, {"result": "reassigned"}, "k-4", if_match=f'"{now["sms"]["version"]}"')
    assert gone.json()["barred_for"] == "wrong_number"
    etag = gone.headers["etag"]
    assert_problem(await house.post(path, body, "k-5", if_match=etag), 409, "number-barred")


async def test_of_ten_who_tell_and_bar_a_number_at_once_nobody_waits_for_ever(house: House) -> None:
    case = await house.triaged("raced")
    voice = (await tell(house, case, "numbers", "k-0", **PHONE)).json()["items"][0]
    path = f"/v1/numbers/{voice['number_id']}/bar"
    answers = await asyncio.gather(
        *(tell(house, case, "numbers", f"k-{n + 1}", **PHONE) for n in range(5)),
        *(house.post(path, {"why": "wrong_number"}, f"b-{n}") for n in range(5)),
    )
    assert [answer.status_code for answer in answers] == [200] * 10


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"value": CANARY}, "#/value"),
        ({"kind": "email", "value": "ann@example"}, "#/value"),
        ({"kind": "address", "value": "12345"}, "#/value"),
        ({"kind": "fax"}, "#/kind"),
        ({"place": "moon"}, "#/place"),
        ({"provenance": "A Friend"}, "#/provenance"),
        ({"handed_over": True, "notice_on": "2026-04-01"}, "#/notice_on"),
    ],
)
async def test_what_is_no_number_is_refused_by_its_place(house: House, wrong: dict[str, Any], where: str) -> None:
    case = await house.triaged("none")
    refused = await tell(house, case, "numbers", "k-1", **PHONE | wrong)
    assert places(assert_problem(refused, 422, refused.json()["type"].rpartition("/")[2])) == [where]
    assert await house.scalar("SELECT count(*) FROM number") == 2


async def test_which_numbers_are_not_there(house: House) -> None:
    case = await house.triaged("there")
    nothing = "/v1/numbers/00000000-0000-0000-0000-000000000001/bar"
    assert_problem(await house.post(nothing, {"why": "withdrawn"}, "k-1"), 404, "number-unknown")
    assert_problem(await house.post(nothing, {"why": "withdrawn"}, "k-2", "risk"), 403, "forbidden")
    assert_problem(await house.post(nothing, {"why": "opted_out"}, "k-3"), 422, "validation-failed")
    stranger = await house.get(f"/v1/cases/{case.case_id}/numbers?party_id={case.case_id}")
    assert_problem(stranger, 404, "party-unknown")


async def test_email_and_postal_address_are_learned_from_intake(house: House) -> None:
    case = await house.triaged("learns")
    house.intake.further[case.case_id] = {"email": "Li@Example.com", "postal_address": "No. 1 People's Avenue"}
    assert (await house.cases.numbers.learn(RoundInput(case_id=case.case_id, round=1))).numbers == 5
    found = {one["channel"]: one["provenance"] for one in await listed(house, case, "numbers")}
    assert found == dict.fromkeys(["voice", "sms", "email", "letter", "visit"], "contract")


async def test_the_numbers_of_a_joint_debtor_are_learned_when_intake_names_one(house: House) -> None:
    case = await house.triaged("joint")
    joint = await party(house, case, "jo")
    ((name, body),) = await house.outbox(case, "start")
    assert name == PARTY_NUMBERS
    asked = PartyInput.model_validate(body["argument"] if "argument" in body else body)
    house.intake.further[asked.party_id] = {"phone": "+8613700002222"}
    for _ in range(2):
        assert (await house.cases.numbers.learn_party(asked)).numbers == 2
    assert sorted(await numbers(house, case, "2222", f"?party_id={joint}")) == ["sms", "voice"]
    assert await numbers(house, case, "2222") == {}, "they are not the borrower's"
    voice = (await numbers(house, case, "2222", f"?party_id={joint}"))["voice"]
    barred = await house.post(f"/v1/numbers/{voice['number_id']}/bar", {"why": "wrong_number"}, "b-1")
    assert barred.json()["person_id"] == joint
