"""What goes on by itself outside: feeds, webhooks, planned acts, and the bank's end of day on the system clock."""

import asyncio

from sandbox.bank.day import close_through, last_finished_day
from sandbox.staff.staff import Staff
from sandbox.world import World
from services.common.runtime.logging import get_logger

_DAY_CHECK_SECONDS = 30.0
_LIST_SECONDS = 5.0
_log = get_logger(__name__)


async def run_loops(world: World) -> None:
    """Run until `world.stopping`; on a lapse clock its driver closes the bank's days."""
    stopping = world.stopping
    loops = [world.publisher.run(stopping), world.webhooks.run(stopping), world.acts.run(stopping)]
    if world.settings.lapse_clock is None:
        loops.append(_close_days(world))
        if world.staff is not None:
            loops.append(_look_at_list(world, world.staff))
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop)


async def _close_days(world: World) -> None:
    while not world.stopping.is_set():
        try:
            await close_through(world.books, await last_finished_day(world.books))
        except Exception:
            _log.exception("end_of_day_failed")
        try:
            await asyncio.wait_for(world.stopping.wait(), _DAY_CHECK_SECONDS)
        except TimeoutError:
            continue


async def _look_at_list(world: World, staff: Staff) -> None:
    """On a lapse clock its driver has staff look; on the system clock they look by themselves."""
    while not world.stopping.is_set():
        try:
            await staff.look_at_list()
        except Exception:
            _log.exception("list_not_read")
        try:
            await asyncio.wait_for(world.stopping.wait(), _LIST_SECONDS)
        except TimeoutError:
            continue
