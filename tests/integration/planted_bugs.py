"""Bugs to plant in a healthy installation: by name, the check that finds it, the database, and the statements."""

from datetime import timedelta

from services.common.contracts.events import cases
from services.common.kernel.ids import business_uuid
from tests.integration.clinic_rows import (
    ASSESSMENT,
    BORROWER,
    CASE,
    MESSAGE,
    NOW,
    OPENED,
    obligation,
    open_case,
    row,
    told,
)

NAME = "Odile Wintergreen"
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
    case_id=CASE, borrower_id=BORROWER, channel="voice", purpose="call", number_digest="d", outcome="NO_ANSWER",
    local_day="2026-03-02", counts_as_attempt=True, counts_as_connected=False, counts_as_conversation=False,
    counts_as_rpc=False,
)  # fmt: skip
CALLS = [
    row(
        "attempt",
        attempt_id=business_uuid("attempt", str(n)),
        permit_id=business_uuid("call", str(n)),
        at=OPENED + timedelta(minutes=n),
        **CALL,
    )
    for n in range(7)
]
PARKED = row("parked_event", number=1, source="s", event_id="e", case_id=CASE, trigger="t", facts={}, parked_at=OPENED)
MEANS = row(
    "statement_of_means", assessment_id=ASSESSMENT, case_id=CASE, borrower_id=BORROWER, round=1, currency="CNY",
    items="v1.x.y", hardship_reason="v1.x.y", willing=True, result="AFFORDABLE", surplus=1, usable=1, own_share=1,
    policy_version="x", taken_by="supervisor-1", taken_at=OPENED,
)  # fmt: skip
AMERICAN = "UPDATE contact_case SET pack = 'us'"


def american_call(n: int, hours: float, **changes: object) -> str:
    """A call about a debt so many hours after noon of the second of March."""
    name, at = business_uuid("call", f"us-{n}"), OPENED + timedelta(hours=hours)
    made = CALL | {"local_day": f"{at:%Y-%m-%d}"} | changes
    return row("attempt", attempt_id=name, permit_id=name, at=at, **made)


SPOKE = {"outcome": "RPC_PTP", "counts_as_connected": True, "counts_as_conversation": True, "counts_as_rpc": True}

