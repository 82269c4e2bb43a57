"""The doctor on a system that is at work: what is on its way is called neither broken nor clean."""

from datetime import timedelta
from typing import Any

import pytest

from forbear.doctor.look import Look, looking
from forbear.doctor.verdicts import Verdict
from services.common.contracts.events.tasks import TaskOpened
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from tests.integration.clinic import AskedBank, Clinic, FlowingClock, finding, places, run
from tests.integration.clinic_rows import CASE, NOW, OPENED, row, task, told

QUEUE = [
    "UPDATE outbox SET created_at = clock_timestamp() - interval '75 seconds', published_at = clock_timestamp()",
    "UPDATE outbox SET published_at = NULL WHERE id = (SELECT max(id) FROM outbox)",
]


@pytest.mark.parametrize(
    ("id", "service", "statements", "in_flight"),
    [
        ("W5", "intake", ["UPDATE obligation SET state = 'met'"], 1),
        ("E4", "intake", ["UPDATE outbox SET published_at = NULL"], 0),
        ("W6", "intake", [f"UPDATE obligation SET due_at = '{NOW - timedelta(seconds=59)}'"], 0),
    ],
)
@pytest.mark.parametrize(("age", "verdict"), [(1, Verdict.CLEAN), (61, Verdict.BROKEN)])
async def test_where_time_flows_what_is_young_is_in_flight(
    ward: Clinic, id: str, service: str, statements: list[str], in_flight: int, age: int, verdict: Verdict
) -> None:
    just_now = f"UPDATE outbox SET created_at = clock_timestamp() - interval '{age} seconds'"
    now = NOW + timedelta(seconds=age - 1)
    flowing = places(await ward.broken(service, *statements, just_now), clock=FlowingClock(now))
    found = await finding(Look(flowing), id)
    assert (found.verdict, found.in_flight) == (verdict, in_flight if verdict is Verdict.CLEAN else 0)


@pytest.mark.parametrize(
    ("also", "verdict"),
    [
        # The relay is at work, and has not come so far.
        ("SELECT 1", Verdict.UNCHECKED),
        ("UPDATE outbox SET attempts = 1", Verdict.UNCHECKED),
        # It went past this row after it had failed.
        ("UPDATE outbox SET attempts = 1, published_at = CASE WHEN id > 1 THEN clock_timestamp() END", Verdict.BROKEN),
        # It has delivered nothing for a while.
        ("UPDATE outbox SET published_at = published_at - interval '61 seconds'", Verdict.BROKEN),
    ],
)
@pytest.mark.parametrize("clock", [FlowingClock(NOW), FixedClock(NOW)])
async def test_an_outbox_that_is_being_emptied_is_not_stuck(
    ward: Clinic, also: str, verdict: Verdict, clock: FixedClock
) -> None:
    busy = places(await ward.broken("intake", *QUEUE, also), clock=clock)
    found = await finding(Look(busy), "E4")
    assert (found.verdict, found.broken + found.in_flight) == (verdict, 1)


ASKED = TaskOpened(
    case_id=CASE, task_id=business_uuid("task", "new"), kind="needs_decision", service="followup", decide_path="/v1/x",
    needs_role="agent", needs_level=None, excluded=(), reason="code", opened_at=OPENED, deadline=NOW,
)  # fmt: skip


async def test_a_task_that_the_desk_has_not_heard_of_is_in_flight(ward: Clinic) -> None:
    new = task("needs_decision", ASKED.task_id, "r-2")
    databases = await ward.broken("followup", new, *told("followup", 1, ASKED))
    found = await finding(Look(places(databases)), "D1")
    assert (found.verdict, found.in_flight, found.examined) == (Verdict.UNCHECKED, 1, 2)
    assert found.note == "1 cannot be judged before what is queued has arrived"


class Working(Look):
    """A look at an installation in which a consumer goes on whenever the doctor turns his head."""

    async def anew(self) -> None:
        await super().anew()
        await run(self.places.databases["contact"], "UPDATE inbox_stream SET version = version + 1")


async def test_a_consumer_that_goes_on_is_behind_and_not_broken(ward: Clinic) -> None:
    databases = await ward.broken("contact", "UPDATE inbox_stream SET version = 1")
    assert (await finding(Look(places(databases)), "E8")).verdict is Verdict.BROKEN
    found = await finding(Working(places(databases)), "E8")
    assert (found.verdict, found.in_flight) == (Verdict.UNCHECKED, 1)


async def test_what_was_told_just_now_may_be_unheard(ward: Clinic) -> None:
    young = await ward.broken("intake", "UPDATE outbox SET published_at = clock_timestamp()")
    deaf = await ward.broken("contact", "DELETE FROM inbox_stream WHERE source LIKE '/intake/%'")
    databases = {**deaf, "intake": young["intake"]}
    found = await finding(Look(places(databases, clock=FlowingClock(NOW))), "E8")
    assert (found.verdict, found.in_flight) == (Verdict.CLEAN, 1)


@pytest.mark.parametrize(
    ("status", "age", "verdict"),
    [
        ("waiting", 1, Verdict.CLEAN),
        ("waiting", 61, Verdict.BROKEN),
        ("dead", 1, Verdict.BROKEN),
    ],
)
async def test_a_message_may_wait_a_moment_for_an_earlier_one(
    ward: Clinic, status: str, age: int, verdict: Verdict
) -> None:
    held = row("held_message", identity="x", status=status, reason="r", topic="t", partition=0, headers={})
    since = f"UPDATE held_message SET held_at = clock_timestamp() - interval '{age} seconds'"
    flowing = places(await ward.broken("desk", held, since), clock=FlowingClock(NOW))
    assert (await finding(Look(flowing), "E7")).verdict is verdict


@pytest.mark.parametrize(("state", "verdict"), [("unknown", Verdict.UNCHECKED), ("refused", Verdict.BROKEN)])
async def test_what_the_bank_did_and_was_not_read_back_is_in_flight(ward: Clinic, state: str, verdict: Verdict) -> None:
    signed = ["UPDATE plan SET state = 'SIGNED'", f"UPDATE activation SET state = '{state}', core_reference = NULL"]
    found = await finding(AskedBank(places(await ward.broken("plans", *signed))), "P4")
    assert found.verdict is verdict


async def test_what_is_wrong_at_one_instant_is_not_excused_by_what_happens_just_now(ward: Clinic) -> None:
    databases = await ward.broken(
        "plans", "UPDATE plan SET proposal_hash = 'q'", "UPDATE outbox SET created_at = clock_timestamp()"
    )
    found = await finding(Look(places(databases, clock=FlowingClock(NOW))), "V4")
    assert (found.verdict, found.in_flight) == (Verdict.BROKEN, 0)


async def test_one_check_sees_a_database_at_one_instant(ward: Clinic) -> None:
    databases = await ward.broken("plans", "SELECT 1")

    async def states(look: Look) -> Any:
        return [plan["state"] for plan in await look.rows("plans", "SELECT state FROM plan")]

    async with looking(places(databases)) as look:
        assert await states(look) == ["ACTIVE"]
        await run(databases["plans"], "UPDATE plan SET state = 'BROKEN'")
        assert await states(look) == ["ACTIVE"]
        await look.anew()
        assert await states(look) == ["BROKEN"]
