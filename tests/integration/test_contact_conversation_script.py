"""A conversation by the script: prepared, in its order, nothing of the debt before it is known who is listening."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_talks import CAUSE, WHOLE, Talk, everything_told, prepare, recorded, rows, tasks


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("001-03")
@pytest.mark.practice("001-04")
@pytest.mark.practice("001-05")
@pytest.mark.practice("001-08")
@pytest.mark.rule("TALK-01")
@pytest.mark.rule("TALK-03")
@pytest.mark.rule("TALK-04")
async def test_who_is_listening_is_verified_and_the_cause_is_heard_before_anything_is_owed(house: House) -> None:
    case = await house.triaged("script")
    talk = await Talk.begin(house, case, "script")
    began = talk.begun.json()
    assert began["debt"] is None and began["mode"] == "normal" and began["next"]["step"] == "greeting"
    assert "8017" in began["next"]["words"]["zh"] and "8017" in began["next"]["words"]["en"], "who is speaking"
    early = await talk.step("cause", **CAUSE)
    assert early.status_code == 409 and early.json()["type"].endswith("/step-locked")
    assert early.json()["rule"] == "TALK-01" and set(early.json()["reason"]) == {"zh", "en"}

    asked = await talk.until("right_party")
    assert asked["debt"]["arrears"] == {"amount": "864.00", "currency": "CNY"}
    parts = [asked["debt"][part]["amount"] for part in ("principal", "interest", "fees")]
    assert parts == ["800.00", "54.00", "10.00"]
    assert asked["debt"]["as_of"] == "2026-03-01", "figures come from the core, with their day"
    assert {lock["step"]: lock["rule"] for lock in asked["locked"]}["account"] == "TALK-03"
    for step, body in WHOLE[2:4]:
        assert (await talk.step(step, **body)).status_code == 201
    demanded = await talk.step("account")
    assert demanded.status_code == 409 and demanded.json()["rule"] == "TALK-03"
    assert (await talk.step("cause", **CAUSE)).json()["next"]["step"] == "read_back"
    unheard = await talk.step("account")
    assert unheard.status_code == 409 and unheard.json()["rule"] == "TALK-04"
    read_back = (await talk.step(*WHOLE[5][:1], **WHOLE[5][1])).json()
    assert read_back["next"]["step"] == "account" and "CNY 864.00" in read_back["next"]["words"]["zh"]


@pytest.mark.rule("TALK-01")
async def test_somebody_else_hears_nothing_of_the_debt(house: House) -> None:
    case = await house.triaged("somebody-else")
    talk = await Talk.begin(house, case, "somebody-else")
    await talk.step("greeting")
    answer = (await talk.step("right_party", method="known_fact", result="somebody_else")).json()
    assert answer["debt"] is None and answer["next"] is None
    assert {lock["rule"] for lock in answer["locked"]} == {"TALK-01"}
    ended = await talk.end("UNVERIFIED_PARTY")
    assert ended.status_code == 201 and not ended.json()["counts_as_rpc"] and not ended.json()["recap"]
    assert "864" not in talk.begun.text


@pytest.mark.practice("000-04")
@pytest.mark.practice("001-09")
@pytest.mark.practice("002-06")
@pytest.mark.rule("TALK-06")
async def test_a_whole_conversation_is_kept_read_back_and_handed_on(house: House) -> None:
    case = await house.triaged("whole")
    talk = await Talk.begin(house, case, "whole")
    await talk.until("evidence")
    promises = [
        {"side": "borrower", "kind": "SEND_EVIDENCE", "text": "寄来近半年流水", "due_on": "2026-03-10"},
        {"side": "lender", "kind": "FORWARD_REQUEST", "text": "转交申请", "due_on": "2026-03-05"},
    ]
    agreed = (await talk.step("commitment", commitments=promises)).json()
    assert agreed["open_disclosures"] == ["complaint_route"]
    assert (await talk.step("close", emotional_state="anxious")).json()["open_disclosures"] == []
    answer = await talk.end("RPC_REQUEST_RELIEF")
    assert answer.status_code == 201, answer.text
    assert answer.json()["engaged"] and answer.json()["recap"] and answer.json()["open_disclosures"] == []

    kept = await talk.kept()
    assert kept["own_words"] == CAUSE["own_words"] and kept["cause"] == "UNEMPLOYMENT"
    assert kept["request"]["request_type"] == "REDUCE" and kept["emotional_state"] == "anxious"
    assert kept["read_back_confirmed"] is True and kept["scored"] is True and kept["talk"]["ended"]
    assert {one["side"] for one in kept["commitments"]} == {"borrower", "lender"}
    starts = {body.get("purpose", name): body for name, body in await house.outbox(case, "start")}
    assert starts["recap"]["params"] == {"recap": talk.id} and starts["recap"]["message_class"] == "receipt"
    assert starts["RequestHandOver"]["conversation_id"] == talk.id
    assert {"forward_request", "finish_conversation"} <= set(await tasks(house, case))
    assert set(await house.obligations(case)) == {"hand_over", "task:forward_request"}
    told = everything_told(await house.outbox(case, "event")) + everything_told(await house.outbox(case, "start"))
    assert "UNEMPLOYMENT" not in told and "失业" not in told
    stored = await rows(
        house, "SELECT cause, own_words, request, summary FROM conversation WHERE case_id = :case", case
    )
    assert all(value.startswith("v1.") for value in stored[0].values()), "encrypted"
    [told_of] = await rows(house, "SELECT hardship_at FROM contact_case WHERE case_id = :case", case)
    assert told_of["hardship_at"] == house.clock.now(), "from now on nothing of this case asks for payment"
    assert (await talk.end("RPC_REQUEST_RELIEF")).status_code == 409
    assert (await talk.step("close")).json()["type"].endswith("/conversation-over")


@pytest.mark.rule("TALK-02")
async def test_who_has_no_time_is_called_when_it_suits_and_not_pushed(house: House) -> None:
    case = await house.triaged("no-time")
    talk = await Talk.begin(house, case, "no-time")
    await talk.until("purpose")
    at = (house.clock.now() + timedelta(days=2, hours=4)).isoformat()
    answer = (await talk.step("convenience", convenient=False, call_back_at=at)).json()
    assert answer["next"]["step"] == "close"
    pushed = await talk.step("cause", **CAUSE)
    assert pushed.status_code == 409 and pushed.json()["rule"] == "TALK-02"
    ended = await talk.end("RPC_CALLBACK_AGREED", summary="约周三下午再打")
    assert ended.status_code == 201, ended.text
    consent = await rows(house, "SELECT kind, details FROM consent WHERE borrower_id = :borrower", case)
    assert [one["kind"] for one in consent] == ["call_back"]
    assert (await tasks(house, case))["call_back"]["needs_role"] == "agent"
    assert "RequestHandOver" not in dict(await house.outbox(case, "start"))


@pytest.mark.practice("001-06")
@pytest.mark.rule("TALK-10")
async def test_nobody_dials_unprepared(house: House) -> None:
    case = await house.triaged("unprepared")
    path = f"/v1/cases/{case.case_id}/conversations"

    async def begin(key: str) -> str:
        permit = (await house.ask(case, f"{key}-permit")).json()["permit_id"]
        answer = await house.post(path, {"permit_id": permit}, key)
        if answer.status_code == 201:
            return "begun"
        assert answer.status_code == 409 and answer.json()["type"].endswith("/brief-needed"), answer.text
        assert all(one["zh"] and one["en"] in answer.json()["detail"] for one in answer.json()["to_do"])
        house.clock.advance(timedelta(minutes=16))
        return str(answer.json()["detail"])

    assert "make a brief" in await begin("none")
    house.intake.days_old = 3
    try:
        made = (await prepare(house, case, "old-figures")).json()
        assert not made["ready"] and "too old" in made["to_do"][0]["en"] and made["to_do"][0]["zh"]
        assert "arrears" not in made and "balance" not in made, "nobody is shown amounts before the call"
        assert "too old" in await begin("old-figures")
    finally:
        house.intake.days_old = 1
    await rows(house, "UPDATE number SET provenance = 'bought' WHERE borrower_id = :borrower RETURNING 1", case)
    made = (await prepare(house, case, "bought")).json()
    assert not made["ready"] and "whose number" in made["to_do"][0]["en"]
    await rows(house, "UPDATE number SET provenance = 'contract' WHERE borrower_id = :borrower RETURNING 1", case)
    assert (await prepare(house, case, "ready")).json() | {"ready": True, "to_do": []} == (
        await prepare(house, case, "ready")
    ).json(), "a repeat is the same brief"
    house.clock.advance(timedelta(hours=24))
    await house.beat()
    assert "make a brief" in await begin("yesterday's")
    await prepare(house, case, "today")
    assert await begin("today") == "begun"
    # Who calls us has dialled; and nobody has to be prepared to say that a call was in vain.
    assert (await Talk.begin_with(house, case, "calls-us")).begun.status_code == 201
    house.intake.down = True
    try:
        assert (await prepare(house, case, "down")).status_code == 503
    finally:
        house.intake.down = False


async def test_a_conversation_under_way_counts_and_is_begun_once(house: House) -> None:
    case = await house.triaged("under-way")
    path = f"/v1/cases/{case.case_id}/conversations"
    await prepare(house, case, "under-way")
    permits = [(await house.ask(case, f"under-way-{number}")).json()["permit_id"] for number in range(3)]
    talk = await Talk.begin_with(house, case, "under-way", permit_id=permits[0])
    twice = await house.post(path, {"permit_id": permits[0]}, "under-way-twice")
    assert twice.status_code == 409 and twice.json()["type"].endswith("/permit-unusable")
    vain = {"permit_id": permits[0], "outcome": "NO_ANSWER"}
    assert (await house.post(path, vain, "under-way-vain")).status_code == 409
    house.clock.advance(timedelta(minutes=20))
    await house.beat()
    # The other two were not used in time; the conversation goes on and counts.
    for number in (3, 4):
        assert (await house.ask(case, f"under-way-{number}")).json()["verdict"] == "permitted"
    assert (await house.ask(case, "under-way-5")).json()["rules"] == ["CN-03"]
    assert (await talk.end("CALL_DROPPED_BEFORE_VERIFY")).status_code == 201
    found = await rows(house, "SELECT a.at, t.started_at FROM attempt a JOIN talk t USING (permit_id, case_id)", case)
    assert all(row["at"] == row["started_at"] for row in found) and found
    assert (await talk.step("greeting", "compliance")).status_code == 403
    nobody = await house.post(f"/v1/conversations/{case.case_id}/steps", {"step": "greeting"}, "nobody's")
    assert nobody.status_code == 404
    assert (await house.get(f"/v1/conversations/{case.case_id}")).status_code == 404


async def test_of_many_at_once_one_begins_and_one_ends_it(house: House) -> None:
    case = await house.triaged("at-once")
    await prepare(house, case, "at-once")
    permit = (await house.ask(case, "at-once-permit")).json()["permit_id"]
    path, body = f"/v1/cases/{case.case_id}/conversations", {"permit_id": permit}
    begun = await asyncio.gather(*(house.post(path, body, f"at-once-{number}") for number in range(5)))
    assert sorted(answer.status_code for answer in begun) == [201, 409, 409, 409, 409]
    talk = Talk(house, case, next(answer for answer in begun if answer.status_code == 201))
    steps = await asyncio.gather(*(talk.step("greeting") for _ in range(3)))
    assert [answer.status_code for answer in steps] == [201] * 3
    ended = await asyncio.gather(*(talk.end("CALL_DROPPED_BEFORE_VERIFY") for _ in range(3)))
    assert sorted(answer.status_code for answer in ended) == [201, 409, 409]
    found = await rows(house, "SELECT count(*) FROM attempt WHERE case_id = :case", case)
    assert found[0]["count"] == 1


@pytest.mark.practice("002-05")
@pytest.mark.rule("TALK-06")
@pytest.mark.rule("TALK-07")
async def test_a_record_without_cause_or_request_is_not_closed_and_nobody_is_unwilling(house: House) -> None:
    case = await house.triaged("incomplete")
    talk = await Talk.begin(house, case, "incomplete")
    await talk.until("convenience")
    missing = await talk.end("RPC_PTP")
    assert [error["pointer"] for error in missing.json()["errors"]] == [
        "#/summary", "#/read_back_confirmed", "#/cause", "#/own_words", "#/request",
    ]  # fmt: skip
    told = {"summary": "暂不还款", "read_back_confirmed": True, "request": {"request_type": "NONE"}}
    for cause in ({}, {"cause": "NOT_DISCLOSED"}):
        refused = await talk.end("RPC_REFUSED_PAY", **told, **cause)
        assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "#/cause"
    assert (await talk.end("RPC_REQUEST_RELIEF", **told, cause="OTHER", own_words="x")).status_code == 422
    known = await talk.end("RPC_REFUSED_PAY", **told, cause="DISPUTE_MERCHANT", own_words="商品没有收到")
    assert known.status_code == 201 and known.json()["recap"]
    assert "RequestHandOver" not in dict(await house.outbox(case, "start")), "nothing was asked for"


@pytest.mark.practice("000-02")
@pytest.mark.practice("002-16")
async def test_words_that_must_not_be_said_are_not_kept_and_better_ones_are_named(house: House) -> None:
    case = await house.triaged("wording")
    promised = {"summary": "我保证一定能批下来。", "read_back_confirmed": True, "cause": "ILLNESS", "own_words": "住院"}
    body = {"outcome": "RPC_REQUEST_RELIEF", "party_verified": True, "request": {"request_type": "DELAY"}}
    answer = await recorded(house, case, "wording", **body, **promised)
    assert answer.status_code == 422 and answer.json()["type"].endswith("/wording-blocked")
    [found] = answer.json()["findings"]
    assert (
        found["class"] == 13
        and found["prefer"] == "我会尽力协助提交，结果以审批为准"
        and found["pointer"] == "#/summary"
    )
    assert "保证" not in answer.text.replace(found["prefer"], ""), "what was sent is not shown"
    talk = await Talk.begin_with(house, case, "wording-borrower")
    await talk.until("convenience")
    # What the borrower says is never blocked.
    said = await talk.step("cause", cause="OTHER", own_words="你们说不还就让警察抓我", emotional_state="angry")
    assert said.status_code == 201
