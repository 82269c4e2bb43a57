"""The doctor on a real broker: what is lost, out of order, changed, or told too much."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from forbear.doctor.look import Look, looking
from forbear.doctor.topics import OnTopic, read_all
from forbear.doctor.verdicts import Finding, Verdict
from sandbox.engines.engines import Engines
from sandbox.engines.topics import TopicSpec
from services.common.contracts.envelope import Event
from services.common.contracts.events import BY_TYPE, bank, cases
from services.common.kernel.money import Money
from services.common.runtime.kafka import KafkaAddress, connected_producer
from tests.integration.clinic import Clinic, finding, places
from tests.integration.clinic_rows import CASE, NOW, OPENED


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


@pytest.mark.parametrize(
    ("body", "key", "header"), [("林芳", b"k", ""), ("", "林芳".encode(), ""), ("", b"k", "13400000016")]
)
async def test_a_personal_value_on_a_topic_is_found_wherever_it_lies(
    ward: Clinic, body: str, key: bytes, header: str
) -> None:
    clean = lies(0, event(1))
    assert (await told(ward, "R2", clean)).verdict is Verdict.CLEAN
    held = replace(lies(1, event(2, body)), key=key, headers=(("ce_id", header.encode()),))
    found = await told(ward, "R2", clean, held)
    assert (found.verdict, found.examples, found.examined) == (Verdict.BROKEN, ("forbear.cases/0@1",), 2)


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
    # The consumer has worked through what lies before 100.
    ahead = replace(posted("LATER"), offset=100)
    found = await told(ward, "P5", posted("P1"), ahead)
    assert (found.verdict, found.in_flight) == (Verdict.UNCHECKED, 1)


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
