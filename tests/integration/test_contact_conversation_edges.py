"""Conversations at their edges: another debtor's, foreign ids, odd bodies, and what is kept when somebody gives up."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.common.contracts.workflows import DeliveryRequest, HandOverInput
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import listed, party, places, put, tell
from tests.integration.contact_talks import RELIEF, TALKED, Talk, everything_told, promise, recorded, rows, tasks
from tests.integration.test_contact_others import FRIEND, LAWYER

NOBODY = "00000000-0000-0000-0000-000000000001"
FAR = promise("borrower", "SEND_EVIDENCE", 1) | {"due_on": "9999-12-31"}
QUIET = "SELECT borrower_id FROM hold WHERE case_id = :case AND origin = 'quiet_period' AND lifted_at IS NULL"


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def spoke(house: House, case: Any, key: str, **body: Any) -> httpx.Response:
    """Somebody of the case called us."""
    return await house.post(f"/v1/cases/{case.case_id}/conversations", body, key)


@pytest.mark.practice("000-04")
async def test_what_another_debtor_said_is_not_sent_to_the_borrower(house: House) -> None:
    case = await house.triaged("joint-recap")
    debtor = await party(house, case, "joint-recap-debtor")
    told = await spoke(house, case, "joint", **RELIEF, person_id=debtor)
    assert told.status_code == 201 and told.json()["recap"] is False
    assert [body for _, body in await house.outbox(case, "start") if body.get("purpose") == "recap"] == []


@pytest.mark.practice("001-11")
async def test_a_debtor_who_does_not_want_to_talk_is_left_in_peace_alone(house: House) -> None:
    case = await house.triaged("joint-quiet")
    await house.look(case)
    debtor = await party(house, case, "joint-quiet-debtor")
    refused = TALKED | {"outcome": "RPC_REFUSED_TALK"}
    assert (await spoke(house, case, "debtor-refuses", **refused, person_id=debtor)).status_code == 201
    assert [str(row["borrower_id"]) for row in await rows(house, QUIET, case)] == [debtor]
    assert (await house.ask(case, "borrower-is-called")).json()["verdict"] == "permitted"
    assert (await spoke(house, case, "borrower-refuses", **refused)).status_code == 201
    assert len(await rows(house, QUIET, case)) == 2
    assert (await spoke(house, case, "debtor-speaks", **RELIEF, person_id=debtor)).status_code == 201
    assert [row["borrower_id"] for row in await rows(house, QUIET, case)] == [case.borrower_id], "each ends their own"


@pytest.mark.practice("003-08")
@pytest.mark.parametrize(
    ("language", "said"), [("zh", "我们：由主管给您回电"), ("en", "We: a supervisor will call you back")]
)
async def test_what_the_procedure_promises_is_in_the_language_of_the_borrower(
    house: House, language: str, said: str
) -> None:
    case = await house.triaged(f"procedure-{language}", language=language)
    talk = await Talk.begin(house, case, "procedure")
    await talk.until("convenience")
    words = "你们都是骗子，叫你们领导来"
    path = f"/v1/cases/{case.case_id}/supervisor-requests"
    assert (await house.post(path, {"conversation_id": talk.id, "said": words}, "asked")).status_code == 201
    summary = "说明了情况" if language == "zh" else "You told us how things are."
    ended = await talk.end("RPC_SUPERVISOR_REQUESTED", summary=summary, read_back_confirmed=True)
    assert ended.status_code == 201 and ended.json()["recap"], ended.text
    [promised] = await listed(house, case, "commitments")
    assert promised["said"] == words, "who calls back knows what was said"
    made = "SELECT count(*) FROM audit_entry WHERE action = 'commitment.made'"
    assert await house.scalar(made) == 1, "asked for twice, promised once"
    [request] = [body for _, body in await house.outbox(case, "start") if body.get("purpose") == "recap"]
    assert (await house.deliver(DeliveryRequest.model_validate(request))).outcome == "sent"
    [sent] = house.gateway.taken.values()
    assert said in str(sent["text"]) and words not in str(sent["text"])


@pytest.mark.practice("001-12")
async def test_handing_over_costs_the_agent_nothing_and_the_debrief_is_whose_talk_it_was(house: House) -> None:
    case = await house.triaged("overwhelmed")
    talk = await Talk.begin(house, case, "overwhelmed")
    await talk.until("convenience")
    over = {"reason": "HANDED_OVER", "conversation_id": talk.id}
    assert (await house.post(f"/v1/cases/{case.case_id}/supervisor-requests", over, "over")).status_code == 201
    path = f"/v1/conversations/{talk.id}/outcome"
    body = {"outcome": "RPC_DISTRESS_ENDED", "summary": "陪伴通话后结束"}
    assert (await house.post(path, body, "ended", "supervisor", subject="s-1")).status_code == 201
    assert (await tasks(house, case))["distress"]["excluded"] == ["a-1"], "who was in the conversation"
    other = await house.triaged("handed-calmly")
    talk = await Talk.begin(house, other, "handed-calmly")
    await talk.until("request")
    over = {"reason": "HANDED_OVER", "conversation_id": talk.id}
    assert (await house.post(f"/v1/cases/{other.case_id}/supervisor-requests", over, "over-2")).status_code == 201
    assert (await talk.end("RPC_REQUEST_RELIEF")).status_code == 201
    assert (await talk.kept())["scored"] is False


async def test_a_channel_stopped_in_a_conversation_is_a_changed_preference(house: House) -> None:
    case = await house.triaged("stops")
    assert (await put(house, case, 1, preferred_channel="voice")).status_code == 200
    assert (await recorded(house, case, "stops", **TALKED, outcome="RPC_CHANNEL_STOP")).status_code == 201
    asked = (await house.get(f"/v1/cases/{case.case_id}/contact-preferences")).json()
    assert (asked["stopped_channels"], asked["preferred_channel"]) == (["voice"], None)
    known = (await house.get(f"/v1/cases/{case.case_id}/known")).json()["said"]
    assert {one["field"]: one["old"] for one in known} == {"stopped_channels": "[]", "preferred_channel": '"voice"'}


async def test_ids_of_other_cases_are_refused(house: House) -> None:
    case, other = await house.triaged("mine"), await house.triaged("yours")
    theirs = (await tell(house, other, "third-parties", "friend", **FRIEND)).json()["third_party_id"]
    for key, third_party in (("foreign", theirs), ("nobody", NOBODY)):
        told = await spoke(house, case, key, **RELIEF, third_party_id=third_party)
        assert told.status_code == 422 and places(told.json()) == ["#/third_party_id"], told.text
    talk = (await spoke(house, other, "their-talk", **RELIEF)).json()["conversation_id"]
    debtor = await party(house, other, "yours-debtor")
    for key, in_case, body in (
        ("foreign-talk", case, {"conversation_id": talk}),
        ("no-talk", case, {"conversation_id": NOBODY}),
        ("somebody-elses", other, {"conversation_id": talk, "party_id": debtor}),
    ):
        kept = await tell(house, in_case, "consents", key, kind="more_calls", **body)
        assert kept.status_code == 404 and kept.json()["type"].endswith("/conversation-unknown"), kept.text
    assert (await tell(house, other, "consents", "mine", kind="more_calls", conversation_id=talk)).status_code == 201


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("conversations", RELIEF | {"commitments": [FAR]}, "#/commitments/0/due_on"),
        ("conversations", TALKED | {"outcome": "RPC_CALLBACK_AGREED", "call_back_at": "9999-12-31T23:59:59-12:00"},
         "#/call_back_at"),
        ("consents", {"kind": "call_back", "call_back_at": "9999-12-31T23:59:59-12:00"}, "#/call_back_at"),
        ("consents", {"kind": "more_calls", "given_at": "0001-01-01T00:00:00+14:00"}, "#/given_at"),
        ("representatives", LAWYER | {"asked_on": "0001-01-01"}, "#/asked_on"),
        ("conversations", RELIEF | {"disclosed": ["王小明 13900001111"]}, "#/disclosed/0"),
    ],
)  # fmt: skip
async def test_what_nobody_can_count_with_is_refused_by_its_field(
    house: House, what: str, body: dict[str, Any], pointer: str
) -> None:
    case = await house.triaged("odd")
    refused = await tell(house, case, what, "odd", **body)
    assert refused.status_code == 422 and places(refused.json()) == [pointer], refused.text
    assert "王小明" not in refused.text, "errors name fields, never values"


async def test_preferences_without_an_end_do_not_stop_the_guard(house: House) -> None:
    case = await house.triaged("for-ever")
    for_ever = {"occasion": "other", "starts_on": "2026-01-01", "ends_on": "9999-12-31"}
    assert (await put(house, case, 1, occasions=[for_ever])).status_code == 422
    long = for_ever | {"ends_on": "2199-12-31"}
    assert (await put(house, case, 1, occasions=[long])).status_code == 200
    assert (await house.ask(case, "asked")).status_code == 200


async def test_a_request_that_nobody_hands_over_is_waited_for_no_longer(house: House) -> None:
    case = await house.triaged("given-up")
    talk = (await recorded(house, case, "given-up", **RELIEF)).json()["conversation_id"]
    assert "hand_over" in await house.obligations(case)
    asked = HandOverInput(case_id=case.case_id, conversation_id=talk)
    for _ in range(2):
        assert (await house.cases.hand_over.give_up(asked)).outcome == "given_up"
    assert "hand_over" not in await house.obligations(case)
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'request.given_up'") == 1


@pytest.mark.practice("003-07")
async def test_whoever_judges_risk_sees_promises_without_their_words(house: House) -> None:
    case = await house.triaged("risk")
    said = promise("borrower", "PTP", 3, "女儿住院，三天后还500元")
    assert (await recorded(house, case, "risk", **RELIEF, commitments=[said])).status_code == 201
    path = f"/v1/cases/{case.case_id}/commitments"
    [seen] = (await house.get(path, "risk")).json()["items"]
    assert (seen["kind"], seen["due_on"], seen["text"]) == ("PTP", said["due_on"], None)
    [heard] = (await house.get(path, "compliance")).json()["items"]
    assert heard["text"] == said["text"] and "住院" not in everything_told(await house.outbox(case, "event"))


@pytest.mark.practice("003-02")
@pytest.mark.parametrize("staff", [["王 小明", "李 小红"], ["", "a-2"], ["a-2 ", "a-2"], ["a" * 101, "a-2"]])
async def test_who_visits_is_named_as_tokens_do(house: House, staff: list[str]) -> None:
    case = await house.triaged("who-visits")
    path = f"/v1/cases/{case.case_id}/visit-permission"
    named = await house.post(path, {"decision": "permit", "staff": staff}, "names", "supervisor")
    assert named.status_code == 422 and named.json()["type"].endswith("/validation-failed"), "the audit has no names"
    assert (
        await house.post(path, {"decision": "permit", "staff": ["a-2", "a-3"]}, "s", "supervisor")
    ).status_code == 409


@pytest.mark.practice("003-08")
async def test_whoever_asks_for_a_supervisor_again_is_heard_again(house: House) -> None:
    case = await house.triaged("again")
    path = f"/v1/cases/{case.case_id}/supervisor-requests"
    talk = (await spoke(house, case, "talk", **RELIEF)).json()["conversation_id"]
    for subject in ("a-1", "a-2"):
        assert (await house.post(path, {}, "one-key", subject=subject)).status_code == 201
    assert len(await listed(house, case, "commitments")) == 2, "keys are each client's own"
    about = {"conversation_id": talk}
    first = (await house.post(path, about, "first")).json()["commitment_id"]
    assert (await house.post(path, about, "meanwhile")).json()["commitment_id"] == first
    settle = f"/v1/commitments/{first}/settlement"
    assert (await house.post(settle, {"state": "kept"}, "called", "supervisor")).status_code == 200
    again = (await house.post(path, about, "again")).json()["commitment_id"]
    assert again != first
    open_now = "SELECT ref FROM task WHERE case_id = :case AND kind = 'supervisor_request' AND closed_at IS NULL"
    assert again in [row["ref"] for row in await rows(house, open_now, case)]
