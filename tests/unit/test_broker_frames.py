"""The door of the embedded broker reads what the client really sends."""

import pytest
from aiokafka.protocol.api import RequestHeader_v1, RequestStruct
from aiokafka.protocol.fetch import FetchRequest_v4, FetchRequest_v5, FetchRequest_v7, FetchRequest_v9, FetchRequest_v11
from aiokafka.protocol.produce import ProduceRequest_v2, ProduceRequest_v3, ProduceRequest_v8

from sandbox.engines import frames

TOPICS = [("cases", [(0, 7), (3, 2**40)]), ("plans", [(1, 0)])]
ASKED = {(b"cases", 0): 7, (b"cases", 3): 2**40, (b"plans", 1): 0}


def _frame(request: RequestStruct) -> bytes:
    encoded: bytes = RequestHeader_v1(request, correlation_id=5, client_id="follow-up").encode() + request.encode()
    return encoded


def _fetch(version: int, wait: int = 250) -> bytes:
    def places(*rest: int, epoch: tuple[int, ...] = ()) -> list[tuple[str, list[tuple[int, ...]]]]:
        return [(topic, [(number, *epoch, offset, *rest) for number, offset in parts]) for topic, parts in TOPICS]

    head = (-1, wait, 1, 50_000_000, 0)
    requests = {
        4: lambda: FetchRequest_v4(*head, places(9)),
        5: lambda: FetchRequest_v5(*head, places(-1, 9)),
        7: lambda: FetchRequest_v7(*head, 0, -1, places(-1, 9), []),
        9: lambda: FetchRequest_v9(*head, 0, -1, places(-1, 9, epoch=(-1,)), []),
        11: lambda: FetchRequest_v11(*head, 0, -1, places(-1, 9, epoch=(-1,)), [], ""),
    }
    return _frame(requests[version]())


@pytest.mark.parametrize("version", [4, 5, 7, 9, 11])
def test_what_a_fetch_asks_is_read_and_its_wait_alone_is_changed(version: int) -> None:
    frame = _fetch(version)
    assert frames.kind(frame) == frames.FETCH
    read = frames.fetch(frame)
    assert read is not None
    assert (read.asked, read.wait_seconds) == (ASKED, 0.25)
    assert read.at_once(frame) == _fetch(version, wait=frames.ONE_LOOK_MS)


@pytest.mark.parametrize("version", [3, 12])
def test_a_fetch_in_another_form_is_left_as_it_is(version: int) -> None:
    frame = _fetch(4)
    assert frames.fetch(frame[:2] + version.to_bytes(2) + frame[4:]) is None


def test_the_topics_of_a_produce_are_read() -> None:
    topics = [("cases", [(0, b"records"), (1, b"")]), ("tasks", [(2, b"more")])]
    for request in (
        ProduceRequest_v2(-1, 1000, topics),
        ProduceRequest_v3(None, -1, 1000, topics),
        ProduceRequest_v8("transaction", -1, 1000, topics),
    ):
        frame = _frame(request)
        assert frames.kind(frame) == frames.PRODUCE
        assert frames.produced_topics(frame) == {b"cases", b"tasks"}
    assert frames.produced_topics(frame[:2] + (9).to_bytes(2) + frame[4:]) is None
