"""Stops of outbound contact: everything they cover waits, until two people lift them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from services.common.contracts.workflows import message_workflow_id
from services.common.kernel.errors import Unavailable
from services.common.runtime.caller import Caller
from services.contact.service.messages.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House
from tests.integration.contact_stops import lift, lifted, place, rules
from tests.integration.contact_talks import prepare

AUDITED = "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY id) FROM audit_entry WHERE subject = :subject"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def test_a_message_that_meets_a_stop_waits_and_goes_out_after_the_lift(house: House) -> None:
    case, other = await house.triaged("meets"), await house.triaged("other-template")
    offer, reply = offer_of(case), offer_of(other, "receipt", "follow_up")
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


async def test_a_stop_between_planning_and_release_is_met_at_the_release(house: House) -> None:
    case = await house.triaged("planned")
    hold_ends = house.clock.now() + timedelta(hours=1)
    await house.hold(case, "arrangement", ends_at=hold_ends)
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "later"
    assert await house.obligations(case) == {"message": hold_ends}
    stop = await place(house)
    house.clock.move_to(hold_ends)
    await house.beat()
    assert (await house.deliver(offer)).outcome == "later"
    assert await house.obligations(case) == {"message": hold_ends + timedelta(days=1)}
    await lifted(house, stop)
    assert (await house.deliver(offer)).outcome == "sent"


async def test_a_message_that_the_gateway_never_took_is_not_handed_over_again_during_a_stop(house: House) -> None:
    case = await house.triaged("lost")
    offer = offer_of(case)
    house.gateway.ways = ["lost"]
    with pytest.raises(Unavailable):
        await house.deliver(offer)
    words = (await house.message(message_id_of(offer))).text
    stop = await place(house)
    assert (await house.deliver(offer)).outcome == "later" and house.gateway.posts == 1
    await lifted(house, stop)
    assert (await house.deliver(offer)).outcome == "sent"
    assert words is not None and (await house.message(message_id_of(offer))).text == words


async def test_a_message_of_a_stop_that_a_person_gives_up_ends(house: House) -> None:
    case = await house.triaged("given-up")
    stop = await place(house)
    await house.deliver(offer_of(case))
    assert (await house.cases.delivery.give_up(offer_of(case))).outcome == "refused"
    assert (await house.message(message_id_of(offer_of(case)))).reason == "GIVEN_UP"
    await lifted(house, stop)
    assert await house.outbox(case, "nudge") == []


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
    assert shown and all(not one["permitted"] and one["rules"][0] == "STOP-01" for one in shown)


@pytest.mark.rule("STOP-01", "HOLD-01")
async def test_nobody_dials_with_a_permit_that_was_given_before_a_stop_or_a_hold(house: House) -> None:
    case = await house.triaged("dialling")
    assert (await prepare(house, case, "dialling")).status_code == 201
    permit = {"permit_id": (await house.ask(case, "dialling-permit")).json()["permit_id"]}
    path = f"/v1/cases/{case.case_id}/conversations"
    stop = await place(house, "dialling", "channel", "voice")
    assert stop.json()["reserved"] == 1
    assert_problem(await house.post(path, permit, "stopped"), 409, "permit-unusable")
    await lifted(house, stop)
    await house.hold(case, "demand_call")
    assert_problem(await house.post(path, permit, "held"), 409, "permit-unusable")
    # A call that was made is recorded all the same.
    vain = permit | {"outcome": "NO_ANSWER", "party_verified": False, "summary": "s"}
    assert (await house.post(path, vain, "made")).status_code == 201


async def test_a_portfolio_is_stopped_when_there_is_one(house: House) -> None:
    cards = await house.triaged("cards", portfolio="cards-2026", pack="cn")
    loans = await house.triaged("loans", portfolio="loans-2026", pack="cn+uk")
    assert_problem(await place(house, "typo", "portfolio", "cards-2027"), 422, "nothing-to-stop")
    assert_problem(await place(house, "none", "portfolio", ""), 422, "nothing-to-stop")
    call = (await house.ask(cards, "before")).json()
    assert call["verdict"] == "permitted"
    stop = await place(house, "cards", "portfolio", "cards-2026")
    assert stop.json()["reserved"] == 1
    assert (await house.ask(cards, "during")).json()["rules"] == ["STOP-01"]
    assert (await house.deliver(offer_of(cards))).outcome == "later"
    assert (await house.deliver(offer_of(loans))).outcome == "sent"
    await lifted(house, stop)
    assert await house.outbox(cards, "nudge") == [(message_workflow_id(offer_of(cards)), {})]
    # A case with several packs is stopped with each of them.
    other = await place(house, "uk", "pack", "uk")
    assert "STOP-01" in (await house.ask(loans, "uk", channel="sms")).json()["rules"]
    await lifted(house, other)


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