PLANTED = {
    "a step without history": ("E1", "intake", ["DELETE FROM case_history WHERE state_version = 2"]),
    "a step to nowhere": ("E1", "intake", ["UPDATE case_history SET to_state = 'AGREED' WHERE state_version = 3"]),
    "a step that was not told": ("E2", "intake", ["DELETE FROM outbox WHERE headers ->> 'ce_caseversion' = '3'"]),
    "an opening that was not told": ("E2", "intake", ["DELETE FROM outbox", "DELETE FROM event_stream"]),
    "a step told that was not taken": ("E2", "intake", told("intake", 4, CHANGE)),
    "an event that stays": ("E4", "plans", ["UPDATE outbox SET published_at = NULL"]),
    "a gap in a stream": ("E5", "intake", ["DELETE FROM outbox WHERE headers ->> 'ce_caseversion' = '2'"]),
    "a stream that runs ahead": ("E5", "contact", ["UPDATE event_stream SET version = 2"]),
    "a dead letter": (
        "E7",
        "desk",
        [row("held_message", identity="x", status="dead", reason="r", topic="forbear.tasks", partition=0, headers={})],
    ),
    "an event that was never heard": ("E8", "desk", ["DELETE FROM inbox_stream"]),
    "an event that was heard by half": ("E8", "contact", ["UPDATE inbox_stream SET version = 2"]),
    "two open cases": (
        "K1",
        "intake",
        ["DROP INDEX ix_collections_case_open", "DROP INDEX ix_collections_case_pair", open_case(OTHER)],
    ),
    "an event parked in a closed case": (
        "K2",
        "intake",
        [
            PARKED,
            "UPDATE collections_case SET state = 'CLOSED', closed_at = now()",
        ],
    ),
    "a silent case": ("W5", "intake", ["UPDATE obligation SET state = 'met'"]),
    "an overdue obligation": ("W6", "intake", [obligation("triage", LATE, f"case/{CASE}")]),
    "a closed case that waits": ("W7", "intake", ["UPDATE collections_case SET state = 'CLOSED', closed_at = now()"]),
    "a reviewer who approves": ("V1", "plans", ["UPDATE approval SET decided_by = 'reviewer-1'"]),
    "a reviewer of an earlier round who approves": (
        "V1",
        "plans",
        [
            f"UPDATE evidence SET checklist_id = '{business_uuid('checklist', 'earlier')}'",
            "UPDATE approval SET decided_by = 'reviewer-1'",
        ],
    ),
    "an approver without authority": ("V2", "plans", ['UPDATE approval SET authority = \'{"level": "agent"}\'']),
    "an approver without any level": ("V2", "plans", ["UPDATE approval SET authority = '{\"level\": null}'"]),
    "a level that was lowered": ("V2", "plans", ["UPDATE approval SET needed_level = 'agent'"]),
    "an approver who took the means": (
        "V3",
        "plans",
        [
            MEANS,
        ],
    ),
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
            "DROP INDEX ix_approval_people",
            "INSERT INTO approval OVERRIDING SYSTEM VALUE "
            "SELECT (jsonb_populate_record(a, '{\"id\": 2}')).* FROM approval a",
        ],
    ),
    "an offer without approval": ("V6", "plans", ["DELETE FROM approval"]),
    "a ledger line of another file": ("V7", "plans", ["UPDATE evidence SET sha256 = repeat('1', 64)"]),
    "a plan that does not sum": ("P1", "plans", ["UPDATE plan_instalment SET amount = 101 WHERE number = 2"]),
    "a plan nobody follows up": ("P3", "followup", ["UPDATE agreement SET state = 'stopped'"]),
    "another schedule in the bank": ("P4", "plans", ["UPDATE plan SET schedule_hash = 'other'"]),
    "a plan withdrawn here only": ("P4", "plans", ["UPDATE plan SET state = 'WITHDRAWN'"]),
    "a plan withdrawn while the bank was asked": (
        "P4",
        "plans",
        ["UPDATE plan SET state = 'WITHDRAWN'", "UPDATE activation SET state = 'pending', core_reference = NULL"],
    ),
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
    "an eighth call in a week": ("C2", "contact", [AMERICAN, *(american_call(n, 20 * n) for n in range(8))]),
    "a call soon after a conversation": (
        "C3",
        "contact",
        [AMERICAN, american_call(0, 0, **SPOKE), american_call(1, 90)],
    ),
    "a permit inside a stop": (
        "C4",
        "contact",
        [
            row(
                "stop_order",
                stop_id=business_uuid("stop", "x"),
                scope="channel",
                value="sms",
                reason="v1.k.x",
                placed_by="boss-1",
                placed_at=OPENED - timedelta(hours=1),
                version=1,
            )
        ],
    ),
    "a message without a permit": ("C5", "contact", ["UPDATE message SET permit_id = NULL"]),
    "a permit that was too old": (
        "C5",
        "contact",
        ["UPDATE permit SET decided_at = decided_at - interval '56 seconds'"],
    ),
    "a message past us": ("C6", "sandbox", ["INSERT INTO gateway_message VALUES ('other', 'gw-2')"]),
    "a message sent twice": ("C6", "sandbox", [f"INSERT INTO gateway_message VALUES ('{MESSAGE}', 'gw-2')"]),
    "a task the desk does not know": ("D1", "desk", ["DELETE FROM work_item"]),
    "a step without audit": (
        "A2",
        "intake",
        ["DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)"],
    ),
    "a step under another name": ("A2", "intake", ["UPDATE audit_entry SET actor = 'agent-9'"]),
    "an e-mail address in a column": (
        "R4",
        "plans",
        ['UPDATE offer SET document = \'{"to": "odile@clinic.example"}\''],
    ),
    "a postal address in a column": ("R4", "intake", ["UPDATE collections_case SET assignee = '7 Clinic Lane, Bonn'"]),
    "an address of the sample": ("R4", "intake", ["UPDATE collections_case SET assignee = 'b000001@example.com'"]),
    "a name in a column": ("R4", "plans", [f'UPDATE offer SET document = \'{{"to": "{NAME}"}}\'']),
    "a number in an event": (
        "R4",
        "contact",
        ["UPDATE outbox SET body = convert_to('{\"to\": \"+4915100000001\"}', 'UTF8')"],
    ),
    "a borrower of the sample": ("R4", "intake", ["UPDATE collections_case SET assignee = '13400000016'"]),
}
