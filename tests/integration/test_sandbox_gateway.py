"""The sandbox's gateway, acts and issuer on its database; the customer is a real handler in process."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from standardwebhooks.webhooks import Webhook

from sandbox.acts import Act, Acts, plan_act
from sandbox.gateway.fate import fate_of
from sandbox.gateway.service import Arrival
from sandbox.gateway.webhooks import Webhooks
from sandbox.store import Tx
from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from tests.contract.sandbox_world import START, SandboxInProcess, sandbox_in_process
from tests.databases import Databases
from tests.waiting import until

SECRET = SANDBOX_SECRETS["gateway_webhook_secret"]


@pytest_asyncio.fixture(loop_scope="session")
async def outside(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as found:
        yield found


class Customer:
    """Takes webhooks whose signature is right; refuses the first `refusals` of them."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.heard: list[tuple[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = Webhook(SECRET).verify(request.content, dict(request.headers))
        if self.refusals:
            self.refusals -= 1
            return httpx.Response(503)
        self.heard.append((request.headers["webhook-id"], body))
        return httpx.Response(204)


def message(key: str, **changes: Any) -> dict[str, Any]:
    return {
        "idempotency_key": key,
        "to": "+8613400000001",
        "text": "你好",
        "sender": "Bank",
    } | changes


def key_whose_fate(*, arrives: bool, receipt: bool) -> str:
    keys = (f"message/{number}" for number in range(10_000))
    return next(k for k in keys if (fate_of(1, k).arrives, fate_of(1, k).receipt) == (arrives, receipt))


async def test_a_message_is_accepted_once_and_arrives_in_business_time(outside: SandboxInProcess) -> None:
    arrived: list[Arrival] = []

    async def hear(arrival: Arrival, _: Tx) -> None:
        arrived.append(arrival)

    outside.world.gateway.on_arrival(hear)
    key = key_whose_fate(arrives=True, receipt=True)
    first = await outside.client.post("/gateway/sms/messages", json=message(key))
    again = await outside.client.post("/gateway/sms/messages", json=message(key))
    other = await outside.client.post("/gateway/sms/messages", json=message(key, text="else"))
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
    assert first.json() == again.json()
    assert await outside.world.acts.perform_due() == 0 and arrived == []

    planned = (await outside.client.get("/sandbox/next")).json()["next"]
    assert planned is not None
    outside.clock.move_to(START + fate_of(1, key).delay)
    assert (await outside.client.get("/sandbox/rest")).json() == {"in_flight": ["1 acts due"]}
    assert await outside.world.acts.perform_due() == 1
    assert [(a.key, a.recipient, a.body) for a in arrived] == [(key, "+8613400000001", "你好")]
    assert (await outside.client.get(f"/gateway/sms/messages/{key}")).json()["status"] == "delivered"
    assert (await outside.client.get("/sandbox/rest")).json() == {"in_flight": ["1 webhooks not taken"]}


async def test_receipts_and_replies_are_signed_and_told_until_taken(outside: SandboxInProcess) -> None:
    failing = key_whose_fate(arrives=False, receipt=True)
    await outside.client.post("/gateway/sms/messages", json=message(failing))
    outside.clock.advance(timedelta(days=1))
    await outside.world.acts.perform_due()
    async with outside.world.store.transaction() as tx:
        await outside.world.gateway.reply(tx, "act-1", "sms", "+8613400000001", "可以")
        await outside.world.gateway.reply(tx, "act-1", "sms", "+8613400000001", "可以")
    customer = Customer(refusals=3)
    async with httpx.AsyncClient(transport=httpx.MockTransport(customer)) as client:
        webhooks = Webhooks(outside.world.store, client, "http://contact/v1/webhooks/gateway", SECRET)

        async def all_taken() -> bool:
            await webhooks.send_due()
            return (await outside.world.outside()).untold == 0

        await until(all_taken, "every webhook is taken")
    heard = {body["type"]: (webhook_id, body) for webhook_id, body in customer.heard}
    assert len(customer.heard) == 2
    assert heard["receipt"][1]["status"] == "failed" and heard["receipt"][1]["idempotency_key"] == failing
    assert heard["inbound"] == ("inbound/act-1", heard["inbound"][1]) and heard["inbound"][1]["text"] == "可以"


