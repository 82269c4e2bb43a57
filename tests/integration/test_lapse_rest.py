"""When the driver of the lapse clock calls it rest: two services and the outside, each on a database of its own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client

from sandbox.acts import Act, plan_act
from sandbox.lapse.rest import Rest, Settled
from sandbox.lapse.services import ServiceDatabases
from sandbox.lapse.workflows import Workflows
from services.common.runtime.settings import driverless
from tests.contract.sandbox_world import START, SandboxInProcess, sandbox_in_process
from tests.databases import Databases

WHILE = 0.4
"""Seconds that a settling which must not end is watched."""


@dataclass(frozen=True)
class Scene:
    """Everything that is looked at, and a connection to each service's database."""

    outside: SandboxInProcess
    rest: Rest
    followup: Any
    desk: Any

    async def settled(self) -> Settled:
        return await asyncio.wait_for(self.rest.settle(), 20)

    async def says_of_a_task(self, version: int, *, delivered: bool = True) -> None:
        await self.followup.execute(
            """
            INSERT INTO outbox (sink, kind, target, key, name, headers, body, published_at)
            VALUES ('kafka', 'event', 'forbear.tasks', 'case-1', 'x', jsonb_build_object('ce_caseversion', $1::text),
                '', CASE WHEN $2 THEN now() END)
            """,
            str(version),
            delivered,
        )

    async def delivers(self) -> None:
        await self.followup.execute("UPDATE outbox SET published_at = now()")

    async def desk_hears(self, version: int) -> None:
        await self.desk.execute(
            """
            INSERT INTO inbox_stream (source, subject, version) VALUES ('/followup/tasks', 'case-1', $1)
            ON CONFLICT (source, subject) DO UPDATE SET version = EXCLUDED.version
            """,
            version,
        )


@pytest_asyncio.fixture(loop_scope="session")
async def scene(databases: Databases) -> AsyncIterator[Scene]:
    async with sandbox_in_process(databases) as outside:
        urls = {name: await databases.fresh(name) for name in ("followup", "desk")}
        urls["sandbox"] = outside.world.settings.sandbox_database_url.get_secret_value()
        looked_at = ServiceDatabases(urls)
        # No workflow is touched here, so the server is never asked.
        workflows = Workflows(await Client.connect("127.0.0.1:1", lazy=True))
        rest = Rest(looked_at, workflows, outside.clock.now, lambda: True)
        followup, desk = [await asyncpg.connect(driverless(urls[name])) for name in ("followup", "desk")]
        try:
            yield Scene(outside, rest, followup, desk)
        finally:
            await followup.close()
            await desk.close()
            await looked_at.close()


async def keeps_moving(scene: Scene) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(scene.rest.settle(), WHILE)


async def test_what_is_said_is_at_rest_when_it_is_delivered_and_heard(scene: Scene) -> None:
    await scene.settled()
    await scene.says_of_a_task(1, delivered=False)
    await keeps_moving(scene)
    await scene.delivers()
    await keeps_moving(scene)
    settling = asyncio.create_task(scene.settled())
    await scene.desk_hears(1)
    assert (await settling).owed is None


async def test_an_overdue_obligation_is_in_flight_until_it_is_nudged_and_again_later(scene: Scene) -> None:
    await scene.settled()
    now = scene.outside.clock.now()
    due = now + timedelta(hours=1)
    await scene.followup.execute(
        """
        INSERT INTO obligation (case_id, kind, ref, owner, workflow_id, due_at, opened_at)
        VALUES ($1, 'look', 'x', 'workflow', 'w', $2, $3)
        """,
        uuid4(),
        due,
        now,
    )
    assert (await scene.settled()).owed == due
    scene.outside.clock.move_to(due)
    await keeps_moving(scene)
    await scene.followup.execute("UPDATE obligation SET nudged_at = $1", due)
    await scene.settled()
    scene.outside.clock.advance(timedelta(hours=1))
    await keeps_moving(scene)


async def test_what_the_outside_has_to_do_is_in_flight_and_what_the_bank_said_is_to_be_heard(scene: Scene) -> None:
    world = scene.outside.world
    async with world.store.transaction() as tx:
        await plan_act(tx, Act("a", START + timedelta(hours=1), "staff.task", "s", {}))
    settled = await scene.settled()
    assert settled.outside.planned == START + timedelta(hours=1)
    scene.outside.clock.advance(timedelta(hours=1))
    await keeps_moving(scene)
    await _write(scene, "UPDATE act SET done_at = $1", scene.outside.clock.now())
    assert (await scene.settled()).list_mark != settled.list_mark
    await scene.outside.control("/bank/end-of-day", date="2026-03-02")
    await keeps_moving(scene)
    await _write(scene, "UPDATE feed_outbox SET sent_at = now()")
    await keeps_moving(scene)
    for partition in range(4):
        await scene.followup.execute(
            "INSERT INTO inbox (source, event_id, type, subject, payload_hash) VALUES ('/bank', $1, 'x', 'x', 'x')",
            f"day-closed-2026-03-02/{partition}",
        )
    await scene.settled()


async def test_the_list_of_staff_is_as_it_was_until_desk_hears_of_it_or_a_task_is_done(scene: Scene) -> None:
    before = (await scene.settled()).list_mark
    scene.outside.clock.advance(timedelta(hours=1))
    assert (await scene.settled()).list_mark == before
    await scene.says_of_a_task(1)
    await scene.desk_hears(1)
    heard = (await scene.settled()).list_mark
    assert heard != before
    assert (await scene.settled()).list_mark == heard


async def _write(scene: Scene, statement: str, *values: Any) -> None:
    async with scene.outside.world.store.transaction() as tx:
        await tx.execute(statement, *values)
