"""What both sides promise in a conversation: within authority, kept as tasks, and written to the borrower."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.common.contracts.events.agreements import PromiseBroken, PromiseKept
from services.common.contracts.workflows import DeliveryRequest, RoundInput
from services.common.kernel.money import Money
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import put
from tests.integration.contact_talks import RELIEF, blocked, promise, recorded, tasks


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


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


@pytest.mark.practice("002-19")
async def test_a_promise_to_pay_an_amount_is_told_to_those_who_judge_it(house: House) -> None:
    case = await house.triaged("amounts")
    wrong = promise("lender", "CALL_BACK", 3, amount="10.00")
    assert (await recorded(house, case, "wrong", **RELIEF, commitments=[wrong])).status_code == 422
    said = promise("borrower", "PTP", 8, "八天后还500元", amount="500.00")
    answer = await recorded(house, case, "amounts", **RELIEF, commitments=[said])
    assert answer.status_code == 201, answer.text
    told = [body for name, body in await house.outbox(case, "event") if name == "forbear.promise.made.v1"]
    [commitment_id] = answer.json()["commitments"]
    assert [(one["promise_id"], one["amount"]["amount"], one["promised_date"]) for one in told] == [
        (commitment_id, "500.00", said["due_on"])
    ]
    assert told[0]["account_ref"] and "text" not in told[0]
    [shown] = (await house.get(f"/v1/cases/{case.case_id}/commitments")).json()["items"]
    assert shown["amount"] == {"amount": "500.00", "currency": "CNY"}
    path = f"/v1/commitments/{commitment_id}/settlement"
    assert (await house.post(path, {"state": "withdrawn"}, "withdrawn")).status_code == 200
    assert (await house.outbox(case, "event"))[-1][0] == "forbear.promise.withdrawn.v1"


@pytest.mark.practice("002-19")
async def test_a_promise_to_pay_ends_with_what_the_postings_say_of_it(house: House) -> None:
    case = await house.triaged("judged")
    said = promise("borrower", "PTP", 8, "八天后还500元", amount="500.00")
    [commitment_id] = (await recorded(house, case, "judged", **RELIEF, commitments=[said])).json()["commitments"]

    async def hears(kind: type[PromiseKept] | type[PromiseBroken], **more: bool) -> tuple[str, str]:
        money = Money.of("500.00", "CNY")
        told = {"case_id": case.case_id, "promise_id": commitment_id, "promised": money, "paid_in_time": money}
        judged = kind.model_validate(told | {"last_good_day": said["due_on"]} | more)
        assert await house.hear("followup", judged) == "applied"
        [shown] = (await house.get(f"/v1/cases/{case.case_id}/commitments")).json()["items"]
        return shown["state"], shown["settled_by"]

    assert await hears(PromiseKept) == ("kept", "svc-contact")
    assert (await hears(PromiseBroken, partly=True))[0] == "broken", "the payment was taken back"
    path = f"/v1/commitments/{commitment_id}/settlement"
    assert (await house.post(path, {"state": "withdrawn"}, "late")).status_code == 409


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