async def test_some_receipts_are_lost_and_a_query_tells(outside: SandboxInProcess) -> None:
    unheard = key_whose_fate(arrives=True, receipt=False)
    await outside.client.post("/gateway/sms/messages", json=message(unheard))
    outside.clock.advance(timedelta(days=1))
    await outside.world.acts.perform_due()
    assert (await outside.world.outside()).untold == 0
    assert (await outside.client.get(f"/gateway/sms/messages/{unheard}")).json()["status"] == "delivered"
    assert (await outside.client.get("/gateway/sms/messages/nothing")).status_code == 404


async def test_acts_run_in_order_and_an_act_that_fails_holds_back_its_subject_only(outside: SandboxInProcess) -> None:
    acts = Acts(outside.world.store, outside.clock)
    done: list[str] = []
    broken = {"b1"}

    async def note(act: Act, tx: Tx) -> None:
        await plan_act(tx, Act(f"after-{act.id}", START + timedelta(days=9), "note", act.subject, {}))
        if act.id in broken:
            raise RuntimeError("not now")
        done.append(act.id)

    acts.register_act("note", note)
    with pytest.raises(ValueError, match="handler already"):
        acts.register_act("note", note)
    async with outside.world.store.transaction() as tx:
        for act_id, minute, subject in (("c1", 3, "c"), ("b2", 2, "b"), ("b1", 1, "b"), ("a1", 1, "a"), ("z", 60, "a")):
            await plan_act(tx, Act(act_id, START + timedelta(minutes=minute), "note", subject, {}))
    outside.clock.advance(timedelta(minutes=5))
    assert await acts.perform_due() == 2
    assert done == ["a1", "c1"]
    assert (await outside.world.outside()).due == 2
    broken.clear()

    async def rested() -> bool:
        await acts.perform_due()
        return (await outside.world.outside()).due == 0

    await until(rested, "the acts that are due are done")
    assert done == ["a1", "c1", "b1", "b2"]
    assert (await outside.world.outside()).planned == START + timedelta(minutes=60)
    async with outside.world.store.reading() as tx:
        planned = await tx.fetchval("SELECT count(*) FROM act WHERE id LIKE 'after-%'")
    assert planned == 4


async def test_tokens_for_services_and_staff(outside: SandboxInProcess) -> None:
    secret = outside.world.settings.client_secret.get_secret_value()
    asked = {"grant_type": "client_credentials", "client_id": "svc-plans", "client_secret": secret}
    given = (await outside.client.post("/issuer/token", data=asked)).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 600)
    assert outside.world.issuer.subject_of(given["access_token"]) == "svc-plans"
    refused = await outside.client.post("/issuer/token", data=asked | {"client_secret": "wrong"})
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    staff = (await outside.client.get("/issuer/staff")).json()
    assert {role for person in staff for role in person["roles"]} == {
        "agent", "senior_agent", "supervisor", "manager", "committee", "risk", "specialist", "compliance",
    }  # fmt: skip
    person = staff[0]
    signed_in = await outside.client.post(
        "/issuer/token", data={"grant_type": "urn:forbear:sandbox", "username": person["username"]}
    )
    assert outside.world.issuer.subject_of(signed_in.json()["access_token"]) == person["subject"]
    nobody = {"grant_type": "urn:forbear:sandbox", "username": "nobody"}
    assert (await outside.client.post("/issuer/token", data=nobody)).status_code == 400
    discovery = (await outside.client.get("/issuer/.well-known/openid-configuration")).json()
    assert discovery["issuer"] == outside.world.issuer.url
    keys = (await outside.client.get("/issuer/.well-known/jwks.json")).json()["keys"]
    assert "d" not in keys[0] and keys[0]["kty"] == "RSA", json.dumps(sorted(keys[0]))
