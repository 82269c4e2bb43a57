"""A message goes the ways that were chosen for it, by e-mail too, and the next when one is in vain."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.models import Conversation, Message
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, receipt_of
from tests.integration.contact_house import House

FORMS = {"email": "wang@borrowers.example", "postal_address": "上海市浦东新区世纪大道1号"}
BARRED = (
    "SELECT string_agg(channel || ' ' || barred_for, ', ') FROM number WHERE borrower_id = :id AND barred_for <> ''"
)
PERMITS = "SELECT string_agg(channel, ' ' ORDER BY decided_at, channel DESC) FROM permit WHERE case_id = :id"
FAILED = (
    "SELECT string_agg(v ->> 'rule', ' ') FROM permit, jsonb_array_elements(verdicts) v "
    "WHERE case_id = :id AND NOT CAST(v ->> 'passed' AS boolean)"
)
ATTEMPTS = "SELECT string_agg(channel || ' ' || outcome, ', ' ORDER BY channel DESC) FROM attempt WHERE case_id = :id"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def reachable(house: House, name: str, *forms: str, **changes: Any) -> CaseTriaged:
    """A case whose borrower can be reached by phone and in these forms besides."""
    house.intake.further[business_uuid("case", name)] = {form: FORMS[form] for form in forms}
    return await house.triaged(name, **changes)


async def put(house: House, row: Conversation) -> None:
    """A row that no use case of this service writes."""
    async with house.database.write(Caller.service("contact", "test")) as uow:
        uow.session.add(row)


async def kept(house: House, request: DeliveryRequest) -> Message:
    return await house.message(message_id_of(request))


async def test_by_email_it_has_a_subject_and_a_way_off_the_list(house: House) -> None:
    case = await reachable(house, "by-email", "email", language="en")
    house.intake.phones[case.case_id] = None
    request = offer_of(case, "receipt", "closing")
    assert (await house.deliver(request)).outcome == "sent"
    message = await kept(house, request)
    sent = house.gateway.taken[str(message.message_id)]
    assert message.channel == "email" and sent["path"] == "/gateway/email/messages"
    assert sent["to"] == FORMS["email"] and sent["subject"] == "Your case has ended"
    assert sent["from"] == {"name": "Sandbox Bank", "address": "service@sandbox-bank.example"}
    assert sent["headers"]["List-Unsubscribe"].startswith("<http") and sent["text"] == message.text
    assert message.template_version == "1.2"


async def test_what_is_refused_for_good_goes_the_next_way_under_a_permit_of_its_own(house: House) -> None:
    case, posts = await reachable(house, "next-way", "email"), house.gateway.posts
    request = offer_of(case)
    house.gateway.ways = ["refuse"]
    assert (await house.deliver(request)).outcome == "sent"
    assert house.gateway.posts == posts + 2
    message = await kept(house, request)
    assert (message.state, message.channel, message.tries) == ("sent", "email", 1)
    (tried,) = message.tried
    assert (tried["channel"], tried["reason"]) == ("sms", "STATUS_400")
    assert f"{message.message_id}/1" in house.gateway.taken and str(message.message_id) not in house.gateway.taken
    assert await house.scalar(PERMITS, id=case.case_id) == "sms email"
    assert await house.scalar(ATTEMPTS, id=case.case_id) == "sms WRONG_FORMAT, email SENT"
    assert await house.events(case) == ["message.sent"]
    assert await house.scalar(BARRED, id=case.borrower_id) is None, "the message was refused, and not the number"
    shown = (await house.get(f"/v1/messages/{message.message_id}", "compliance")).json()
    assert [(one["channel"], one["reason"]) for one in shown["tried"]] == [("sms", "STATUS_400")]


async def test_an_address_that_is_none_is_barred_and_not_tried_again(house: House) -> None:
    case = await reachable(house, "nobody")
    house.gateway.ways = ["nobody"]
    assert (await house.deliver(offer_of(case))).outcome == "unreachable"
    assert await house.scalar(BARRED, id=case.borrower_id) == "sms undeliverable"
    assert await house.scalar(ATTEMPTS, id=case.case_id) == "sms BOUNCED"
    posts = house.gateway.posts
    assert (await house.deliver(offer_of(case, "receipt", "closing"))).outcome == "unreachable"
    assert house.gateway.posts == posts


async def test_what_comes_back_goes_the_next_way_and_its_address_is_barred(house: House) -> None:
    case = await reachable(house, "bounced", "email")
    request = offer_of(case)
    assert (await house.deliver(request)).outcome == "sent"
    message_id = message_id_of(request)
    assert (await house.webhook("b-1", receipt_of(message_id, "bounced"))).json() == {"effect": "bounced"}
    assert await house.scalar(BARRED, id=case.borrower_id) == "sms undeliverable"
    started = [body for name, body in await house.outbox(case, "start") if name == MESSAGE_DELIVERY]
    again = DeliveryRequest.model_validate(started[-1])
    assert again == request.model_copy(update={"again": 1})
    assert (await house.deliver(again)).outcome == "sent"
    assert (await kept(house, request)).channel == "email"
    # What is told of the way that was in vain changes nothing any more; of the present one it does.
    assert (await house.webhook("b-2", receipt_of(message_id))).json() == {"effect": "earlier_way"}
    present = receipt_of(message_id) | {"idempotency_key": f"{message_id}/1"}
    assert (await house.webhook("b-3", present)).json() == {"effect": "delivered"}
    assert await house.events(case) == ["message.sent", "message.sent"]
    wrong = receipt_of(message_id) | {"idempotency_key": f"{message_id}/01"}
    assert (await house.webhook("b-4", wrong)).status_code == 422


async def test_what_comes_back_from_the_last_way_has_ended(house: House) -> None:
    case = await reachable(house, "last-way")
    request = offer_of(case)
    await house.deliver(request)
    assert (await house.webhook("l-1", receipt_of(message_id_of(request), "failed"))).json() == {"effect": "failed"}
    message = await kept(house, request)
    assert (message.state, message.reason) == ("failed", "UNDELIVERED")
    assert await house.events(case) == ["message.sent", "message.unreachable"]
    assert await house.scalar(BARRED, id=case.borrower_id) is None, "a phone that is off is no wrong number"


@pytest.mark.parametrize("forms", [(), ("email",)])
async def test_what_is_not_taken_for_the_moment_is_tried_so_often(house: House, forms: tuple[str, ...]) -> None:
    case = await reachable(house, f"busy-{len(forms)}", *forms)
    request, budget = offer_of(case), 5
    for _ in range(budget):
        house.gateway.ways = ["down"]
        with pytest.raises(Unavailable):
            await house.deliver(request)
    assert (await kept(house, request)).tries == budget
    house.gateway.ways = []
    assert (await house.deliver(request)).outcome == ("sent" if forms else "unreachable")
    message = await kept(house, request)
    assert message.reason == (None if forms else "GATEWAY_BUSY")
    assert [one["reason"] for one in message.tried] == (["GATEWAY_BUSY"] if forms else [])


async def test_a_gateway_that_does_not_say_what_became_of_it_is_asked_so_long_and_nothing_goes_twice(
    house: House,
) -> None:
    case, posts = await reachable(house, "silent", "email"), house.gateway.posts
    request = offer_of(case)
    house.gateway.ways, house.gateway.silent = ["lost"], True
    for _ in range(8):
        with pytest.raises(Unavailable):
            await house.deliver(request)
    house.clock.advance(timedelta(hours=24))
    assert (await house.deliver(request)).outcome == "unreachable"
    house.gateway.silent = False
    message = await kept(house, request)
    assert (message.state, message.tried) == ("unknown", []), "it may have arrived, so it goes no other way"
    assert house.gateway.posts == posts + 1 and await house.events(case) == ["message.unreachable"]
    assert (await house.webhook("s-1", receipt_of(message.message_id))).json() == {"effect": "delivered"}
    assert await house.events(case) == ["message.unreachable", "message.sent"]
    await house.beat()


@pytest.mark.practice("000-02")
@pytest.mark.rule("TEXT-01", "CN-09")
async def test_words_that_nobody_may_say_do_not_leave(house: House) -> None:
    for name, summary, ended in (
        ("said", "您希望每月少还一些，我们会登记。", "sent"),
        ("threatened", "再不还我们就联系你单位，让警察抓你。", "refused"),
    ):
        case = await house.triaged(name)
        conversation_id = business_uuid("conversation", name)
        spoken = Conversation(
            conversation_id=conversation_id,
            case_id=case.case_id,
            borrower_id=case.borrower_id,
            channel="voice",
            outcome="RPC_REQUEST_RELIEF",
            party_verified=True,
            read_back_confirmed=True,
            summary=summary,
            round=1,
            recorded_by="agent-1",
            at=house.clock.now(),
        )
        await put(house, spoken)
        request = offer_of(case, "receipt", "recap").model_copy(update={"params": {"recap": str(conversation_id)}})
        assert (await house.deliver(request)).outcome == ended
        message = await kept(house, request)
        if ended == "sent":
            assert summary in (message.text or "") and "登记" not in str(message.params)
        else:
            assert message.reason in ("TEXT-01", "CN-09") and message.text is None
            assert set((await house.scalar(FAILED, id=case.case_id)).split()) == {"TEXT-01", "CN-09", "CN-27"}
