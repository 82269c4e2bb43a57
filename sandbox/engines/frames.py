"""What a request of Kafka's protocol says of topics: as far as whoever stands before a broker must know.

A frame is a request without the length before it. Compact encodings (Fetch from version 12 on, Produce from 9) are
not read: the answer is then None.
"""

import struct
from dataclasses import dataclass

PRODUCE, FETCH = 0, 1
_KINDS = struct.Struct(">hh")
_SHORT, _INT = struct.Struct(">h"), struct.Struct(">i")
_CLIENT_AT = 8
ONE_LOOK_MS = 5
"""Tansu asks for the time before it looks: with none left it does not, and with 1 ms it sometimes does not."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a Fetch asks: {(topic, partition): offset}, how long it may wait, and where in the frame that stands."""

    asked: dict[tuple[bytes, int], int]
    wait_seconds: float
    wait_at: int

    def at_once(self, frame: bytes) -> bytes:
        """The same request with leave to wait just long enough to be looked at."""
        return frame[: self.wait_at] + _INT.pack(ONE_LOOK_MS) + frame[self.wait_at + _INT.size :]


def kind(frame: bytes) -> int:
    """Which request it is, as Kafka numbers them."""
    return int(_KINDS.unpack_from(frame)[0])


def fetch(frame: bytes) -> Fetch | None:
    """Read a Fetch of versions 4 to 11."""
    version = _KINDS.unpack_from(frame)[1]
    if not 4 <= version <= 11:
        return None
    reading = _Reading(frame)
    reading.skip(4)  # replica
    wait_at = reading.at
    wait = reading.integer()
    reading.skip(9 + (8 if version >= 7 else 0))  # fewest and most bytes, isolation, session
    asked = {}
    for _ in range(reading.integer()):
        topic = reading.text()
        for _ in range(reading.integer()):
            partition = reading.integer()
            reading.skip(4 if version >= 9 else 0)  # leader's epoch
            offset = reading.long()
            reading.skip((8 if version >= 5 else 0) + 4)  # begin of the log, most bytes
            asked[topic, partition] = offset
    return Fetch(asked, wait / 1000, wait_at)


def produced_topics(frame: bytes) -> set[bytes] | None:
    """The topics of a Produce of versions 0 to 8."""
    version = _KINDS.unpack_from(frame)[1]
    if version > 8:
        return None
    reading = _Reading(frame)
    if version >= 3:
        reading.text()  # transaction
    reading.skip(6)  # acknowledgements, limit
    topics = set()
    for _ in range(reading.integer()):
        topics.add(reading.text())
        for _ in range(reading.integer()):
            reading.skip(4)  # partition
            reading.skip(max(reading.integer(), 0))  # records
    return topics


class _Reading:
    """A place in a frame; begins behind the request's head."""

    def __init__(self, frame: bytes) -> None:
        self.frame = frame
        self.at = _CLIENT_AT
        self.text()

    def skip(self, count: int) -> None:
        self.at += count

    def integer(self) -> int:
        self.at += _INT.size
        return int(_INT.unpack_from(self.frame, self.at - _INT.size)[0])

    def long(self) -> int:
        self.at += 8
        return int.from_bytes(self.frame[self.at - 8 : self.at], signed=True)

    def text(self) -> bytes:
        length = max(int(_SHORT.unpack_from(self.frame, self.at)[0]), 0)
        self.at += _SHORT.size + length
        return self.frame[self.at - length : self.at]
