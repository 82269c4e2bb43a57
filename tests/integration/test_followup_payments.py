"""Postings from every channel, and the work list of those that fit nowhere."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for, posting

DUE = date(2026, 4, 1)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def body(ref: str, account: str = "A-1", amount: str = "500.00", **more: Any) -> dict[str, Any]:
    days = {"value_date": "2026-04-01", "booking_date": "2026-04-01"}
    money = {"amount": amount, "currency": "CNY"}
    return {"posting_ref": ref, "account_ref": account, "amount": money, **days, **more}


async def unmatched(house: House) -> list[tuple[str, str]]:
    answer = await house.get("/v1/unmatched-postings")
    return [(item["posting_ref"], item["reason"]) for item in answer.json()["items"]]


async def test_a_posting_is_the_same_on_every_channel(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    first = await house.post("/v1/payments", body("p1"), "k1", "system")
    assert (first.status_code, first.json()["agreement_id"]) == (201, str(plan.agreement_id))
    assert (await house.post("/v1/payments", body("p1"), "k1", "system")).status_code == 201, "the stored answer"
    known = await house.post("/v1/payments", body("p1"), "k2", "system")
    assert (known.status_code, known.json()) == (200, first.json()), "another command, the same posting"
    assert await house.pay("p1", "A-1", "500.00", DUE) == "applied"
    assert await house.pay("p1", "A-1", "500.00", DUE) == "repeat"
    assert (await house.lines(plan))[0] == (1, "PAID", 500)
    assert (await house.lines(plan))[1] == (2, "SCHEDULED", 0), "counted once"


@pytest.mark.parametrize("account", ["A-1", "A-2"])
async def test_a_posting_without_the_banks_own_reference_is_no_posting(house: House, account: str) -> None:
    """Under an empty reference the second payment of anybody would be a repetition of the first."""
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    nameless = posting("p1", account, "500.00", DUE).model_copy(update={"posting_ref": ""})
    assert await house.hear_bank(nameless, "e1") == "dead"
    reason = await house.scalar("SELECT reason FROM held_message WHERE status = 'dead'")
    assert reason == "the payload is not a bank.payment.posted.v1: posting_ref"
    refused = await house.post("/v1/payments", body("", account), "k1", "system")
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["#/posting_ref"])
    assert await house.scalar("SELECT count(*) FROM posting") == 0 and await unmatched(house) == []
    assert (await house.lines(plan))[0] == (1, "SCHEDULED", 0)


async def test_what_the_api_refuses(house: House) -> None:
    assert (await house.post("/v1/payments", body("p1"), "k1", "agent")).status_code == 403
    wrong = [
        body(""),
        body("p1", amount="0.00"),
        body("p1", amount="-1.00"),
        body("p1", amount="1.001"),
        body("p1", kind="reversal"),
        body("p1", kind="reversal", reverses=""),
        body("p1", reverses="p0"),
        body("p1", surplus=1),
    ]
    for number, one in enumerate(wrong):
        assert (await house.post("/v1/payments", one, f"w{number}", "system")).status_code == 422
    assert (await house.post("/v1/payments", body("p1"), "k2", "system")).status_code == 201
    differs = await house.post("/v1/payments", body("p1", amount="501.00"), "k3", "system")
    assert (differs.status_code, differs.json()["type"].rpartition("/")[2]) == (409, "posting-differs")


async def test_the_work_list_of_postings_that_fit_nowhere(house: House) -> None:
    plan = plan_for("A-1", months=1)
    await house.hear("plans", plan)
    await house.pay("odd", "no account?", "10.00", DUE)
    await house.pay("r1", "A-1", "500.00", DUE, reverses="p1")
    assert sorted(await unmatched(house)) == [("odd", "account_format"), ("r1", "unknown_original")]
    await house.pay("p1", "A-1", "500.00", DUE)
    assert await unmatched(house) == [("odd", "account_format")], "its payment has come"
    assert await house.lines(plan) == [(1, "SCHEDULED", 0)], "and was taken back before"
    odd = await house.post("/v1/payments", body("odd", "no account?", "10.00"), "k1", "system")
    assert (odd.status_code, odd.json()["unmatched"]) == (200, "account_format")
    page = await house.get("/v1/unmatched-postings?limit=1")
    assert (len(page.json()["items"]), page.json()["next"]) == (1, None)


async def test_a_reversal_of_another_account_takes_nothing_back(house: House) -> None:
    first, other = plan_for("A-1"), plan_for("A-2")
    for plan in (first, other):
        await house.hear("plans", plan)
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.pay("r1", "A-2", "500.00", DUE, reverses="p1")
    assert await unmatched(house) == [("r1", "unknown_original")]
    assert (await house.lines(first))[0] == (1, "PAID", 500)


async def test_money_without_an_agreement_is_kept(house: House) -> None:
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.pay("p2", "A-1", "50.00", date(2026, 2, 1))
    assert await unmatched(house) == []
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    assert (await house.lines(plan))[0] == (1, "PAID", 500), "what was paid since the activation counts"
    assert (await house.lines(plan))[1] == (2, "SCHEDULED", 0), "what was paid before does not"


async def test_what_no_instalment_needs_is_shown_until_it_is_taken_back(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "1600.00", DUE)
    path = f"/v1/agreements/{plan.agreement_id}"
    shown = (await house.get(path)).json()
    assert (shown["paid"]["amount"], shown["unapplied"]["amount"]) == ("1500.00", "100.00")
    await house.pay("r1", "A-1", "1100.00", DUE + timedelta(days=1), reverses="p1")
    shown = (await house.get(path)).json()
    assert (shown["paid"]["amount"], shown["unapplied"]["amount"]) == ("500.00", "0.00")
    assert [line["paid_on"] for line in shown["instalments"]] == ["2026-04-01", None, None]
    assert await house.scalar("SELECT paid_in_time FROM instalment WHERE number = 1") == 500


async def test_a_reversal_after_completion_is_seen_and_changes_no_decision(house: House) -> None:
    plan = plan_for("A-1", months=1)
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.close_day(DUE + timedelta(days=3))
    assert (await house.agreement(plan)).state == "completed"
    await house.pay("r1", "A-1", "500.00", DUE + timedelta(days=9), reverses="p1")
    assert (await house.agreement(plan)).state == "completed"
    assert await unmatched(house) == [("r1", "after_completion")]
    assert await house.lines(plan) == [(1, "MISSED", 0)], "the rows follow the facts"
    name, said = (await house.outbox(plan))[-1]
    assert (name, said["shortfall"]["amount"]) == ("forbear.agreement.reopened.v1", "500.00"), "it is said, once"
    assert (said["oldest_unpaid_due_date"], said["account_ref"]) == ("2026-04-01", "A-1")
    await house.pay("p2", "A-1", "100.00", DUE + timedelta(days=9))
    await house.pay("r2", "A-1", "100.00", DUE + timedelta(days=10), reverses="p2")
    assert (await house.names(plan)).count("agreement.reopened") == 1


async def test_a_late_reversal_is_of_the_agreement_that_its_payment_paid(house: House) -> None:
    first = plan_for("A-1", months=1)
    await house.hear("plans", first)
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.close_day(DUE + timedelta(days=3))
    second = plan_for("A-1", round_=2, first_due=date(2026, 6, 1), activated_on=date(2026, 5, 1))
    await house.hear("plans", second)
    await house.pay("p2", "A-1", "500.00", date(2026, 5, 10))
    await house.pay("r1", "A-1", "500.00", date(2026, 5, 20), reverses="p1")
    assert await house.lines(first) == [(1, "MISSED", 0)], "what came for the next agreement does not pay this one"
    assert (await house.lines(second))[0] == (1, "PAID", 500)
    assert await unmatched(house) == [("r1", "after_completion")]


async def test_another_currency_is_not_counted(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    dollars = body("p1") | {"amount": {"amount": "500.00", "currency": "USD"}}
    assert (await house.post("/v1/payments", dollars, "k1", "system")).json()["unmatched"] == "other_currency"
    await house.pay("p2", "A-1", "100.00", DUE)
    assert (await house.lines(plan))[0] == (1, "PART_PAID", 100)


async def test_reading_agreements(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.hear_bank(posting("p1", "A-1", "700.00", DUE), "p1")
    answer = await house.get(f"/v1/agreements/{plan.agreement_id}")
    found = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (found["paid"]["amount"], found["instalments"][1]["state"]) == ("700.00", "PART_PAID")
    listed = await house.get(f"/v1/cases/{plan.case_id}/agreements")
    assert [item["agreement_id"] for item in listed.json()["items"]] == [str(plan.agreement_id)]
    assert (await house.get(f"/v1/agreements/{plan.case_id}")).status_code == 404
