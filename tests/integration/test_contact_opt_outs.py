"""Opting out: by a word or by one click, at once, and confirmed exactly once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.contact.sender import OptOutLink
from services.contact.service.messages.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, phone_of, reply_of
from tests.integration.contact_house import House

EMAIL = "li@borrowers.example"
BARRED = (
    "SELECT string_agg(channel, ' ' ORDER BY channel) FROM number WHERE borrower_id = :id AND barred_for = 'opted_out'"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def confirmations(house: House, *cases: CaseTriaged) -> list[DeliveryRequest]:
    found = [start for case in cases for start in await house.outbox(case, "start")]
    asked = [DeliveryRequest.model_validate(body) for name, body in found if name == MESSAGE_DELIVERY]
    return [one for one in asked if one.purpose == "opt_out_confirmation"]


@pytest.mark.rule("US-11", "US-31a")
async def test_whoever_opts_out_is_barred_at_once_and_answered_once(house: House) -> None:
    one, two = await house.triaged("once-1", "once"), await house.triaged("once-2", "once")
    assert (await house.reply(one, "o-1", "退訂")).json() == {"effect": "opt_out"}
    assert await house.scalar(BARRED, id=one.borrower_id) == "sms"
    (asked,) = await confirmations(house, one, two)
    assert asked.message_class == "reply" and asked.template == "opt_out_confirmation"
    assert (await house.deliver(asked)).outcome == "sent"
    sent = house.gateway.taken[str(message_id_of(asked))]
    assert sent["to"] == phone_of(one) and "已停止" in sent["text"]
    # Said again it is not confirmed again, and what was confirmed is not sent a second time.
    assert (await house.reply(one, "o-2", "STOP")).json() == {"effect": "opt_out"}
    assert len(await confirmations(house, one, two)) == 1
    posts = house.gateway.posts
    assert (await house.deliver(asked)).outcome == "sent" and house.gateway.posts == posts
    # Nothing else goes there, and nothing is asked of the borrower any more.
    assert (await house.deliver(offer_of(two))).outcome == "unreachable"


@pytest.mark.rule("US-11", "NUM-01")
async def test_whoever_writes_again_gets_one_answer_there(house: House) -> None:
    case = await house.triaged("again")
    await house.reply(case, "a-1", "stop")
    (asked,) = await confirmations(house, case)
    answers = [offer_of(case, "reply", purpose) for purpose in ("first_contact", "follow_up")]
    assert (await house.deliver(asked)).outcome == "sent"
    assert (await house.deliver(answers[0])).outcome == "refused", "the confirmation was the answer to that"
    house.clock.advance(timedelta(hours=1))
    await house.beat()
    assert (await house.reply(case, "a-2", "请问还欠多少？")).json() == {"effect": "recorded"}
    assert (await house.deliver(answers[1])).outcome == "sent"
    third = offer_of(case, "reply", "another_way")
    assert (await house.deliver(third)).outcome == "refused"
    assert (await house.message(message_id_of(third))).reason == "NUM-01"


@pytest.mark.rule("US-11", "NUM-01")
async def test_an_agent_answers_once_who_opted_out_and_wrote_again(house: House) -> None:
    case = await house.triaged("agent-answers")
    asked = {"channel": "sms", "message_class": "reply"}
    await house.reply(case, "aa-1", "stop")
    (confirmation,) = await confirmations(house, case)
    assert (await house.deliver(confirmation)).outcome == "sent"
    assert (await house.ask(case, "aa-answered", **asked)).json()["rules"] == ["NUM-01"]
    house.clock.advance(timedelta(hours=1))
    await house.beat()
    await house.reply(case, "aa-2", "请问还欠多少？")
    assert "NUM-01" in (await house.ask(case, "aa-demand", channel="sms")).json()["rules"]
    answer = (await house.ask(case, "aa-answer", **asked)).json()
    assert answer["verdict"] == "permitted" and answer["number_id"] is not None
    assert (await house.ask(case, "aa-second", **asked)).json()["rules"] == ["NUM-01"]
    barred = await house.post(f"/v1/numbers/{answer['number_id']}/bar", {"why": "wrong_number"}, "aa-bar")
    assert barred.json()["barred_for"] == "opted_out"


async def test_one_click_in_an_email_opts_out_of_it_and_of_nothing_else(house: House) -> None:
    house.intake.further[business_uuid("case", "click")] = {"email": EMAIL}
    case = await house.triaged("click")
    house.gateway.ways = ["refuse"]
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "sent"
    message_id = message_id_of(offer)
    link = OptOutLink("").of(message_id)
    assert link in house.gateway.taken[f"{message_id}/1"]["headers"]["List-Unsubscribe"]
    wrong = link[:-1] + ("0" if link[-1] != "0" else "1")
    assert_problem(await house.client.post(wrong), 404, "message-unknown")
    unsent = OptOutLink("").of(business_uuid("message", "never"))
    assert (await house.client.post(unsent)).status_code == 404
    assert await house.scalar(BARRED, id=case.borrower_id) is None
    for _ in range(2):
        assert (await house.client.post(link, content=b"List-Unsubscribe=One-Click")).status_code == 204
    assert await house.scalar(BARRED, id=case.borrower_id) == "email"
    assert await confirmations(house, case) == [], "nobody who clicks wants one more e-mail"


async def test_by_email_and_portal_people_are_heard_too(house: House) -> None:
    mine = "zhao@borrowers.example"
    house.intake.further[business_uuid("case", "mail")] = {"email": mine.upper()}
    case = await house.triaged("mail", "mail")
    body = reply_of("m-1", "我想延期。", f" {mine.title()} ", house.clock.now()) | {"channel": "email"}
    assert (await house.webhook("m-1", body)).json() == {"effect": "recorded"}
    stop = reply_of("m-2", "取消订阅", mine, house.clock.now()) | {"channel": "email"}
    assert (await house.webhook("m-2", stop)).json() == {"effect": "opt_out"}
    assert await house.scalar(BARRED, id=case.borrower_id) == "email"
    portal = reply_of("m-3", "请回电。", phone_of(case), house.clock.now()) | {"channel": "portal"}
    assert (await house.webhook("m-3", portal)).json() == {"effect": "recorded"}
    very_long = reply_of("m-4", "好的。" * 3_000, phone_of(case), house.clock.now())
    assert (await house.webhook("m-4", very_long)).json() == {"effect": "recorded"}
