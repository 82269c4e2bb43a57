"""The doctor finds what is broken, says what it could not look at, and calls only the healthy healthy."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forbear.doctor.examination import examine
from forbear.doctor.look import Look, looking
from forbear.doctor.places import Places
from forbear.doctor.registry import all_checks
from forbear.doctor.verdicts import EXAMPLES, Finding, Verdict, exit_code
from sandbox.engines.engines import Engines
from services.common.contracts.events import cases
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from tests.databases import Databases
from tests.integration import clinic
from tests.integration.clinic import CASE, NOW, OPENED, Clinic

NAME = "Odile Wintergreen"
#: Checks that need nothing but databases, logs and the bank.
HERE = {
    "E1", "E2", "E4", "E5", "E7", "K1", "K2", "W5", "W6", "W7", "V1", "V3", "V4", "V5", "V6", "P1", "P3", "P4", "P6",
    "P8", "C1", "C2", "C5", "C6", "D1", "A2", "R1", "R4",
}  # fmt: skip


@pytest.fixture(scope="module")
async def ward(engines: Engines, databases: Databases) -> Clinic:
    return await Clinic.open(engines.superuser_url, databases)


class AskedBank(Look):
    """A look that has asked the bank already."""

    bank: Any = (clinic.IN_FORCE,)

    async def sandbox(self, path: str) -> Any:
        assert path == "/sandbox/bank/restructurings"
        return list(self.bank)


def places(databases: dict[str, str], state: Path | None = None) -> Places:
    return Places(
        databases=databases,
        services={},
        temporal=None,
        namespace="default",
        kafka=None,
        sandbox=None,
        state=state,
        clock=FixedClock(NOW),
    )


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "plans.log").write_text('{"event": "starting"}\n')
    return tmp_path


async def findings(look: Look, only: set[str] = HERE) -> dict[str, Finding]:
    try:
        found = await examine(look, [one for one in all_checks() if one.id in only])
    finally:
        await look.close()
    return {finding.id: finding for finding in found}


async def test_a_healthy_installation_is_clean(ward: Clinic, state: Path) -> None:
    found = await findings(AskedBank(places(ward.healthy, state)))
    assert {id: (one.verdict, one.examples, one.note) for id, one in found.items()} == {
        id: (Verdict.CLEAN, (), "") for id in HERE
    }
    empty = {id for id, one in found.items() if not one.examined}
    assert empty == {"K2", "E7", "W7", "C2"}, "every other check has looked at something"
    assert exit_code(found.values()) == 0


OTHER = business_uuid("case", "other")
CHANGE = cases.CaseStateChanged(
    case_id=CASE,
    from_state="CONTACTING",
    to_state="ENGAGED",
    trigger="contact.rpc_recorded",
    state_version=4,
    at=OPENED,
)
LATE = NOW - timedelta(seconds=1)
CALL = dict(
    case_id=CASE, borrower_id=clinic.BORROWER, channel="voice", purpose="call", number_digest="d", outcome="NO_ANSWER",
    local_day="2026-03-02", counts_as_attempt=True, counts_as_connected=False, counts_as_conversation=False,
    counts_as_rpc=False,
)  # fmt: skip
CALLS = [
    clinic.row(
        "attempt",
        attempt_id=business_uuid("attempt", str(n)),
        permit_id=business_uuid("call", str(n)),
        at=OPENED + timedelta(minutes=n),
        **CALL,
    )
    for n in range(7)
]

PLANTED = {
    "a step without history": ("E1", "intake", ["DELETE FROM case_history WHERE state_version = 2"]),
    "a step to nowhere": ("E1", "intake", ["UPDATE case_history SET to_state = 'AGREED' WHERE state_version = 3"]),
    "a step that was not told": ("E2", "intake", ["DELETE FROM outbox WHERE headers ->> 'ce_caseversion' = '3'"]),
    "an opening that was not told": ("E2", "intake", ["DELETE FROM outbox", "DELETE FROM event_stream"]),
    "a step told that was not taken": ("E2", "intake", clinic.told("intake", 4, CHANGE)),
    "an event that stays": ("E4", "plans", ["UPDATE outbox SET published_at = NULL"]),
    "a gap in a stream": ("E5", "intake", ["DELETE FROM outbox WHERE headers ->> 'ce_caseversion' = '2'"]),
    "a stream that runs ahead": ("E5", "contact", ["UPDATE event_stream SET version = 2"]),
    "a dead letter": (
        "E7",
        "desk",
        [
            clinic.row(
                "held_message", identity="x", status="dead", reason="r", topic="forbear.tasks", partition=0, headers={}
            )
        ],
    ),
    "two open cases": (
        "K1",
        "intake",
        ["DROP INDEX ix_collections_case_open", "DROP INDEX ix_collections_case_pair", clinic.open_case(OTHER)],
    ),
    "a silent case": ("W5", "intake", ["UPDATE obligation SET state = 'met'"]),
    "an overdue obligation": ("W6", "intake", [clinic.obligation("triage", LATE, f"case/{CASE}")]),
    "a closed case that waits": ("W7", "intake", ["UPDATE collections_case SET state = 'CLOSED', closed_at = now()"]),
    "a reviewer who approves": ("V1", "plans", ["UPDATE approval SET decided_by = 'reviewer-1'"]),
    "a proposer who approves": (
        "V3",
        "plans",
        ["ALTER TABLE approval DROP CONSTRAINT ck_approval_four_eyes", "UPDATE approval SET decided_by = 'agent-1'"],
    ),
    "a plan changed after approval": ("V4", "plans", ["UPDATE plan SET proposal_hash = 'q'"]),
    "two decisions": (
        "V5",
        "plans",
        [
            "DROP INDEX ix_approval_decided",
            "INSERT INTO approval OVERRIDING SYSTEM VALUE "
            "SELECT (jsonb_populate_record(a, '{\"id\": 2}')).* FROM approval a",
        ],
    ),
    "an offer without approval": ("V6", "plans", ["DELETE FROM approval"]),
    "a plan that does not sum": ("P1", "plans", ["UPDATE plan_instalment SET amount = 101 WHERE number = 2"]),
    "a plan nobody follows up": ("P3", "followup", ["UPDATE agreement SET state = 'stopped'"]),
    "another schedule in the bank": ("P4", "plans", ["UPDATE plan SET schedule_hash = 'other'"]),
    "a plan withdrawn here only": ("P4", "plans", ["UPDATE plan SET state = 'WITHDRAWN'"]),
    "a payment counted twice": (
        "P6",
        "followup",
        ["UPDATE instalment SET paid = 200, paid_in_time = 200 WHERE number = 1"],
    ),
    "a payment lost": ("P6", "followup", ["DELETE FROM posting"]),
    "missed before its time": (
        "P8",
        "followup",
        ["UPDATE closed_day SET closed_through = '2026-05-10' WHERE partition = 3"],
    ),
    "a message at night": (
        "C1",
        "contact",
        ["UPDATE permit SET used_at = used_at + interval '10 hours'"],
    ),
    "a message in the night of another zone": (
        "C1",
        "contact",
        ['UPDATE contact_case SET time_zones = \'["Asia/Shanghai", "Europe/Berlin"]\''],
    ),
    "a seventh call": ("C2", "contact", CALLS),
    "a message without a permit": ("C5", "contact", ["UPDATE message SET permit_id = NULL"]),
    "a permit that was too old": (
        "C5",
        "contact",
        ["UPDATE permit SET decided_at = decided_at - interval '56 seconds'"],
    ),
    "a message past us": ("C6", "sandbox", ["INSERT INTO gateway_message VALUES ('other', 'gw-2')"]),
    "a message sent twice": ("C6", "sandbox", [f"INSERT INTO gateway_message VALUES ('{clinic.MESSAGE}', 'gw-2')"]),
    "a task the desk does not know": ("D1", "desk", ["DELETE FROM work_item"]),
    "a step without audit": (
        "A2",
        "intake",
        ["DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)"],
    ),
    "a step under another name": ("A2", "intake", ["UPDATE audit_entry SET actor = 'agent-9'"]),
    "a name in a column": ("R4", "plans", [f'UPDATE offer SET document = \'{{"to": "{NAME}"}}\'']),
    "a number in an event": (
        "R4",
        "contact",
        ["UPDATE outbox SET body = convert_to('{\"to\": \"+4915100000001\"}', 'UTF8')"],
    ),
    "a borrower of the sample": ("R4", "intake", ["UPDATE collections_case SET assignee = '13400000016'"]),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_bug_is_found(ward: Clinic, state: Path, planted: str) -> None:
    id, service, statements = PLANTED[planted]
    found = (await findings(AskedBank(places(await ward.broken(service, *statements), state)), {id}))[id]
    assert found.verdict is Verdict.BROKEN, found
    assert found.examined
    assert 1 <= len(found.examples) <= min(EXAMPLES, found.broken)
    assert NAME not in str(found) and "1340000" not in str(found), "a report holds no personal value"


async def test_a_restructuring_that_only_the_bank_knows_is_found(ward: Clinic) -> None:
    look = AskedBank(places(ward.healthy))
    look.bank = (clinic.IN_FORCE, {**clinic.IN_FORCE, "external_id": "x", "number": 7})
    found = (await findings(look, {"P4"}))["P4"]
    assert (found.verdict, found.examples) == (Verdict.BROKEN, ("restructuring 7 of the bank",))


@pytest.mark.parametrize(
    "text", [f'"{NAME}"', "+8613400000016 x", "to=008613400000016", "\\u6797\\u82b3", "林芳", "%E6%9E%97%E8%8A%B3"]
)
async def test_a_personal_value_in_a_log_is_found_and_not_shown(ward: Clinic, state: Path, text: str) -> None:
    (state / "logs" / "contact.log").write_text(f"fine\nalso fine 1713400000016\n{text}\n")
    found = (await findings(Look(places(ward.healthy, state)), {"R1"}))["R1"]
    assert (found.verdict, found.examples) == (Verdict.BROKEN, ("contact.log line 3",))


async def test_what_cannot_be_looked_at_is_not_clean(ward: Clinic) -> None:
    without_desk = {name: url for name, url in ward.healthy.items() if name != "desk"}
    found = await findings(Look(places(without_desk)), {one.id for one in all_checks()})
    unchecked = {id for id, one in found.items() if one.verdict is Verdict.UNCHECKED}
    assert {"E3", "E4", "W1", "W2", "W4", "P4", "P5", "D1", "R1", "R2", "R3", "R4"} <= unchecked
    assert all(found[id].note and not found[id].examined for id in unchecked)
    assert exit_code(found.values()) == 2


async def test_a_database_of_another_shape_is_not_clean(ward: Clinic) -> None:
    databases = await ward.broken("desk", "DROP TABLE work_item")
    found = (await findings(Look(places(databases)), {"D1"}))["D1"]
    assert (found.verdict, found.note) == (Verdict.UNCHECKED, "the database of desk: UndefinedTableError")


async def test_the_doctor_cannot_write(ward: Clinic) -> None:
    async with looking(places(ward.healthy)) as look:
        with pytest.raises(RuntimeError, match="ReadOnlySQLTransactionError"):
            await look.rows("plans", "DELETE FROM plan RETURNING 1")


class FlowingClock(FixedClock):
    """Business time as on a system clock, at an instant that a test knows."""

    flows = True


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
    flowing = replace(places(await ward.broken(service, *statements, just_now)), clock=FlowingClock(now))
    found = (await findings(Look(flowing), {id}))[id]
    assert (found.verdict, found.in_flight) == (verdict, in_flight if verdict is Verdict.CLEAN else 0)
