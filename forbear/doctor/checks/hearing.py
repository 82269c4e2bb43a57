"""Hearing: what is told is heard by everybody whom it concerns."""

import asyncio

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.under_way import Stream, unheard
from forbear.doctor.verdicts import Examined, Suspect, Way

#: So long a consumer is watched that has not heard everything: does it go on?
PAUSE_SECONDS = 1.0
_REACHED = "SELECT count(*) AS streams, coalesce(sum(version), 0) AS events FROM inbox_stream"


@check("E8", "Every consumer has worked through, or set aside, all that it was told")
async def everything_is_heard(look: Look) -> Examined:
    before = {service: await _reached(look, service) for service in look.services}
    streams = sum(count for count, _ in before.values())
    left = await unheard(look)
    if any(not stream.young for stream in left):
        await asyncio.sleep(PAUSE_SECONDS)
        await look.anew()
        left = await unheard(look)
    moves = {stream.consumer: before[stream.consumer] != await _reached(look, stream.consumer) for stream in left}
    suspects = [Suspect(_name(stream), way=_way(stream, moves[stream.consumer])) for stream in left]
    return Examined(streams, suspects)


async def _reached(look: Look, service: str) -> tuple[int, int]:
    (row,) = await look.rows(service, _REACHED)
    return row["streams"], row["events"]


def _name(stream: Stream) -> str:
    return f"{stream.source} of {stream.case_id or 'a subject that is no case'} at {stream.consumer}"


def _way(stream: Stream, moves: bool) -> Way:
    if stream.young:
        return Way.YOUNG
    return Way.QUEUED if moves else Way.NONE
