"""Webhooks of the gateway: signed, once each, never backwards; replies reach every open case of the borrower."""

from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest_asyncio

from services.common.contracts.workflows import contact_workflow_id
from services.common.runtime.clock import wall_now
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, phone_of, receipt_of, reply_of
from tests.integration.contact_house import House


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def test_receipts_move_a_message_forward_only(house: House) -> None:
    case = await house.triaged("receipts")
    await house.deliver(offer_of(case))
    message_id = message_id_of(offer_of(case))
    assert (await house.webhook("r-1", receipt_of(message_id))).json() == {"effect": "delivered"}
    assert (await house.webhook("r-1", receipt_of(message_id))).json() == {"effect": "repeat"}
    assert (await house.webhook("r-2", receipt_of(message_id, "failed"))).json() == {"effect": "nothing_new"}
    message = await house.message(message_id)
    assert message.state == "delivered" and message.delivered_at == house.clock.now()
    assert (await house.webhook("r-3", receipt_of(case.case_id))).json() == {"effect": "unknown_message"}


async def test_a_receipt_may_overtake_the_answer_and_a_failure_is_told(house: House) -> None:
    case = await house.triaged("overtaking")
    offer = offer_of(case)
    house.gateway.ways = ["late"]
    try:
        await house.deliver(offer)
    except Exception as error:
        assert type(error).__name__ == "Unavailable"
    answer = await house.webhook("o-1", receipt_of(message_id_of(offer), "failed"))
    assert answer.json() == {"effect": "failed"}
    assert await house.events(case) == ["message.sent", "message.unreachable"]
    assert (await house.deliver(offer)).outcome == "unreachable"


async def test_what_is_not_the_gateways_is_refused(house: House) -> None:
    case = await house.triaged("forged")
    body = reply_of("f-1", "you owe me", "+8613900139000", house.clock.now())
    forged = await house.webhook("f-1", body, webhook_signature="v1,Zm9yZ2Vk")
    assert forged.status_code == 401 and forged.json()["type"].endswith("/webhook-refused")
    for header in ("nonsense", "v1", "v1,%%%", ""):
        assert (await house.webhook("f-1", body, webhook_signature=header)).status_code == 401
    for ago in (timedelta(minutes=6), timedelta(minutes=-6)):
        assert (await house.webhook("f-1", body, wall_now() - ago)).status_code == 401
    assert (await house.webhook("f-1", body, webhook_id="f-2")).status_code == 401
    assert (await house.webhook("f-1", body, altered=body | {"text": "you owe me more"})).status_code == 401
    assert (await house.webhook("f-3", {"type": "party"})).status_code == 422
    beyond = receipt_of(message_id_of(offer_of(case)))
    beyond["idempotency_key"] += "/99999999999999999999"
    assert (await house.webhook("f-4", beyond)).status_code == 422
    assert "+86139" not in forged.text
    assert await house.scalar("SELECT count(*) FROM inbound") == 0
    assert await house.events(case) == []


async def test_while_the_secret_changes_one_good_signature_of_several_is_enough(house: House) -> None:
    case = await house.triaged("rotated")
    body, now = reply_of("rotated", "好的", phone_of(case), house.clock.now()), wall_now()
    good = house.signer.sign("rotated", now, orjson.dumps(body).decode())
    for both in (f"v1,Zm9yZ2Vk {good}", f"{good} v1,Zm9yZ2Vk"):
        assert (await house.webhook("rotated", body, now, webhook_signature=both)).status_code == 200
    assert await house.scalar("SELECT effect FROM webhook WHERE webhook_id = 'rotated'") == "recorded"
    forged = await house.webhook("rotated-2", body, now, webhook_signature="v1,Zm9yZ2Vk v1a,Zm9yZ2Vk")
    assert forged.status_code == 401


async def test_a_reply_engages_every_open_case_of_the_borrower_once(house: House) -> None:
    one, two = await house.triaged("reply-1", "reply"), await house.triaged("reply-2", "reply")
    for case in (one, two):
        assert (await house.look(case)).outcome == "wait"
    assert (await house.reply(one, "in-1", "我上个月失业了，可以延期吗？")).json() == {"effect": "recorded"}
    assert (await house.reply(one, "in-1", "我上个月失业了，可以延期吗？")).json() == {"effect": "repeat"}
    for case in (one, two):
        assert await house.events(case) == ["contact.planned", "contact.inbound_recorded"]
        assert contact_workflow_id(case.case_id, 1) in [name for name, _ in await house.outbox(case, "nudge")]
        assert (await house.look(case)).outcome == "engaged"
        assert await house.obligations(case) == {}
    stored = await house.scalar("SELECT text FROM inbound WHERE borrower_id = :id", id=one.borrower_id)
    assert stored.startswith("v1.")
    # What the cadence asked for and has not gone out yet is not wanted any more.
    first = (await house.outbox(one, "start"))[0][1]
    refused = await house.deliver(type(offer_of(one)).model_validate(first))
    assert refused.outcome == "refused"
    # A second message of the borrower is told too; intake knows what to make of it.
    assert (await house.reply(two, "in-2", "好的")).json() == {"effect": "recorded"}
    assert (await house.events(one)).count("contact.inbound_recorded") == 2


async def test_a_reply_makes_the_next_hours_free_for_an_answer(house: House) -> None:
    case = await house.triaged("answer")
    await house.reply(case, "ans-1", "?")
    house.clock.advance(timedelta(hours=13))  # eleven at night
    await house.beat()
    answer = await house.ask(case, "answer", channel="sms", message_class="reply")
    assert answer.json()["verdict"] == "permitted"
    assert (await house.ask(case, "demand", channel="sms")).json()["rules"] == ["CN-01"]
    house.clock.advance(timedelta(hours=11))


async def test_whoever_opts_out_is_written_to_no_more_at_once(house: House) -> None:
    case = await house.triaged("stop")
    assert (await house.look(case)).outcome == "wait"
    for number, words in enumerate(("Ｓtop.", " 退订！ ")):
        assert (await house.reply(case, f"stop-{number}", words)).json() == {"effect": "opt_out"}
    # Intake is told of each: the one may be lifted before the other was asked for.
    assert await house.events(case) == ["contact.planned", "contact.stop_heard", "contact.stop_heard"]
    for channel in ("voice", "sms"):
        assert "HOLD-01" in (await house.ask(case, f"stop-{channel}", channel=channel)).json()["rules"]
    assert (await house.deliver(offer_of(case, "statutory_notice", "closing"))).outcome == "unreachable"
    shown = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()
    assert {one["channel"]: one["barred"] for one in shown["numbers"]} == {"voice": False, "sms": True}
    assert [one["opt_out"] for one in shown["replies"]] == [True, True]
    # "Stop" inside a sentence is no opt-out.
    assert (await house.reply(case, "stop-9", "I cannot stop thinking about it")).json() == {"effect": "recorded"}


async def test_a_stranger_is_kept_and_counted(house: House) -> None:
    body = reply_of("who-1", "who is this?", "+8613700137000", house.clock.now())
    assert (await house.webhook("who-1", body)).json() == {"effect": "unknown_sender"}
    assert await house.scalar("SELECT count(*) FROM inbound WHERE borrower_id IS NULL") == 1
    assert await house.scalar("SELECT count(*) FROM webhook WHERE effect = 'unknown_sender'") == 1
