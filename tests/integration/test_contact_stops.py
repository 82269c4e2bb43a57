"""Stops of outbound contact: in force from their commit on, for everybody, until two people lift them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import message_workflow_id
from services.common.runtime.caller import Caller
from services.contact.repository import permits
from services.contact.service.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House
from tests.waiting import until

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND mode = :mode"
AUDITED = "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY id) FROM audit_entry WHERE subject = :subject"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def place(house: House, key: str = "stop", scope: str = "all", value: str = "", **who: Any) -> httpx.Response:
    body = {"scope": scope, "value": value, "reason": "the offer names a wrong amount"}
    return await house.post("/v1/stops", body, key, *who.pop("roles", ("supervisor",)), **who)


async def lift(house: House, stop: httpx.Response, key: str, subject: str, version: int) -> httpx.Response:
    path = f"/v1/stops/{stop.json()['stop_id']}/lift"
    return await house.post(path, None, key, "manager", subject=subject, if_match=f'"{version}"')


async def lifted(house: House, stop: httpx.Response) -> None:
    version = int(stop.headers["etag"].strip('"'))
    assert (await lift(house, stop, f"{version}-ask", "m-1", version)).json()["state"] == "lift_requested"
    assert (await lift(house, stop, f"{version}-confirm", "m-2", version + 1)).json()["state"] == "lifted"


async def rules(house: House, name: str, key: str, **changes: Any) -> list[str]:
    """The rules that refuse a call of a case."""
    case = await house.triaged(name)
    found: list[str] = (await house.ask(case, key, **changes)).json()["rules"]
    return found


async def test_a_message_that_meets_a_stop_waits_and_goes_out_after_the_lift(house: House) -> None:
    case, other = await house.triaged("meets"), await house.triaged("other-template")
    offer, reply = offer_of(case), offer_of(other, "reply", "follow_up")
    stop = await place(house, scope="template", value="offer")
    assert (stop.status_code, stop.headers["etag"], stop.json()["reserved"]) == (201, '"1"', 0)
    for _ in range(2):
        waits = await house.deliver(offer)
        assert waits.outcome == "later" and waits.wake_in is None
    assert house.gateway.posts == 0
    message = await house.message(message_id_of(offer))
    assert (message.state, message.reason) == ("planned", "STOP-01")
    assert message.text is None, "it is written when it leaves, for a stop may be there because of its template"
    verdicts = "SELECT verdicts -> 0 ->> 'reason' FROM permit WHERE case_id = :id AND verdict = 'refused' LIMIT 1"
    assert await house.scalar(verdicts, id=case.case_id) == "in force: template offer"
    assert await house.obligations(case) == {"message": house.clock.now() + timedelta(days=1)}
    assert await house.events(case) == [], "nobody is told that it was refused: it was not"
    assert (await house.deliver(reply)).outcome == "sent"
    await lifted(house, stop)
    assert await house.outbox(case, "nudge") == [(message_workflow_id(offer), {})]
    assert await house.outbox(other, "nudge") == []
    assert (await house.deliver(offer)).outcome == "sent"
    sent = await house.message(message_id_of(offer))
    assert (sent.state, sent.reason) == ("sent", None)
    assert await house.obligations(case) == {}


async def test_what_another_stop_covers_still_is_not_woken(house: House) -> None:
    case = await house.triaged("twice")
    by_pack = await place(house, "pack", "pack", "cn")
    by_channel = await place(house, "channel", "channel", "sms")
    assert (await house.deliver(offer_of(case))).outcome == "later"
    await lifted(house, by_pack)
    assert await house.outbox(case, "nudge") == []
    assert (await house.deliver(offer_of(case))).outcome == "later"
    await lifted(house, by_channel)
    assert len(await house.outbox(case, "nudge")) == 1


async def test_while_a_stop_is_in_force_a_stale_copy_of_holds_is_not_tried_again_and_again(house: House) -> None:
    case = await house.triaged("stale-too")
    await place(house)
    await house.beat(timedelta(seconds=11))
    assert (await house.deliver(offer_of(case))).outcome == "later"


async def test_each_scope_stops_what_it_names_and_people_see_it(house: House) -> None:
    for scope, value, stops in (
        ("pack", "sample", False),
        ("channel", "sms", False),
        ("channel", "voice", True),
        ("pack", "cn", True),
        ("all", "", True),
    ):
        stop = await place(house, f"{scope}-{value}", scope, value)
        found = await rules(house, f"{scope}-{value}", f"{scope}-{value}")
        assert found == (["STOP-01"] if stops else []), (scope, value)
        await lifted(house, stop)
    stop = await place(house, "seen")
    case = await house.triaged("seen")
    shown = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["channels"]
    assert [(one["permitted"], one["rules"]) for one in shown] == [(False, ["STOP-01"]), (False, ["STOP-01"])]


async def test_two_people_lift_a_stop_and_all_of_it_is_audited(house: House) -> None:
    stop = await place(house, subject="s-1")
    path = f"/v1/stops/{stop.json()['stop_id']}"
    assert_problem(await house.post(f"{path}/lift", None, "bare", "manager"), 428, "precondition-required")
    assert_problem(await house.post(f"{path}/lift", None, "agent", if_match='"1"'), 403, "forbidden")
    asked = await lift(house, stop, "ask", "m-1", 1)
    assert asked.json()["state"] == "lift_requested" and asked.headers["etag"] == '"2"'
    assert await rules(house, "asked-only", "asked-only") == ["STOP-01"]
    assert_problem(await lift(house, stop, "same", "m-1", 2), 409, "second-person-needed")
    assert_problem(await lift(house, stop, "stale", "m-2", 1), 412, "stale-version")
    assert (await house.get(path)).headers["etag"] == '"2"', "a refusal writes nothing"
    done = await lift(house, stop, "confirm", "m-2", 2)
    assert (done.json()["state"], done.json()["lifted_by"]) == ("lifted", "m-2")
    assert (await lift(house, stop, "confirm", "m-2", 2)).headers["idempotency-replayed"] == "true"
    assert_problem(await lift(house, stop, "again", "m-3", 3), 409, "stop-lifted")
    assert await rules(house, "lifted", "lifted") == []
    audited = await house.scalar(AUDITED, subject=f"stop/{stop.json()['stop_id']}")
    assert audited == "stop.placed s-1, stop.lift_requested m-1, stop.lifted m-2"


async def test_placed_again_while_a_lift_is_asked_for_a_stop_stays(house: House) -> None:
    stop = await place(house)
    assert_problem(await place(house, "twice"), 409, "stop-in-force")
    await lift(house, stop, "ask", "m-1", 1)
    kept = await place(house, "keep", subject="s-2")
    assert (kept.status_code, kept.json()["state"], kept.headers["etag"]) == (200, "in_force", '"3"')
    assert_problem(await lift(house, stop, "confirm", "m-2", 2), 412, "stale-version")
    await lifted(house, kept)
    anew = await place(house, "anew")
    assert anew.status_code == 201 and anew.json()["stop_id"] != stop.json()["stop_id"]
    listed = (await house.get("/v1/stops")).json()["items"]
    assert {one["stop_id"]: one["state"] for one in listed} == {
        anew.json()["stop_id"]: "in_force",
        stop.json()["stop_id"]: "lifted",
    }
    only = await house.get("/v1/stops?in_force=true&limit=1")
    assert [one["stop_id"] for one in only.json()["items"]] == [anew.json()["stop_id"]]


@pytest.mark.parametrize(
    "body",
    [{"scope": "all", "value": "cn"}, {"scope": "pack", "value": "cm"}, {"scope": "channel", "value": ""}],
    ids=str,
)
async def test_a_misspelt_stop_is_refused(house: House, body: dict[str, str]) -> None:
    answer = await house.post("/v1/stops", body | {"reason": "a wrong text"}, "misspelt", "manager")
    problem = assert_problem(answer, 422, "nothing-to-stop")
    assert [error["pointer"] for error in problem["errors"]] == ["#/value"]


async def test_a_stop_needs_a_role_a_reason_and_a_key(house: House) -> None:
    assert_problem(await place(house, roles=("senior_agent",)), 403, "forbidden")
    assert_problem(await house.post("/v1/stops", {"scope": "all"}, "bare", "manager"), 422, "validation-failed")
    assert (await place(house, "once")).json() == (await place(house, "once")).json()
    assert await house.scalar("SELECT count(*) FROM stop_order") == 1


async def test_of_ten_who_confirm_a_lift_at_once_one_lifts(house: House) -> None:
    stop = await place(house)
    await lift(house, stop, "ask", "m-0", 1)
    answers = await asyncio.gather(*(lift(house, stop, f"c-{n}", f"m-{n}", 2) for n in range(1, 11)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    count = "SELECT count(*) FROM audit_entry WHERE action = 'stop.lifted'"
    assert await house.scalar(count) == 1


async def test_of_ten_who_place_a_stop_at_once_one_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for fence_ms, scope, value in ((2_000, "all", ""), (1, "channel", "sms")):
        monkeypatch.setattr("services.contact.service.stops.FENCE_MS", fence_ms)
        answers = await asyncio.gather(*(place(house, f"{scope}-{n}", scope, value) for n in range(10)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9, scope


async def test_of_ten_who_ask_for_a_lift_at_once_none_lifts(house: House) -> None:
    stop = await place(house)
    await asyncio.gather(*(lift(house, stop, f"c-{n}", f"m-{n}", 1) for n in range(10)))
    assert (await house.get(f"/v1/stops/{stop.json()['stop_id']}")).json()["state"] == "lift_requested"


async def test_a_stop_waits_for_decisions_that_were_begun_and_all_others_wait_for_it(house: House) -> None:
    cases = [await house.triaged(f"many-{n}") for n in range(20)]
    begun = await house.triaged("begun")
    async with house.database.write(Caller.service("contact", "begun")) as uow:
        await permits.lock_budget(uow.session, begun.borrower_id)
        stopping = asyncio.create_task(place(house))

        async def waits(mode: str, count: int) -> bool:
            return int(await house.scalar(WAITING, mode=mode)) >= count

        await until(lambda: waits("ExclusiveLock", 1), "the stop waits for a decision that was begun")
        asking = [asyncio.create_task(house.ask(case, f"many-{n}")) for n, case in enumerate(cases)]
        await until(lambda: waits("ShareLock", 10), "those who ask wait for the stop")
        assert not stopping.done() and not any(one.done() for one in asking)
    assert (await stopping).status_code == 201
    answers = [one.json() for one in await asyncio.gather(*asking)]
    assert [answer["rules"] for answer in answers] == [["STOP-01"]] * 20


async def test_a_stop_while_twenty_permits_are_asked_for_leaves_none_after_it(house: House) -> None:
    cases = [await house.triaged(f"busy-{n}") for n in range(20)]
    told = asyncio.Event()

    async def ask(number: int, again: int) -> bool:
        """Whether a permit was given that was asked for after the stop was answered."""
        after = told.is_set()
        answer = (await house.ask(cases[number], f"busy-{number}-{again}", channel="sms")).json()
        return after and answer["verdict"] == "permitted"

    async def stop() -> httpx.Response:
        answer = await place(house)
        told.set()
        return answer

    first = [asyncio.create_task(ask(number, 1)) for number in range(10)]
    stopping = asyncio.create_task(stop())
    late = await asyncio.gather(*first, *(ask(number, 2) for number in range(20)))
    placed = await stopping
    late += await asyncio.gather(*(ask(number, 3) for number in range(20)))
    assert not any(late)
    # Those that were given before it are counted, so that whoever has one can be told.
    given = await house.scalar("SELECT count(*) FROM permit WHERE verdict = 'permitted'")
    assert placed.json()["reserved"] == given


async def test_a_decision_that_hangs_does_not_keep_a_stop_from_being_placed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.contact.service.stops.FENCE_MS", 50)
    case = await house.triaged("hangs")
    async with house.database.write(Caller.service("contact", "hangs")) as uow:
        await permits.lock_budget(uow.session, case.borrower_id)
        assert (await place(house)).status_code == 201
    assert await rules(house, "hung", "hung") == ["STOP-01"]


async def test_the_database_itself_wants_two_people(house: House) -> None:
    stop = await place(house)
    await lift(house, stop, "ask", "m-1", 1)
    async with house.database.write(Caller.service("contact", "by-hand")) as uow:
        for person in ("'m-1'", "NULL"):
            with pytest.raises(DBAPIError, match="lifted_by_two"):
                async with uow.session.begin_nested() as nested:
                    connection = await nested.session.connection()
                    await connection.exec_driver_sql(f"UPDATE stop_order SET lifted_by = {person}, lifted_at = now()")


async def test_a_stop_adds_no_statement_to_a_message(house: House) -> None:
    case = await house.triaged("counted")
    await house.deliver(offer_of(await house.triaged("warm")))
    before = house.database.statements
    await house.deliver(offer_of(case))
    assert house.database.statements - before == 7


async def days_of(house: House, case: CaseTriaged) -> float:
    """How many days the round waits for what it does next."""
    return ((await house.obligations(case))["reply"] - house.clock.now()) / timedelta(days=1)


async def test_a_round_stands_still_while_it_is_stopped(house: House) -> None:
    case = await house.triaged("stands")
    stop = await place(house, scope="channel", value="sms")
    for _ in range(2):
        await house.look(case)
        assert await house.outbox(case, "start") == [] and await days_of(house, case) == 1
        house.clock.advance(timedelta(days=1))
    await lifted(house, stop)
    await house.look(case)
    assert [body["purpose"] for _, body in await house.outbox(case, "start")] == ["first_contact"]
    assert await days_of(house, case) == 3


async def test_the_days_of_a_step_begin_when_what_it_sent_could_go_out(house: House) -> None:
    case = await house.triaged("days")
    await house.look(case)
    stop = await place(house)
    house.clock.advance(timedelta(days=2))
    await lifted(house, stop)
    house.clock.advance(timedelta(days=1))
    await house.look(case)
    assert len(await house.outbox(case, "start")) == 1 and await days_of(house, case) == 2
    house.clock.advance(timedelta(days=2))
    await house.look(case)
    assert len(await house.outbox(case, "start")) == 2 and await days_of(house, case) == 4


async def test_nothing_that_a_stopped_round_waits_for_is_overdue_and_the_quiet_period_is_whole(house: House) -> None:
    case = await house.triaged("quiet")
    for days in (3, 4):
        await house.look(case)
        house.clock.advance(timedelta(days=days))
    await house.look(case)
    stop = await place(house, "voice", "channel", "voice")
    house.clock.advance(timedelta(days=7))
    await house.look(case)
    assert await days_of(house, case) == 1
    due = await house.obligations(case)
    assert due["task:call_borrower"] == due["reply"] > house.clock.now(), "the call is put off with the round"
    await lifted(house, stop)
    house.clock.advance(timedelta(days=1))
    await house.look(case)
    assert await days_of(house, case) == 6, "seven days to call from the lift on"
    house.clock.advance(timedelta(days=6))
    await house.look(case)
    ends = (await house.obligations(case))["reply"]
    stop = await place(house, "notice", "template", "written_notice")
    house.clock.move_to(ends)
    await house.look(case)
    assert (await house.events(case))[-1] != "contact.exhausted", "the notice may not have gone out"
    house.clock.advance(timedelta(hours=1))
    await lifted(house, stop)
    house.clock.advance(timedelta(hours=23))
    await house.look(case)
    quiet = "SELECT ends_at FROM hold WHERE case_id = :id AND origin = 'quiet_period'"
    whole = await house.scalar(quiet, id=case.case_id)
    assert whole == (await house.obligations(case))["reply"] == ends + timedelta(days=15)
    house.clock.move_to(whole)
    assert (await house.look(case)).outcome == "exhausted"
