"""The doctor on a real broker and a real Temporal: what is lost, out of order, left running or told too much."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from forbear.doctor.examination import examine
from forbear.doctor.look import Look, looking
from forbear.doctor.places import Places
from forbear.doctor.registry import all_checks
from forbear.doctor.topics import OnTopic, read_all
from forbear.doctor.verdicts import Finding, Verdict
from sandbox.engines.engines import Engines
from sandbox.engines.topics import TopicSpec
from services.common.contracts.envelope import Event
from services.common.contracts.events import BY_TYPE, bank, cases
from services.common.contracts.workflows import case_workflow_id
from services.common.kernel.clock import FixedClock
from services.common.kernel.money import Money
from services.common.runtime.kafka import KafkaAddress, connected_producer
from tests.databases import Databases
from tests.integration import clinic
from tests.integration.clinic import CASE, NOW, OPENED, Clinic
from tests.waiting import until


@pytest.fixture(scope="module")
async def ward(engines: Engines, databases: Databases) -> Clinic:
    return await Clinic.open(engines.superuser_url, databases)


def places(databases: dict[str, str], **more: str) -> Places:
    known = Places(databases, {}, None, "default", None, None, None, FixedClock(NOW))
    return replace(known, **more)  # type: ignore[arg-type]


async def finding(look: Look, id: str) -> Finding:
    try:
        (found,) = await examine(look, [one for one in all_checks() if one.id == id])
    finally:
        await look.close()
    return found


# -- topics ----------------------------------------------------------------------------------------------------------


def lies(offset: int, event: Event, topic: str = "forbear.cases", from_start: bool = True) -> OnTopic:
    headers = tuple((name, value.encode()) for name, value in event.headers().items())
    return OnTopic(topic, 0, offset, event.subject.encode(), headers, event.body, from_start)


def event(version: int, body: str = "{}", source: str = "/intake/cases") -> Event:
    return Event(f"{CASE}/{version}", source, cases.CaseAssigned.type, str(CASE), OPENED, body.encode(), version)


class Told(Look):
    """A look that has read the topics already."""

    told: Sequence[OnTopic] = ()

    async def messages(self) -> list[OnTopic]:
        return list(self.told)


async def told(ward: Clinic, id: str, *messages: OnTopic) -> Finding:
    look = Told(places(ward.healthy))
    look.told = messages
    return await finding(look, id)


@pytest.mark.parametrize(
    ("versions", "from_start", "broken"),
    [
        ([1, 2, 3], True, []),
        ([1, 2, 1, 2, 3], True, []),
        ([1, 3, 2], True, ["forbear.cases/0@1"]),
        ([2, 3], True, ["forbear.cases/0@0"]),
        ([2, 3], False, []),
        ([2, 4], False, ["forbear.cases/0@1"]),
    ],
)
async def test_events_out_of_order_are_found(
    ward: Clinic, versions: list[int], from_start: bool, broken: list[str]
) -> None:
    messages = [lies(offset, event(version), from_start=from_start) for offset, version in enumerate(versions)]
    found = await told(ward, "E3", *messages)
    assert (list(found.examples), found.examined) == (broken, len(versions))


async def test_an_event_that_never_arrived_or_was_changed_is_found(ward: Clinic) -> None:
    async with looking(places(ward.healthy)) as look:
        rows = [
            (row["headers"], row["body"])
            for service in look.services
            for row in await look.rows(service, "SELECT headers, body FROM outbox ORDER BY id")
        ]
    arrived = [
        OnTopic("t", 0, offset, b"", tuple((name, value.encode()) for name, value in headers.items()), body, True)
        for offset, (headers, body) in enumerate(rows)
    ]
    beat = OnTopic("forbear.cases", 1, 9, b"", (("ce_type", b"forbear.beat.v1"),), b"", True)
    assert (await told(ward, "E6", beat, *arrived)).verdict is Verdict.CLEAN
    lost = await told(ward, "E6", *arrived[1:])
    assert (lost.verdict, lost.broken) == (Verdict.BROKEN, 1)
    changed = await told(ward, "E6", *arrived, replace(arrived[0], body=b"{}"))
    assert (changed.verdict, changed.examples) == (Verdict.BROKEN, ("t/0@0 reuses an id",))
    nameless = replace(arrived[0], headers=())
    assert (await told(ward, "E6", *arrived, nameless)).examples == ("t/0@0 has no id",)
    # What the bank says is held by who reads it, with its reason; it left no outbox of ours.
    assert (await told(ward, "E6", *arrived, replace(nameless, topic=bank.PAYMENTS))).verdict is Verdict.CLEAN


async def test_a_posting_that_nobody_booked_is_found(ward: Clinic) -> None:
    def posted(ref: str) -> OnTopic:
        payload = bank.PaymentPosted(
            posting_ref=ref,
            account_ref="A1",
            amount=Money.of("1", "CNY"),
            value_date=NOW.date(),
            booking_date=NOW.date(),
            kind="payment",
            reverses=None,
        )
        body = payload.model_dump_json().encode()
        return lies(len(ref), Event(ref, "/bank", payload.type, "A1", OPENED, body), bank.PAYMENTS)

    assert (await told(ward, "P5", posted("P1"))).verdict is Verdict.CLEAN
    assert (await told(ward, "P5", posted("P1"), replace(posted("P2"), body=b"{"))).verdict is Verdict.CLEAN
    found = await told(ward, "P5", posted("P1"), posted("LOST"))
    assert found.examples == ("bank.payments/0@4",)


@pytest.mark.parametrize("place", ["key", "header", "body"])
async def test_a_personal_value_on_a_topic_is_found(ward: Clinic, place: str) -> None:
    clean = lies(3, event(1))
    name = "林芳".encode()
    dirty = {
        "key": replace(clean, key=name),
        "header": replace(clean, headers=(*clean.headers, ("x", name))),
        "body": replace(clean, body=b'{"to":"+8613400000016"}'),
    }
    assert (await told(ward, "R2", clean)).verdict is Verdict.CLEAN
    assert (await told(ward, "R2", dirty[place])).examples == ("forbear.cases/0@3",)


async def test_everything_on_the_topics_is_read(engines: Engines) -> None:
    await engines.create_topics([TopicSpec(name) for name in sorted({payload.topic for payload in BY_TYPE.values()})])
    producer = await connected_producer(KafkaAddress(engines.kafka_bootstrap, engines.idempotence), "doctor")
    keys = [str(uuid4()).encode() for _ in range(20)]
    try:
        for key in keys:  # one batch each, and one of three at the end
            await producer.send_and_wait("forbear.plans", b"x", key=key)
        sent = [await producer.send("forbear.plans", b"y", key=keys[0]) for _ in range(3)]
        last = [await one for one in sent][-1]
    finally:
        await producer.stop()
    found = [message for message in await read_all(engines.kafka_bootstrap) if message.topic == "forbear.plans"]
    assert {message.key for message in found} >= set(keys)
    assert max(message.offset for message in found if message.partition == last.partition) == last.offset


# -- workflows -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def temporal(engines: Engines) -> AsyncIterator[Client]:
    """A namespace of its own: what other tests leave running is none of this test's business."""
    namespace = f"doctor-{uuid4().hex[:8]}"
    client = await Client.connect(engines.temporal_address, namespace=namespace)
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(request)

    async def known() -> bool:
        try:
            return [one async for one in client.list_workflows("")] == []
        except RPCError:
            return False

    await until(known, "the namespace is there")
    yield client
    async for execution in client.list_workflows("ExecutionStatus = 'Running'"):
        await client.get_workflow_handle(execution.id).terminate()


