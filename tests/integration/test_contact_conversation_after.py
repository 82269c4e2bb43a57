"""What follows from a conversation: promises become tasks, stops are kept, people are looked after."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import DeliveryRequest, HandOverInput, RoundInput
from services.common.kernel.errors import Unavailable
from tests.databases import FreshDatabase
from tests.integration.contact_facts import START, ZONE
from tests.integration.contact_house import House
from tests.integration.contact_people import party, put
from tests.integration.contact_talks import CAUSE, Talk, blocked, everything_told, recorded, rows, tasks

TALKED = {"party_verified": True, "summary": "说明了情况", "read_back_confirmed": True}
RELIEF = TALKED | CAUSE | {"outcome": "RPC_REQUEST_RELIEF", "request": {"request_type": "REDUCE", "months": 12}}


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


def promise(side: str, kind: str, days: int, text: str = "按约定办理") -> dict[str, Any]:
    due_on = (START.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=days)).isoformat()
    return {"side": side, "kind": kind, "text": text, "due_on": due_on}


@pytest.mark.practice("003-07")
@pytest.mark.practice("002-16")
@pytest.mark.rule("TALK-08")
async def test_promises_within_authority_are_kept_and_ours_become_tasks(house: House) -> None:
    case = await house.triaged("promises")
    beyond = [
        (promise("borrower", "PTP", 15), ["senior_agent", "supervisor", "manager"]),
        (promise("lender", "HOLD_INTERIM", 31), []),
        (promise("lender", "DISCOUNT", 1), []),
    ]
    for number, (said, may) in enumerate(beyond):
        house.clock.advance(timedelta(minutes=16))
        await house.beat()
        answer = await recorded(house, case, f"beyond-{number}", **RELIEF, commitments=[said])
        assert answer.status_code == 403 and answer.json()["type"].endswith("/beyond-authority"), answer.text
        assert answer.json()["who_may"] == may
    kept = [
        promise("borrower", "PTP", 14, "两周内还500元"),
        promise("lender", "CALL_BACK", 3),
        promise("lender", "HOLD_INTERIM", 30),
    ]
    house.clock.advance(timedelta(minutes=16))
    await house.beat()
    answer = await recorded(house, case, "promises", **RELIEF, commitments=kept)
    assert answer.status_code == 201 and len(answer.json()["commitments"]) == 3, answer.text
    assert await blocked(house, case, "hardship") == {"demand_call", "demand_message", "visit"}
    listed = (await house.get(f"/v1/cases/{case.case_id}/commitments")).json()["items"]
    of = {one["kind"]: one for one in listed}
    assert {kind: one["state"] for kind, one in of.items()} == {
        "PTP": "open", "CALL_BACK": "open", "HOLD_INTERIM": "kept",
    }  # fmt: skip
    assert of["PTP"]["text"] == "两周内还500元"
    task = (await tasks(house, case))["call_back"]
    settle = f"/v1/commitments/{of['CALL_BACK']['commitment_id']}/settlement"
    assert task["decide_path"] == settle and "task:call_back" in await house.obligations(case)
    done = await house.post(settle, {"state": "kept"}, "settled")
    assert done.json()["state"] == "kept" and done.json()["text"] is None
    assert "task:call_back" not in await house.obligations(case)
    assert (await house.post(settle, {"state": "broken"}, "settled-again")).status_code == 409
    paid = f"/v1/commitments/{of['PTP']['commitment_id']}/settlement"
    assert (await house.post(paid, {"state": "kept"}, "paid")).status_code == 409, "the bank's postings say it"
    assert (await house.post(f"/v1/commitments/{case.case_id}/settlement", {"state": "kept"}, "x")).status_code == 404
    other = await house.triaged("past-promise")
    past = await recorded(house, other, "past", **RELIEF, commitments=[promise("lender", "CALL_BACK", -1)])
    assert past.status_code == 422


@pytest.mark.practice("000-04")
async def test_a_recap_of_what_was_agreed_goes_where_the_borrower_prefers(house: House) -> None:
    case = await house.triaged("recap")
    house.intake.further[case.case_id] = {"email": "wang@example.org"}
    await house.cases.numbers.learn(RoundInput(case_id=case.case_id, round=1))
    version = (await house.get(f"/v1/cases/{case.case_id}/contact-preferences")).json()["version"]
    assert (await put(house, case, version, preferred_channel="email")).status_code == 200
    agreed = [promise("borrower", "SEND_EVIDENCE", 8, "寄来流水"), promise("lender", "CALL_BACK", 9, "回电")]
    assert (await recorded(house, case, "recap", **RELIEF, commitments=agreed)).json()["recap"]
    [request] = [body for _, body in await house.outbox(case, "start") if body.get("purpose") == "recap"]
    assert (await house.deliver(DeliveryRequest.model_validate(request))).outcome == "sent"
    [sent] = house.gateway.taken.values()
    assert "说明了情况。您：寄来流水（2026年3月10日之前）。我们：回电（2026年3月11日之前）。" in str(sent["text"])
    assert "email" in sent["path"] and "还款" not in str(sent.get("subject")), "a subject may be seen by anybody"


@pytest.mark.practice("000-03")
@pytest.mark.rule("TALK-09")
async def test_what_was_disclosed_is_known_and_what_is_open_is_shown(house: House) -> None:
    case = await house.triaged("disclosed")
    path = f"/v1/cases/{case.case_id}/disclosures"
    assert len((await house.get(path)).json()["open"]) == 5
    first = await recorded(house, case, "disclosed", **RELIEF, disclosed=["rights", "complaint_route"])
    assert set(first.json()["open_disclosures"]) == {"recording", "process", "next_steps"}
    shown = {one["item"]: one for one in (await house.get(path)).json()["items"]}
    given = shown["rights"]
    assert given["version"] == "script-1" and given["given_by"] == "a-1" and given["words"]["zh"]
    assert datetime.fromisoformat(given["given_at"]) == house.clock.now() and shown["process"]["given_at"] is None
    house.clock.advance(timedelta(minutes=16))
    await house.beat()
    unknown = await recorded(house, case, "unknown-item", **RELIEF, disclosed=["weather"])
    assert unknown.status_code == 422 and unknown.json()["errors"][0]["pointer"] == "#/disclosed/0"


@pytest.mark.practice("000-01")
@pytest.mark.practice("001-12")
@pytest.mark.practice("003-05")
@pytest.mark.rule("TALK-05")
async def test_anger_turns_demands_off_and_costs_the_agent_nothing(house: House) -> None:
    case = await house.triaged("angry")
    talk = await Talk.begin(house, case, "angry")
    await talk.until("read_back")
    # A step may be taken again; the feeling is the later one.
    calmed = (await talk.step("convenience", convenient=True, emotional_state="angry")).json()
    assert calmed["mode"] == "deescalation" and "理解" in calmed["instead"]["zh"] and calmed["debt"] is None
    demand = await talk.step("account")
    assert demand.status_code == 409 and demand.json()["rule"] == "TALK-05"
    over = {"reason": "HANDED_OVER", "conversation_id": talk.id}
    handed = await house.post(f"/v1/cases/{case.case_id}/supervisor-requests", over, "handed")
    assert handed.status_code == 201
    assert (await tasks(house, case))["supervisor_request"]["reason"] == "HANDED_OVER"
    ended = await talk.end("RPC_ABUSIVE", summary="对方情绪激动，先结束通话")
    assert ended.status_code == 201 and not ended.json()["recap"]
    kept = await talk.kept()
    assert kept["scored"] is False and kept["emotional_state"] == "angry"
    assert await blocked(house, case, "quiet_period") == set(), "abuse is no refusal"


@pytest.mark.practice("001-12")
async def test_words_of_self_harm_bring_people_and_stop_everything(house: House) -> None:
    case = await house.triaged("distress")
    talk = await Talk.begin(house, case, "distress")
    await talk.until("convenience")
    heard = (await talk.step("cause", cause="UNEMPLOYMENT", own_words="我真的不想活了")).json()
    assert heard["mode"] == "distress" and heard["debt"] is None and heard["next"]["step"] == "close"
    assert (await talk.step("read_back", summary="x", confirmed=True)).json()["rule"] == "TALK-05"
    asked = await tasks(house, case)
    assert set(asked) == {"finish_conversation", "distress", "distress_review", "agent_debrief"}
    joins = asked["distress"]
    assert joins["needs_role"] == "supervisor" and joins["excluded"] == ["a-1"]
    assert datetime.fromisoformat(joins["deadline"]) - house.clock.now() <= timedelta(minutes=10)
    assert datetime.fromisoformat(asked["distress_review"]["deadline"]).astimezone(ZoneInfo(ZONE)).day == 3
    assert (await house.ask(case, "stopped")).json()["rules"] == ["HOLD-01"]
    for kind, verdict in (("receipt", "refused"), ("reply", "permitted")):
        answer = await house.ask(case, f"distress-{kind}", channel="sms", message_class=kind)
        assert answer.json()["verdict"] == verdict, kind
    said = everything_told(await house.outbox(case, "event"))
    assert "SUICIDE" not in said.upper() and "不想活" not in said

    ended = await talk.end("RPC_DISTRESS_ENDED", summary="停止催款，陪伴通话")
    assert ended.status_code == 201 and not ended.json()["recap"]
    assert (await talk.kept())["scored"] is False
    done = joins["decide_path"]
    assert (await house.post(done, None, "agent-joins", "agent")).status_code == 403
    assert (await house.post(done, None, "same-joins", "supervisor")).status_code == 403, "a second person joins"
    assert (await house.post(done, None, "joins", "supervisor", subject="s-1")).status_code == 200
    assert (await house.post(done, None, "joins-again", "supervisor", subject="s-2")).status_code == 409
    assert "task:distress" not in await house.obligations(case)
    nobody = await house.post(f"/v1/duties/{case.case_id}/done", None, "nobody", "supervisor")
    assert nobody.status_code == 404
    # A day later it is written to again, but nothing is demanded before somebody lifts that.
    house.clock.advance(timedelta(hours=24))
    await house.beat()
    for kind, verdict in (("receipt", "permitted"), ("demand", "refused")):
        answer = await house.ask(case, f"day-later-{kind}", channel="sms", message_class=kind)
        assert answer.json()["verdict"] == verdict, kind


@pytest.mark.practice("001-12")
async def test_a_message_of_self_harm_is_heard_too_and_once(house: House) -> None:
    case = await house.triaged("writes")
    other = await house.triaged("writes-2", borrower="writes")
    assert (await house.reply(case, "writes-1", "还不上了，我想自杀")).status_code == 200
    asked = [*(await tasks(house, case)), *(await tasks(house, other))]
    assert sorted(asked) == ["distress", "distress_review"], "nobody of ours was in it"
    assert await blocked(house, other, "distress") >= {"demand_call", "demand_message", "visit"}
    calm = await house.triaged("writes-calmly")
    await house.reply(calm, "writes-3", "我下周还")
    assert set(await tasks(house, calm)) & {"distress"} == set()


@pytest.mark.practice("003-08")
async def test_a_supervisor_is_never_refused_and_calls_back_the_same_business_day(house: House) -> None:
    case = await house.triaged("supervisor")
    path = f"/v1/cases/{case.case_id}/supervisor-requests"
    asked = (await house.post(path, {"said": "我要找你们主管"}, "asked", "system")).json()
    due = datetime.fromisoformat(asked["deadline"]).astimezone(ZoneInfo(ZONE))
    assert (due.day, due.hour) == (2, 18)
    task = (await tasks(house, case))["supervisor_request"]
    assert task["needs_role"] == "supervisor" and task["reason"] == "BORROWER_REQUEST"
    settle = task["decide_path"]
    assert (await house.post(settle, {"state": "kept"}, "by-agent")).status_code == 403
    assert (await house.post(settle, {"state": "kept"}, "by-lead", "supervisor")).status_code == 200
    # Friday evening: on the next business day. 2026-03-06 is a Friday.
    house.clock.move_to(datetime(2026, 3, 6, 19, tzinfo=ZoneInfo(ZONE)))
    later = (await house.post(path, {}, "late")).json()
    assert later["due_on"] == "2026-03-09"
    closed = CaseClosed(case_id=case.case_id, reason="estate.closed", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert (await house.post(path, {}, "closed")).status_code == 201
    assert (await house.post(path, {"conversation_id": str(case.case_id)}, "no-talk")).status_code == 404
    talk = await house.triaged("supervisor-talk")
    said = TALKED | {"outcome": "RPC_SUPERVISOR_REQUESTED"}
    await house.beat()
    house.clock.move_to(datetime(2026, 3, 9, 9, tzinfo=ZoneInfo(ZONE)))
    await house.beat()
    assert (await recorded(house, talk, "supervisor-talk", **said)).status_code == 201
    assert (await tasks(house, talk))["supervisor_request"]


async def test_outcomes_do_what_they_say(house: House) -> None:
    async def talked(name: str, outcome: str, **more: Any) -> Any:
        case = await house.triaged(name)
        answer = await recorded(house, case, name, **TALKED, outcome=outcome, **more)
        assert answer.status_code == 201, answer.text
        return case

    case = await house.triaged("wrong-number")
    await recorded(house, case, "wrong", outcome="WRONG_NUMBER")
    barred = await rows(house, "SELECT barred_for FROM number WHERE borrower_id = :borrower", case)
    assert {row["barred_for"] for row in barred} == {"wrong_number"}

    case = await talked("stops-voice", "RPC_CHANNEL_STOP")
    assert (await house.ask(case, "stopped-voice")).json()["rules"] == ["PREF-02"]

    case = await talked("cease", "RPC_CEASE_REQUEST")
    assert await blocked(house, case, "cease") >= {"demand_call", "demand_message", "arrangement"}

    case = await talked("attorney", "RPC_ATTORNEY", representative="王律师")
    assert await blocked(house, case, "attorney") >= {"demand_call", "demand_message"}
    spoken = await rows(house, "SELECT kind, name FROM representative WHERE case_id = :case", case)
    assert [one["kind"] for one in spoken] == ["attorney"] and spoken[0]["name"].startswith("v1.")

    case = await talked("complaint", "RPC_COMPLAINT")
    assert await blocked(house, case, "complaint") and (await tasks(house, case))["complaint"]["reason"] == "COMPLAINT"

    case = await talked("dispute", "RPC_DISPUTE", cause="DISPUTE_MERCHANT", own_words="没收到货",
                        request={"request_type": "DISPUTE"})  # fmt: skip
    assert await blocked(house, case, "dispute")

    case = await house.triaged("deceased")
    await recorded(house, case, "deceased", outcome="DECEASED_REPORTED", summary="家人告知已去世")
    assert "statutory_notice" in await blocked(house, case, "deceased")
    assert (await tasks(house, case))["check_death"]["needs_role"] == "supervisor"

    case = await talked("despair", "RPC_DISTRESS_ENDED")
    assert {"distress", "distress_review", "agent_debrief"} <= set(await tasks(house, case)), "in whatever words"

    case = await house.triaged("third")
    nobody = await recorded(house, case, "third", outcome="THIRD_PARTY_MESSAGE")
    assert nobody.status_code == 422 and nobody.json()["errors"][0]["pointer"] == "#/third_party_id"

    case = await house.triaged("refuses")
    await house.look(case)
    answer = await recorded(house, case, "refuses", **TALKED, outcome="RPC_REFUSED_TALK")
    assert answer.status_code == 201 and not answer.json()["engaged"]
    assert (await house.ask(case, "in-quiet")).json()["rules"] == ["HOLD-01"]
    assert "contact.rpc_recorded" not in await house.events(case)


@pytest.mark.practice("002-06")
async def test_cause_and_request_are_handed_to_intake_once(house: House) -> None:
    case = await house.triaged("handed")
    answer = (await recorded(house, case, "handed", **RELIEF)).json()
    asked = HandOverInput(case_id=case.case_id, conversation_id=answer["conversation_id"])
    # Intake has not heard of the conversation yet.
    with pytest.raises(Unavailable):
        await house.cases.hand_over.hand_over(asked)
    house.intake.state = "ENGAGED"
    assert (await house.cases.hand_over.hand_over(asked)).outcome == "handed_over"
    assert await house.obligations(case) == {}
    [told] = house.intake.requests.values()
    assert (told.cause, told.own_words, told.request_type, told.months) == (
        "UNEMPLOYMENT", CAUSE["own_words"], "REDUCE", 12,
    )  # fmt: skip
    assert list(house.intake.requests) == [answer["conversation_id"]]
    assert (await house.cases.hand_over.hand_over(asked)).outcome == "not_needed", "the case has gone on"
    assert len(house.intake.requests) == 1


async def test_another_debtor_who_calls_has_a_conversation_of_their_own(house: House) -> None:
    case = await house.triaged("joint")
    debtor = await party(house, case, "joint-debtor")
    path = f"/v1/cases/{case.case_id}/conversations"
    assert (await house.post(path, RELIEF | {"person_id": debtor}, "joint")).status_code == 201
    whose = await rows(house, "SELECT borrower_id FROM conversation WHERE case_id = :case", case)
    assert [str(row["borrower_id"]) for row in whose] == [debtor]
    stranger = await house.post(path, RELIEF | {"person_id": str(case.case_id)}, "stranger")
    assert stranger.status_code == 404
