"""Messages to accounts of the bank's portal and to its application, where the borrower prefers them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, reply_of
from tests.integration.contact_house import House
from tests.integration.contact_people import listed, places, put, tell

TOLD = {"provenance": "debtor_authorisation"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("000-04")
@pytest.mark.parametrize(
    ("kind", "channel", "value", "path", "field"),
    [
        ("portal", "portal", "Cust-88231", "/gateway/portal/posts", "customer"),
        ("device", "push", "fcm:APA91bHun4MxP5egoKMwt2KZFBaFUH", "/gateway/push/notifications", "device"),
    ],
)
async def test_a_message_goes_where_the_borrower_prefers(
    house: House, kind: str, channel: str, value: str, path: str, field: str
) -> None:
    case = await house.triaged(kind)
    told = await tell(house, case, "numbers", f"{kind}-told", kind=kind, value=value, **TOLD)
    assert told.status_code == 201 and value not in told.text
    before = offer_of(case, purpose="activation")
    assert (await house.deliver(before)).outcome == "sent"
    assert (await house.message(message_id_of(before))).channel == "sms", "it is not preferred yet"
    assert (await put(house, case, 1, preferred_channel=channel)).status_code == 200
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "sent"
    sent = house.gateway.taken[str(message_id_of(offer))]
    assert (sent["path"], sent[field]) == (path, value), "letter by letter, as the bank has it"
    assert sent["body"] == (await house.message(message_id_of(offer))).text
    usable = {one["channel"]: one["usable"] for one in await listed(house, case, "numbers")}
    assert usable[channel] is True


async def test_who_writes_in_the_portal_is_known_by_the_account(house: House) -> None:
    case = await house.triaged("writes")
    # An account of digits alone would be a telephone number anywhere else.
    account = "02164378466"
    await tell(house, case, "numbers", "writes-told", kind="portal", value=account, **TOLD)
    said = reply_of("p-1", "我想延期。", account, house.clock.now()) | {"channel": "portal"}
    assert (await house.webhook("p-1", said)).json() == {"effect": "recorded"}
    by_text = reply_of("p-2", "我想延期。", account, house.clock.now())
    assert (await house.webhook("p-2", by_text)).json() == {"effect": "unknown_sender"}
    stop = reply_of("p-3", "退订", account, house.clock.now()) | {"channel": "portal"}
    assert (await house.webhook("p-3", stop)).json() == {"effect": "opt_out"}
    barred = {one["channel"]: one["barred_for"] for one in await listed(house, case, "numbers")}
    assert barred == {"voice": None, "sms": None, "portal": "opted_out"}


@pytest.mark.parametrize("value", ["a b c", "账户一", "..\x07."])
async def test_what_is_no_account_is_refused_by_its_place(house: House, value: str) -> None:
    case = await house.triaged("none")
    refused = await tell(house, case, "numbers", f"none-{len(value)}", kind="portal", value=value, **TOLD)
    assert refused.status_code == 422 and places(refused.json()) == ["#/value"]
