"""Any order and any number of arrivals of the same events gives each effect once, in the order of its stream."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer import held
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.database import Database
from tests.databases import Databases
from tests.integration import probe

CASES = [business_uuid("case", "inbox", name) for name in ("one", "two")]


STREAMS = {case_id: [probe.assigned(case_id, version, f"a{version}") for version in range(1, 5)] for case_id in CASES}
ARRIVALS = st.lists(st.sampled_from([one for stream in STREAMS.values() for one in stream]), min_size=0, max_size=24)


async def emptied(database: Database) -> Database:
    async with database.engine.begin() as connection:
        for table in reversed(probe.metadata.sorted_tables):
            await connection.execute(table.delete())
    return database


class TestInbox:
    database: Database | None = None

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(arrivals=ARRIVALS)
    async def test_any_order_and_duplication_gives_one_effect(
        self, databases: Databases, arrivals: list[RawMessage]
    ) -> None:
        if TestInbox.database is None:
            TestInbox.database = await probe.with_tables(await databases.empty("inbox"))
        database = await emptied(TestInbox.database)
        applier = probe.applier(database)
        complete = [*arrivals, *(one for stream in STREAMS.values() for one in reversed(stream))]
        for one in complete:
            await applier.apply(one)
        done = await probe.effects(database)
        for case_id in CASES:
            assert [found for found in done if found[0] == str(case_id)] == [
                (str(case_id), version, f"a{version}") for version in range(1, 5)
            ]
        assert len(done) == 8
        async with database.write(probe.CALLER) as uow:
            assert not await held.list_held(uow, held.OPEN, 10)


async def test_what_comes_behind_a_dead_letter_waits_until_it_is_discarded(databases: Databases) -> None:
    database = await probe.with_tables(await databases.empty("dead"))
    applier = probe.applier(database)
    case_id = CASES[0]
    arrivals = [
        probe.assigned(case_id, 1, "a1"),
        probe.assigned(case_id, 2, probe.REFUSED),
        probe.assigned(case_id, 3, "a3"),
    ]
    outcomes = [(await applier.apply(one)).outcome for one in arrivals]
    assert outcomes == ["applied", "dead", "waiting"]
    async with database.write(probe.CALLER) as uow:
        dead, waiting = await held.list_held(uow, held.OPEN, 10)
    assert (dead.status, dead.reason) == ("dead", "Conflict: nobody can be assigned to refused")
    assert (await applier.retry(dead.id)).outcome == "dead"
    assert (await applier.retry(waiting.id)).outcome == "waiting"
    assert (await applier.discard(dead.id, probe.CALLER)).outcome == "discarded"
    assert await applier.release(dead.id, probe.CALLER) == 1
    assert [found[2] for found in await probe.effects(database)] == ["a1", "a3"]
    await database.close()


async def test_a_known_id_with_another_payload_is_a_dead_letter(databases: Databases) -> None:
    database = await probe.with_tables(await databases.empty("reuse"))
    applier = probe.applier(database)
    assert (await applier.apply(probe.assigned(CASES[0], 1, "a1"))).outcome == "applied"
    assert (await applier.apply(probe.assigned(CASES[0], 1, "other"))).outcome == "dead"
    assert [found[2] for found in await probe.effects(database)] == ["a1"]
    async with database.write(probe.CALLER) as uow:
        (row,) = await held.list_held(uow, held.OPEN, 10)
    assert row.reason.startswith("id_reuse")
    await database.close()
