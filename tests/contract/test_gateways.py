"""The contract of the message gateways: one suite for every channel, on the sandbox's gateways with their database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from sandbox.gateway.fate import fate_of
from services.common.kernel.errors import Unavailable
from services.common.runtime.assembly import configure_secrets
from services.contact.adapters.gateway_channels import CHANNELS, LetterGateway
from services.contact.adapters.gateways import Figures, Gateways
from services.contact.bootstrap import gateways
from services.contact.errors import GatewayRefused
from services.contact.permitted import PermittedMessage
from services.contact.settings import Settings
from tests.contract.edge import ISSUER
from tests.contract.sandbox_world import SandboxInProcess, sandbox_in_process
from tests.databases import Databases

NAMESPACE = UUID(int=7)
ADDRESSES = {
    "sms": "+8613400000001",
    "email": "wang@borrowers.example",
    "push": "device-1",
    "letter": "王秀英\n上海市浦东新区世纪大道1号\n200120",
    "portal": "customer-1",
}
WAYS = sorted(ADDRESSES)


def message(channel: str, name: str = "1", **changes: Any) -> PermittedMessage:
    values: dict[str, Any] = {
        "message_id": uuid5(NAMESPACE, f"{channel}/{name}"),
        "permit_id": uuid5(NAMESPACE, f"permit/{channel}/{name}"),
        "channel": channel,
        "reference": f"offer/{name}/1",
        "language": "zh",
        "to": ADDRESSES[channel],
        "subject": "还款方案",
        "text": "您的还款方案已通过审批，请您过目。",
    }
    return PermittedMessage(**values | changes)


class Wire(httpx.AsyncBaseTransport):
    """The sandbox, the issuer's token among it; counts what goes over it and loses an answer when told to."""

    def __init__(self, outside: SandboxInProcess) -> None:
        self._inner = httpx.ASGITransport(outside.app)
        self._token = outside.world.issuer.token("svc-contact", ("system",))
        self.bodies: list[bytes] = []
        self.late = False
        self.nameless = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/issuer/token":
            return httpx.Response(200, json={"access_token": self._token, "expires_in": 300})
        if request.method == "POST":
            self.bodies.append(await request.aread())
        answer = await self._inner.handle_async_request(request)
        if self.late:
            raise httpx.ReadTimeout("too late", request=request)
        if self.nameless:
            return httpx.Response(answer.status_code, json={"provider_id": ""})
        return answer


class Outside:
    """The adapters and what stands around them."""

    def __init__(self, outside: SandboxInProcess) -> None:
        self.outside = outside
        self.wire = Wire(outside)
        self.client = httpx.AsyncClient(transport=self.wire)
        self.registry = CollectorRegistry()
        settings = Settings.model_validate(
            {"service": "contact", "sandbox": True, "issuer": ISSUER, "database_url": "postgresql://localhost/x"}
            | {"token_url": "http://127.0.0.1:8110/issuer/token"}
        )
        configure_secrets(settings)
        self.gateways: Gateways = gateways(settings, self.client, Figures(self.registry))

    async def wrong(self, channel: str, kind: str, times: int = 1) -> None:
        """Something goes wrong with the next messages."""
        await self.outside.control("/gateway/faults", channel=channel, kind=kind, times=times)

    async def kept(self, channel: str) -> list[Any]:
        """What the gateway took in a channel."""
        async with self.outside.world.store.reading() as tx:
            rows: list[Any] = await tx.fetch("SELECT * FROM gateway_message WHERE channel = $1 ORDER BY key", channel)
            return rows

    def figure(self, channel: str, outcome: str) -> float | None:
        return self.registry.get_sample_value(
            "forbear_contact_gateway_answers_total", {"channel": channel, "outcome": outcome}
        )

    def up(self, channel: str) -> float | None:
        return self.registry.get_sample_value("forbear_contact_gateway_up", {"channel": channel})


@pytest_asyncio.fixture(loop_scope="session")
async def counter(databases: Databases) -> AsyncIterator[Outside]:
    async with sandbox_in_process(databases) as outside:
        made = Outside(outside)
        yield made
        await made.client.aclose()


def test_there_is_an_adapter_for_every_channel_of_this_suite() -> None:
    assert sorted(kind.channel for kind in CHANNELS) == WAYS


@pytest.mark.parametrize("channel", WAYS)
async def test_a_message_is_taken_once_and_found_by_its_key(counter: Outside, channel: str) -> None:
    sent = message(channel)
    first = await counter.gateways.send(sent)
    assert await counter.gateways.send(sent) == first
    assert await counter.gateways.find(channel, sent.key) == first
    (kept,) = await counter.kept(channel)
    assert (kept["recipient"], kept["sender"], kept["body"]) == (sent.to, "Sandbox Bank", sent.text)
    assert kept["reference"] == sent.reference
    assert counter.figure(channel, "accepted") == 2 and counter.up(channel) == 1
    assert await counter.gateways.find(channel, message(channel, "other").key) is None


