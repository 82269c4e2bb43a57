"""Bulk holds: everybody who was selected is held once, through crashes, and freed only of what the job placed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio
from sqlalchemy import text

from services.common.runtime.caller import Caller
from services.intake.policies import Policies
from services.intake.service.holds.bulk import BulkHolds
from services.intake.workflows.messages import BulkStep
from tests.databases import FreshDatabase
from tests.integration.intake_house import START, House, case_body

LEAD = ("supervisor",)
FLOOD = {"kind": "DISASTER_AREA", "reason": "flood in the north", "selector": {"time_zone": "Australia"}}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def open_case(house: House, account: str, borrower: str, zone: str = "Australia/Sydney", **facts: Any) -> UUID:
    body = case_body(account, borrower)
    body["borrower"] |= {"time_zone": zone}
    body["account"] |= facts
    answer = await house.ask("POST", "/cases", body, roles=("system",))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["case_id"])


async def place(house: House, **changes: Any) -> dict[str, Any]:
    answer = await house.ask("POST", "/bulk-holds", FLOOD | changes, roles=LEAD)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def work(house: House, batch: int = 2) -> BulkHolds:
    """The use cases of a worker that has just started."""
    return BulkHolds(house.database, Policies(), batch)


async def work_off(house: House, job: dict[str, Any], *, undo: bool = False) -> int:
    """All batches of a job; how many there were."""
    step = BulkStep(bulk_id=UUID(job["bulk_id"]), undo=undo)
    for number in range(1, 50):
        if (await work(house).work(step)).done:
            return number
    raise AssertionError("the job has no end")


async def shown(house: House, job: dict[str, Any]) -> dict[str, Any]:
    answer = await house.ask("GET", f"/bulk-holds/{job['bulk_id']}", roles=LEAD)
    found: dict[str, Any] = answer.json() | {"etag": answer.headers["etag"]}
    return found


async def undo(house: House, job: dict[str, Any]) -> int:
    version = (await shown(house, job))["version"]
    answer = await house.ask("POST", f"/bulk-holds/{job['bulk_id']}/undo", roles=LEAD, sub="s-2", if_match=version)
    return answer.status_code


async def test_everybody_selected_is_held_once_and_all_are_told(house: House) -> None:
    cases = [await open_case(house, f"A{number}", f"B{number}") for number in range(5)]
    second = await open_case(house, "A9", "B0")
    elsewhere = await open_case(house, "A7", "B7", zone="Asia/Shanghai")
    job = await place(house)
    assert (job["state"], job["total"], job["placed"]) == ("placing", 5, 0)
    assert "DISASTER" not in str(job) and "flood" not in str(job)
    house.clock.advance(timedelta(seconds=1))
    late = await open_case(house, "A8", "B8")
    assert await work_off(house, job) == 3
    assert await work_off(house, job) == 1
    done = await shown(house, job)
    assert (done["state"], done["placed"], done["kind"], done["reason"]) == (
        "placed", 5, "DISASTER_AREA", "flood in the north",
    )  # fmt: skip
    assert await house.scalar("SELECT count(*) FROM hold") == 5
    assert await house.scalar("SELECT count(*) FROM obligation WHERE kind = 'bulk_hold' AND state = 'open'") == 0
    for case_id in cases:
        [told] = [body for name, body in await house.outbox(case_id) if name == "forbear.hold.placed.v1"]
        assert told["ends_at"] == (START + timedelta(days=30)).isoformat()[:-6] + "Z"
    for case_id in (second, elsewhere, late):
        assert "hold.placed" not in await house.names(case_id)
    held = await house.ask("GET", f"/cases/{cases[0]}/holds", roles=("compliance",))
    assert [one["kind"] for one in held.json()["items"]] == ["DISASTER_AREA"]
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'hold.placed' AND acting_for = 'a-1'"
    assert await house.scalar(audited) == 5
    for table in ("bulk_hold", "hold", "outbox", "audit_entry", "command_log"):
        dumped = await house.scalar(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        assert "DISASTER" not in dumped and "flood" not in dumped


async def test_what_a_selector_says_all_applies(house: House) -> None:
    await open_case(house, "A1", "B1", portfolio="cards")
    await open_case(house, "A2", "B2", portfolio="loans", product="auto_loan")
    await open_case(house, "A3", "B3", portfolio="loans")
    for selector, found in [
        ({"portfolio": "loans"}, 2),
        ({"portfolio": "loans", "product": "auto_loan"}, 1),
        ({"product": "card", "portfolio": "loans"}, 1),
        ({"bucket": "M2"}, 3),
        ({"bucket": "M3"}, 0),
        ({"pack": "cn"}, 0),
        ({"assignee": "a-1"}, 0),
        ({"time_zone": "Australia/Sydney"}, 3),
        ({"time_zone": "Australia/Syd"}, 0),
        ({"account_refs": ["A1", "A3", "A3", "none"]}, 2),
        ({"account_refs": ["A1", "A3"], "portfolio": "loans"}, 1),
    ]:
        job = await place(house, selector=selector)
        assert job["total"] == found, selector
        await work_off(house, job)
        assert (await shown(house, job))["placed"] == found, selector
    listed = (await house.ask("GET", "/bulk-holds?limit=2", roles=LEAD)).json()
    assert len(listed["items"]) == 2 and listed["next"]


async def test_a_job_needs_somebody_in_charge_a_kind_and_a_selector(house: House) -> None:
    refused: list[tuple[dict[str, Any], tuple[str, ...], int]] = [
        ({}, ("agent",), 403),
        ({"kind": "BANKRUPTCY"}, LEAD, 422),
        ({"selector": {}}, LEAD, 422),
        ({"ends_at": "2026-03-01T00:00:00Z"}, LEAD, 422),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, LEAD, 422),
        ({"selector": {"time_zone": "a'; --"}}, LEAD, 422),
    ]
    for changes, roles, status in refused:
        assert (await house.ask("POST", "/bulk-holds", FLOOD | changes, roles=roles)).status_code == status, changes
    assert (await house.ask("GET", f"/bulk-holds/{UUID(int=1)}", roles=LEAD)).status_code == 404
    key = "once"
    answers = [await house.ask("POST", "/bulk-holds", FLOOD, roles=LEAD, key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await house.scalar("SELECT count(*) FROM bulk_hold") == 1


async def test_after_a_crash_the_job_goes_on_behind_the_last_batch(house: House) -> None:
    for number in range(6):
        await open_case(house, f"A{number}", f"B{number}")
    job = await place(house)
    step = BulkStep(bulk_id=UUID(job["bulk_id"]), undo=False)
    assert not (await work(house).work(step)).done
    last = await house.scalar("SELECT borrower_id FROM borrower ORDER BY borrower_id OFFSET 3 LIMIT 1")
    async with house.database.write(Caller.service("intake", "another")) as other:
        # Somebody else holds a borrower of the second batch, and the worker dies while it waits.
        await other.session.execute(text("SELECT FROM borrower WHERE borrower_id = :id FOR UPDATE"), {"id": last})
        dying = asyncio.ensure_future(work(house).work(step))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        while not await house.scalar(waits):
            assert not dying.done()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    assert (await shown(house, job))["placed"] == 2 == await house.scalar("SELECT count(*) FROM hold")
    # Two workers at once, as after a partition: the lock of the job makes one of them wait.
    while not all(look.done for look in await asyncio.gather(*(work(house).work(step) for _ in range(2)))):
        assert await house.scalar("SELECT count(*) FROM hold") <= 6
    assert (
        (await shown(house, job))["placed"] == 6 == await house.scalar("SELECT count(DISTINCT borrower_id) FROM hold")
    )


async def test_undo_lifts_what_the_job_placed_and_nobody_lifted_yet(house: House) -> None:
    cases = [await open_case(house, f"A{number}", f"B{number}") for number in range(5)]
    own = await house.ask("POST", f"/cases/{cases[0]}/holds", {"kind": "DISPUTE"})
    job = await place(house)
    await work_off(house, job)
    mine = (await house.ask("GET", f"/cases/{cases[1]}/holds", roles=("compliance",))).json()["items"][0]["hold_id"]
    assert (await house.ask("POST", f"/holds/{mine}/lift", roles=LEAD, if_match=1)).status_code == 200
    path = f"/bulk-holds/{job['bulk_id']}/undo"
    assert (await house.ask("POST", path, roles=("agent",), if_match=2)).status_code == 403
    assert (await house.ask("POST", path, roles=LEAD)).status_code == 428
    assert await undo(house, job) == 200
    assert await undo(house, job) == 409
    await work_off(house, job, undo=True)
    after = await shown(house, job)
    assert (after["state"], after["placed"], after["lifted"], after["undone_by"]) == ("undone", 5, 4, "s-2")
    standing = "SELECT array_agg(hold_id::text) FROM hold WHERE lifted_at IS NULL"
    assert await house.scalar(standing) == [own.json()["hold_id"]]
    assert (await house.names(cases[1])).count("hold.lifted") == 1
    assert (
        await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'hold.lifted' AND acting_for = 's-2'") == 4
    )


async def test_a_job_undone_while_it_is_placed_stops_and_turns_round(house: House) -> None:
    for number in range(5):
        await open_case(house, f"A{number}", f"B{number}")
    job = await place(house)
    step = BulkStep(bulk_id=UUID(job["bulk_id"]), undo=False)
    await work(house).work(step)
    turned, _ = await asyncio.gather(undo(house, job), work(house).work(step))
    assert turned in (200, 412)
    if turned == 412:
        assert await undo(house, job) == 200
    assert (await work(house).work(step)).done
    await work_off(house, job, undo=True)
    after = await shown(house, job)
    assert after["state"] == "undone" and after["lifted"] == after["placed"] <= 4
    assert await house.scalar("SELECT count(*) FROM hold WHERE lifted_at IS NULL") == 0


async def test_a_batch_and_a_hold_of_a_person_do_not_get_one_number(house: House) -> None:
    cases = [await open_case(house, f"A{number}", f"B{number}") for number in range(4)]
    job = await place(house)
    step = BulkStep(bulk_id=UUID(job["bulk_id"]), undo=False)
    batch = asyncio.ensure_future(work(house, 10).work(step))
    answers = await asyncio.gather(
        *(house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DISPUTE"}) for case_id in cases)
    )
    assert (await batch).done and all(answer.status_code == 201 for answer in answers)
    assert await house.scalar("SELECT array_agg(DISTINCT number ORDER BY number) FROM hold") == [1, 2]


async def test_a_batch_of_any_size_takes_the_same_statements(house: House) -> None:
    counted: list[int] = []
    for borrowers in (1, 12):
        for number in range(borrowers):
            await open_case(house, f"A{borrowers}-{number}", f"B{borrowers}-{number}", portfolio=f"p{borrowers}")
        job = await place(house, selector={"portfolio": f"p{borrowers}"})
        before = house.database.statements
        await work(house, 100).work(BulkStep(bulk_id=UUID(job["bulk_id"]), undo=False))
        counted.append(house.database.statements - before)
    assert counted[0] == counted[1] <= 10
