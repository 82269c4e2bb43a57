"""What people do with a case: take it, list it, read its time line, record requests and holds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, engaged, inbound, triaged
from tests.integration.intake_house import House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def test_assignment_needs_the_version_and_the_right(house: House) -> None:
    case_id = await triaged(house)
    version = (await house.case(case_id))["version"]
    path, mine = f"/cases/{case_id}/assignee", {"assignee": "a-1"}
    assert (await house.ask("PUT", path, mine)).status_code == 428
    assert (await house.ask("PUT", path, mine, if_match=version - 1)).status_code == 412
    assert (await house.ask("PUT", path, {"assignee": "a-2"}, if_match=version)).status_code == 403
    taken = await house.ask("PUT", path, mine, if_match=version)
    assert (taken.status_code, taken.headers["etag"]) == (200, f'"{version + 1}"')
    assert (await house.ask("GET", f"/cases/{case_id}", sub="a-2")).status_code == 404
    note = await house.ask("POST", f"/cases/{case_id}/notes", {"text": "x"}, sub="a-2")
    assert note.status_code == 404
    given = await house.ask("PUT", path, {"assignee": "a-2"}, if_match=version + 1, roles=("supervisor",), sub="s-1")
    assert given.status_code == 200
    assert (await house.ask("GET", f"/cases/{case_id}", sub="a-2")).status_code == 200
    assert (await house.names(case_id)).count("case.assigned") == 2


async def test_lists_are_paged_and_show_what_one_may_see(house: House) -> None:
    ids = [await house.post_case(f"A{n}") for n in range(5)]
    version = (await house.case(ids[0]))["version"]
    await house.ask("PUT", f"/cases/{ids[0]}/assignee", {"assignee": "a-2"}, if_match=version, roles=("manager",))
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        answer = (await house.ask("GET", f"/cases?limit=2&state=OPENED{cursor}")).json()
        seen += [item["case_id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert sorted(seen) == sorted(str(case_id) for case_id in ids[1:])
    assert (await house.ask("GET", "/cases?limit=201")).status_code == 422
    everybody = await house.ask("GET", "/cases?assignee=a-2", roles=("compliance",))
    assert [item["case_id"] for item in everybody.json()["items"]] == [str(ids[0])]


async def test_the_time_line_tells_all_and_keeps_the_cause(house: House) -> None:
    case_id = await engaged(house)
    key = "note-1"
    for _ in range(2):
        answer = await house.ask("POST", f"/cases/{case_id}/notes", {"text": "canary-note"}, key=key)
        assert answer.status_code == 201
    await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)
    await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DISPUTE"})
    lines: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = (await house.ask("GET", f"/cases/{case_id}/timeline?limit=3{cursor}")).json()
        lines += answer["items"]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    kinds = [line["kind"] for line in lines]
    assert (kinds.count("step"), kinds.count("note"), kinds.count("request"), kinds.count("hold")) == (5, 1, 1, 1)
    assert next(line["what"]["text"] for line in lines if line["kind"] == "note") == "canary-note"
    assert "ILLNESS" not in str(lines) and "canary-own-words" not in str(lines) and "DISPUTE" not in str(lines)
    notes = (await house.ask("GET", f"/cases/{case_id}/notes")).json()
    assert [note["text"] for note in notes["items"]] == ["canary-note"]
    for table in ("note", "relief_request", "hold", "outbox", "audit_entry", "command_log", "task"):
        dumped = await house.scalar(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        assert not any(secret in dumped for secret in ("canary", "ILLNESS", "DISPUTE"))


async def test_what_a_request_says_must_fit_its_case(house: House) -> None:
    case_id = await triaged(house)
    await house.hear("contact", inbound(case_id))
    dollars = REQUEST | {"amount": {"amount": "5.00", "currency": "USD"}}
    assert (await house.ask("POST", f"/cases/{case_id}/requests", dollars)).status_code == 422
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | {"months": -1})).status_code == 422
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201


async def test_holds_are_told_without_their_reason_and_lifted_by_the_right_people(house: House) -> None:
    case_id = await triaged(house)
    placed = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "MENTAL_HEALTH_CRISIS"})
    assert placed.status_code == 201
    event = (await house.outbox(case_id))[-1][1]
    assert "demand_call" in event["blocks"] and event["ends_at"] is None and "MENTAL" not in str(event)
    hold_id = placed.json()["hold_id"]
    assert (await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "NO_SUCH"})).status_code == 422
    assert (await house.ask("POST", f"/holds/{hold_id}/lift", roles=("supervisor",))).status_code == 403
    assert (await house.ask("GET", f"/cases/{case_id}/holds")).status_code == 403
    shown = await house.ask("GET", f"/cases/{case_id}/holds", roles=("compliance",))
    assert [hold["kind"] for hold in shown.json()["items"]] == ["MENTAL_HEALTH_CRISIS"]
    path = f"/holds/{hold_id}/lift"
    assert (await house.ask("POST", path, roles=("compliance",))).status_code == 428
    assert (await house.ask("POST", path, roles=("compliance",), if_match=2)).status_code == 412
    assert (await house.ask("POST", path, roles=("compliance",), if_match=1)).status_code == 200
    assert (await house.ask("POST", path, roles=("compliance",), if_match=2)).status_code == 409
    assert (await house.names(case_id))[-1] == "hold.lifted"