async def test_an_answer_without_an_id_is_none_and_the_message_is_asked_for(counter: Outside) -> None:
    counter.wire.nameless = True
    with pytest.raises(Unavailable):
        await counter.gateways.send(message("sms"))
    counter.wire.nameless = False
    assert await counter.gateways.find("sms", message("sms").key)
    assert len(await counter.kept("sms")) == 1


@pytest.mark.parametrize("channel", WAYS)
async def test_under_one_key_other_words_are_not_sent_and_the_first_ones_are_found(
    counter: Outside, channel: str
) -> None:
    first = await counter.gateways.send(message(channel))
    assert await counter.gateways.send(message(channel, text="别的内容。")) == first
    assert [row["body"] for row in await counter.kept(channel)] == [message(channel).text]
    # The next way of the same message is a message of its own to whoever serves both.
    assert await counter.gateways.send(message(channel, tried=1)) != first


@pytest.mark.parametrize("channel", WAYS)
async def test_refused_for_good_is_not_refused_for_the_moment(counter: Outside, channel: str) -> None:
    await counter.wrong(channel, "refuse")
    with pytest.raises(GatewayRefused, match="REFUSED"):
        await counter.gateways.send(message(channel))
    await counter.wrong(channel, "nobody")
    with pytest.raises(GatewayRefused, match="UNDELIVERABLE"):
        await counter.gateways.send(message(channel))
    assert counter.figure(channel, "refused") == 2 and counter.up(channel) == 1
    await counter.wrong(channel, "busy")
    with pytest.raises(Unavailable):
        await counter.gateways.send(message(channel))
    assert counter.figure(channel, "unheard") == 1 and counter.up(channel) == 0
    assert await counter.gateways.find(channel, message(channel).key) is None, "what is refused is not taken"
    assert await counter.gateways.send(message(channel))


@pytest.mark.parametrize("channel", WAYS)
async def test_an_answer_that_is_lost_is_found_by_asking(counter: Outside, channel: str) -> None:
    await counter.wrong(channel, "lost_answer")
    with pytest.raises(Unavailable):
        await counter.gateways.send(message(channel))
    assert await counter.gateways.find(channel, message(channel).key)
    counter.wire.late = True
    with pytest.raises(Unavailable):
        await counter.gateways.send(message(channel, "late"))
    with pytest.raises(Unavailable):
        await counter.gateways.find(channel, message(channel, "late").key)
    counter.wire.late = False
    assert await counter.gateways.find(channel, message(channel, "late").key)
    assert len(await counter.kept(channel)) == 2


@pytest.mark.parametrize("channel", WAYS)
async def test_what_comes_back_says_its_channel_and_that_it_bounced(counter: Outside, channel: str) -> None:
    await counter.wrong(channel, "bounce")
    await counter.gateways.send(message(channel))
    counter.outside.clock.advance(fate_of(1, message(channel).key, channel).delay + timedelta(hours=1))
    await counter.outside.world.acts.perform_due()
    async with counter.outside.world.store.reading() as tx:
        told = await tx.fetchval("SELECT body::jsonb FROM gateway_webhook")
    assert (told["status"], told["channel"], told["idempotency_key"]) == ("bounced", channel, message(channel).key)


async def test_an_email_can_be_left_with_one_click_and_a_letter_tells_nobody_what_it_is(counter: Outside) -> None:
    await counter.gateways.send(message("email"))
    await counter.gateways.send(message("letter"))
    email, letter = (body.decode() for body in counter.wire.bodies)
    assert '"List-Unsubscribe-Post":"List-Unsubscribe=One-Click"' in email
    assert "/v1/opt-outs/" in email and '"envelope":"neutral"' in letter and '"seal":"SANDBOX-SEAL"' in letter


async def test_a_letter_without_a_place_is_not_printed(counter: Outside) -> None:
    with pytest.raises(GatewayRefused, match="ADDRESS_INCOMPLETE"):
        await counter.gateways.send(message("letter", to=" \n "))
    assert counter.wire.bodies == []


async def test_a_channel_that_is_not_set_up_refuses(counter: Outside) -> None:
    bare = Gateways([], Figures(CollectorRegistry()))
    with pytest.raises(GatewayRefused, match="NO_GATEWAY"):
        await bare.send(message("sms"))
    assert LetterGateway.channel == "letter"
