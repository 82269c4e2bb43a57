"""The door of the embedded broker: lets a Fetch wait until there is something, as Apache Kafka does.

Tansu finds new messages only by looking again and again while a Fetch waits, so consumers that wait cost it, and
themselves, more than all messages do. The door starts the broker, stands before it, and keeps back a Fetch that has
been given all there was until somebody produces into its topics, or its own time to wait is over. Everything else
passes in order and unchanged; the door remembers no message. It takes it that producers wait for acknowledgement.

`python -m sandbox.engines.door PORT BEHIND PROGRAM ARGUMENT...`: at port PORT, for the broker that PROGRAM runs at
port BEHIND. It ends when either is told to, or dies.
"""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable

import uvloop

from sandbox.engines import frames
from sandbox.engines.launch import die_with
from sandbox.engines.probes import listening

HOST = "127.0.0.1"
_SIZE = 4
_LOOK_SECONDS = 0.02
_ALL_THERE_IS = 1_000_000
"""An answer of fewer bytes held all there was: Tansu ends one because of its length at five times as many."""


class Passage:
    """One connection through the door."""

    def __init__(self, door: "Door") -> None:
        self.topics: set[bytes] = set()
        self.given_from: dict[tuple[bytes, int], int] = {}
        """From which offsets on everything was given since anything was produced into these topics."""
        self.bell = asyncio.Event()
        self._door = door
        self._unanswered: deque[Iterable[bytes] | None] = deque()

    async def inward(self, client: asyncio.StreamReader, broker: asyncio.StreamWriter) -> None:
        """Pass requests on, in order."""
        while True:
            frame = await _frame(client)
            topics: Iterable[bytes] | None = ()
            if frames.kind(frame) == frames.FETCH:
                frame = await self._in_time(frame)
            elif frames.kind(frame) == frames.PRODUCE:
                topics = frames.produced_topics(frame)
            self._unanswered.append(topics)
            broker.write(len(frame).to_bytes(_SIZE) + frame)
            await broker.drain()

    async def outward(self, broker: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass answers on, and ring for what was produced as soon as the broker has it."""
        while True:
            frame = await _frame(broker)
            self._door.ring(self._unanswered.popleft())
            if len(frame) >= _ALL_THERE_IS:
                self.given_from.clear()
            client.write(len(frame).to_bytes(_SIZE) + frame)
            await client.drain()

    async def _in_time(self, frame: bytes) -> bytes:
        """Wait until a Fetch may find something; it then need not wait in the broker."""
        fetch = frames.fetch(frame)
        if fetch is None:
            return frame
        self.topics.update(topic for topic, _ in fetch.asked)
        if all(offset >= self.given_from.get(place, offset + 1) for place, offset in fetch.asked.items()):
            self.bell.clear()
            try:
                async with asyncio.timeout(fetch.wait_seconds):
                    await self.bell.wait()
            except TimeoutError:
                pass
        self.given_from.update(fetch.asked)
        return fetch.at_once(frame)


class Door:
    """Stands before the broker that listens at port `behind`."""

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._passages: set[Passage] = set()

    def ring(self, topics: Iterable[bytes] | None) -> None:
        """Let whoever waits for one of these topics look; None is any topic."""
        for passage in self._passages:
            if topics is None or not passage.topics.isdisjoint(topics):
                passage.given_from.clear()
                passage.bell.set()

    async def let_in(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        passage = Passage(self)
        writers = [to_client]
        try:
            broker, to_broker = await asyncio.open_connection(HOST, self._behind)
            writers.append(to_broker)
            self._passages.add(passage)
            ways = (passage.inward(client, to_broker), passage.outward(broker, to_client))
            tasks = [asyncio.ensure_future(way) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            return  # the broker is away, or the door closes: the client finds its connection ended
        finally:
            self._passages.discard(passage)
            for writer in writers:
                writer.close()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(_SIZE)))


async def keep(port: int, behind: int, command: list[str]) -> int:
    """Run the broker and its door until SIGTERM; the broker's exit status when it ended first."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    broker = await asyncio.create_subprocess_exec(*command, preexec_fn=die_with(os.getpid(), signal.SIGKILL))
    over = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(broker.wait())]
    answers = listening(behind)
    while not await answers() and not any(task.done() for task in over):  # noqa: ASYNC110 - a port rings no bell
        await asyncio.sleep(_LOOK_SECONDS)
    # Not before the broker listens: who is let in is served.
    server = await asyncio.start_server(Door(behind).let_in, HOST, port)
    await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    if broker.returncode is None:
        broker.terminate()
    return await broker.wait() if not stop.is_set() else 0


def main() -> None:
    """Read the command line."""
    port, behind, *command = sys.argv[1:]
    sys.exit(uvloop.run(keep(int(port), int(behind), command)))


if __name__ == "__main__":
    main()
