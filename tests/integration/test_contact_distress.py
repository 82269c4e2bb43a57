"""People in anger or distress, or who ask for a supervisor: demands are off and somebody looks after them."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE
from tests.integration.contact_house import House
from tests.integration.contact_talks import TALKED, Talk, blocked, everything_told, recorded, tasks


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


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
    assert (await house.reply(case, "distress-writes", "有人在吗")).is_success
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