async def begin(client: Client, workflow_id: str, argument: str = "x") -> None:
    """Start a workflow that no worker will touch, and wait until the list knows it."""
    await client.start_workflow("CaseWorkflow", argument, id=workflow_id, task_queue="nobody")
    await listed(client, f"WorkflowId = '{workflow_id}'")


async def listed(client: Client, query: str) -> None:
    async def there() -> bool:
        return bool([one async for one in client.list_workflows(query)])

    await until(there, "the list knows the workflow")


async def looked(ward: Clinic, engines: Engines, client: Client, id: str, **changed: str) -> Finding:
    databases = {**ward.healthy, **changed}
    return await finding(Look(places(databases, temporal=engines.temporal_address, namespace=client.namespace)), id)


async def test_an_open_case_without_its_workflow_is_found(ward: Clinic, engines: Engines, temporal: Client) -> None:
    assert (await looked(ward, engines, temporal, "W1")).examples == (f"case {CASE}",)
    await begin(temporal, case_workflow_id(CASE))
    assert (await looked(ward, engines, temporal, "W1")).verdict is Verdict.CLEAN
    await temporal.get_workflow_handle(case_workflow_id(CASE)).terminate()
    assert (await looked(ward, engines, temporal, "W1")).verdict is Verdict.BROKEN
    await listed(temporal, "ExecutionStatus = 'Terminated'")
    assert (await looked(ward, engines, temporal, "W4")).examples == (f"case/{CASE} TERMINATED",)


@pytest.mark.parametrize(
    "stray",
    [f"case/{UUID(int=1)}", f"case/{UUID(int=1)}/plan/1", f"agreement/{UUID(int=2)}", f"message/offer/{clinic.PLAN}/1"],
)
async def test_a_workflow_that_should_not_run_is_found(
    ward: Clinic, engines: Engines, temporal: Client, stray: str
) -> None:
    for wanted in (f"case/{CASE}", f"case/{CASE}/contact/1", f"agreement/{clinic.AGREEMENT}"):
        await begin(temporal, wanted)
    assert (await looked(ward, engines, temporal, "W2")).verdict is Verdict.CLEAN
    await begin(temporal, stray)
    assert (await looked(ward, engines, temporal, "W2")).examples == (stray,)


async def test_a_workflow_of_a_strange_name_is_found_and_not_named(
    ward: Clinic, engines: Engines, temporal: Client
) -> None:
    await begin(temporal, "call/+8613400000016")
    found = await looked(ward, engines, temporal, "W2")
    assert found.verdict is Verdict.BROKEN
    assert "134" not in str(found.examples)
    assert (await looked(ward, engines, temporal, "R3")).verdict is Verdict.BROKEN


async def test_a_payload_that_is_not_encrypted_is_found(ward: Clinic, engines: Engines, temporal: Client) -> None:
    await begin(temporal, f"case/{CASE}", "nobody's name")
    assert (await looked(ward, engines, temporal, "R3")).verdict is Verdict.CLEAN
    await begin(temporal, f"case/{CASE}/plan/1", "林芳")
    found = await looked(ward, engines, temporal, "R3")
    assert (found.verdict, found.broken, found.examined) == (Verdict.BROKEN, 1, 2)
