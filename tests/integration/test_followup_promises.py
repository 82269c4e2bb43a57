"""Promises to pay: judged from postings in any order, replaced by an agreement, taken to a supervisor."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.contacts import PromiseMade, PromiseWithdrawn
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, cny, plan_for

CASE = plan_for("A-1").case_id
MADE, DAY = date(2026, 3, 2), date(2026, 3, 10)
LAST = DAY + timedelta(days=2)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def promise(name: str, amount: str = "1500.00", day: date = DAY, made_on: date = MADE) -> PromiseMade:
    return PromiseMade(
        case_id=CASE,
        promise_id=business_uuid("promise", name),
        borrower_id=business_uuid("borrower", "A-1"),
        account_ref="A-1",
        pack="cn",
        amount=cny(amount),
        promised_date=day,
        made_on=made_on,
    )


async def promises(house: House) -> dict[str, tuple[str, str]]:
    """State and what came in time, by promised day."""
    items = (await house.get(f"/v1/cases/{CASE}/promises")).json()["items"]
    return {item["promised_date"]: (item["state"], item["paid_in_time"]["amount"]) for item in items}


async def said(house: House) -> list[str]:
    return [name for name in await house.names(plan_for("A-1")) if name.startswith("promise.")]


async def tasks(house: House) -> list[tuple[str, str]]:
    found = await house.outbox(plan_for("A-1"))
    return [(body["kind"], body["decide_path"]) for name, body in found if name == "forbear.task.opened.v1"]


@pytest.mark.practice("002-19")
async def test_a_promise_is_kept_by_enough_in_time(house: House) -> None:
    await house.pay("before", "A-1", "900.00", MADE - timedelta(days=1))
    await house.hear("contact", promise("p"))
    assert await promises(house) == {"2026-03-10": ("ACTIVE", "0.00")}, "what came before it was made keeps it not"
    await house.pay("p1", "A-1", "1430.00", DAY + timedelta(days=1))
    assert await promises(house) == {"2026-03-10": ("KEPT", "1430.00")}, "95 percent, in the grace"
    await house.pay("r1", "A-1", "1430.00", DAY + timedelta(days=8), reverses="p1")
    assert await promises(house) == {"2026-03-10": ("ACTIVE", "0.00")}, "returned, and its day is not closed"
    await house.close_day(LAST)
    assert (await said(house)) == ["promise.kept", "promise.broken"]
    assert await promises(house) == {"2026-03-10": ("BROKEN", "0.00")}


async def test_a_promise_is_not_broken_before_its_last_good_day_is_closed(house: House) -> None:
    await house.hear("contact", promise("p"))
    await house.pay("p1", "A-1", "100.00", DAY)
    house.move_to(LAST + timedelta(days=30))
    await house.close_day(LAST - timedelta(days=1))
    await house.close_day(LAST, [0, 1, 2])
    assert await promises(house) == {"2026-03-10": ("ACTIVE", "100.00")}
    await house.close_day(LAST, [3])
    assert await promises(house) == {"2026-03-10": ("PARTIALLY_KEPT", "100.00")}
    [(_, event)] = [one for one in await house.outbox(plan_for("A-1")) if "promise" in one[0]]
    assert (event["partly"], event["paid_in_time"]["amount"]) == (True, "100.00")


async def test_no_money_keeps_two_promises_in_whatever_order_they_are_heard_of(house: House) -> None:
    later = promise("late", "500.00", DAY + timedelta(days=10))
    first = promise("early", "500.00", DAY)

    async def steps(order: tuple[int, ...]) -> dict[str, tuple[str, str]]:
        await house.forget_all()
        for number in order:
            if number == 0:
                await house.hear("contact", first)
            elif number == 1:
                await house.pay("p1", "A-1", "700.00", MADE + timedelta(days=1))
            elif number == 2:
                await house.close_day(LAST + timedelta(days=20))
            else:
                await house.hear("contact", later)
        return await promises(house)

    expected = {"2026-03-10": ("KEPT", "500.00"), "2026-03-20": ("PARTIALLY_KEPT", "200.00")}
    for order in permutations(range(4)):
        assert await steps(order) == expected, order


async def test_an_agreement_takes_the_place_of_a_promise(house: House) -> None:
    plan = plan_for("A-1", activated_on=DAY - timedelta(days=1))
    for order in permutations(("promise", "plan", "payment")):
        await house.forget_all()
        for what in order:
            if what == "promise":
                await house.hear("contact", promise("p"))
            elif what == "plan":
                await house.hear("plans", plan)
            else:
                await house.pay("p1", "A-1", "1500.00", DAY)
        assert await promises(house) == {"2026-03-10": ("CANCELLED", "0.00")}, order
        assert (await house.lines(plan))[2] == (3, "PAID", 500), "the money pays the agreement"
    # What had come before the agreement began had kept it.
    await house.pay("p0", "A-1", "1500.00", MADE)
    assert await promises(house) == {"2026-03-10": ("KEPT", "1500.00")}


async def test_withdrawn_and_closed(house: House) -> None:
    await house.hear("contact", promise("p"))
    await house.hear("contact", promise("q", day=DAY + timedelta(days=5)))
    withdrawn = PromiseWithdrawn(case_id=CASE, promise_id=business_uuid("promise", "p"))
    await house.hear("contact", withdrawn)
    await house.hear("intake", CaseClosed(case_id=CASE, reason="CURED", closed_at=house.clock.now()))
    await house.hear("contact", promise("r", day=DAY + timedelta(days=6)))
    assert {state for state, _ in (await promises(house)).values()} == {"CANCELLED"}
    reasons = await house.scalar("SELECT string_agg(cancelled_for, ' ' ORDER BY promised_date) FROM promise")
    assert reasons == "withdrawn case_closed case_closed"
    assert await said(house) == []


@pytest.mark.practice("002-19")
@pytest.mark.rule("FUP-03")
async def test_two_broken_in_sixty_days_go_to_a_supervisor(house: House) -> None:
    for number in range(2):
        await house.hear("contact", promise(f"p{number}", day=DAY + timedelta(days=20 * number)))
        assert await tasks(house) == []
        house.move_to(DAY + timedelta(days=20 * number + 4))
        await house.close_day(LAST + timedelta(days=20 * number))
    [(kind, path)] = await tasks(house)
    assert kind == "broken_promises"
    third = promise("p2", day=DAY + timedelta(days=40), made_on=DAY + timedelta(days=25))
    await house.hear("contact", third)
    assert (await promises(house))["2026-04-19"][0] == "PROPOSED"
    assert [name for name, _ in await tasks(house)] == ["broken_promises", "accept_promise"]

    async def decide(where: str, decision: str, key: str, *roles: str) -> tuple[int, Any]:
        answer = await house.post(where, {"decision": decision}, key, *(roles or ("supervisor",)))
        return answer.status_code, answer.json().get("state")

    assert await decide(path, "seen", "k1", "agent") == (403, None)
    assert await decide(path, "accept", "k2") == (409, None)
    assert await decide(path, "seen", "k3") == (200, "BROKEN")
    accept = f"/v1/promises/{third.promise_id}/decision"
    assert await decide(accept, "seen", "k4") == (409, None)
    assert await decide(accept, "accept", "k5") == (200, "ACTIVE")
    assert await decide(accept, "refuse", "k6") == (409, None)
    # Sixty days later nobody has to be asked.
    afterwards = promise("p3", day=DAY + timedelta(days=90), made_on=DAY + timedelta(days=83))
    await house.hear("contact", afterwards)
    assert (await promises(house))["2026-06-08"][0] == "ACTIVE"
    assert (await house.post(f"/v1/promises/{CASE}/decision", {"decision": "seen"}, "k7", "manager")).status_code == 404


async def test_a_refused_promise_is_not_waited_for(house: House) -> None:
    for number in range(2):
        await house.hear("contact", promise(f"p{number}", day=DAY + timedelta(days=number)))
    house.move_to(DAY + timedelta(days=5))
    await house.close_day(LAST + timedelta(days=1))
    refused = promise("p2", day=DAY + timedelta(days=20), made_on=DAY + timedelta(days=5))
    await house.hear("contact", refused)
    answer = await house.post(f"/v1/promises/{refused.promise_id}/decision", {"decision": "refuse"}, "k", "supervisor")
    assert (answer.json()["state"], answer.json()["cancelled_for"]) == ("CANCELLED", "refused")
    await house.close_day(LAST + timedelta(days=30))
    assert (await said(house)) == ["promise.broken", "promise.broken"]
