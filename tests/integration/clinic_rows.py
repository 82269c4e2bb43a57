"""Rows of the doctor's tests: one case with its plan and agreement, and what is said of it, as SQL."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.common.banking.types import schedule_hash
from services.common.contracts.envelope import Event
from services.common.contracts.events.base import CaseEvent
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)  # noon in Shanghai
OPENED = datetime(2026, 3, 2, 4, tzinfo=UTC)
CASE = business_uuid("case", "doctor")
BORROWER = business_uuid("borrower", "doctor")
PLAN, AGREEMENT = business_uuid("plan", "doctor"), business_uuid("agreement", "doctor")
MESSAGE, PERMIT, TASK = (business_uuid(kind, "doctor") for kind in ("message", "permit", "task"))
EVIDENCE, CHECKLIST, ASSESSMENT = (business_uuid(kind, "doctor") for kind in ("evidence", "checklist", "assessment"))
KEY = f"plan/{PLAN}/v1/activate"
DUE = [date(2026, 4, 8), date(2026, 5, 8), date(2026, 6, 8)]
HASH = schedule_hash((number, day, Money.of("100", "CNY")) for number, day in enumerate(DUE, 1))
#: What was handed in, and where the store keeps it.
FILE, FILE_KEY = b"a payslip", f"evidence/{CASE}/k"
#: What the bank says is in force.
IN_FORCE = {"account_ref": "A1", "external_id": KEY, "number": 1, "schedule_hash": HASH}
#: How the case came to where it stands: state and trigger.
STEPS = [
    ("OPENED", "case.opened"),
    ("TRIAGED", "case.triaged"),
    ("CONTACTING", "contact.planned"),
]


def row(table: str, **values: Any) -> str:
    """An INSERT of one row; columns that are not named get their defaults."""
    literal = json.dumps(values, default=str).replace("'", "''")
    names = ", ".join(values)
    return (
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE "
        f"SELECT {names} FROM jsonb_populate_record(NULL::{table}, '{literal}')"
    )


def told(service: str, version: int, payload: CaseEvent) -> list[str]:
    """An event in the outbox of a service, delivered, with its place in the stream."""
    source = f"/{service}/{payload.topic.rsplit('.', 1)[-1]}"
    event = Event(
        id=f"{payload.case_id}/{version}",
        source=source,
        type=payload.type,
        subject=str(payload.case_id),
        time=OPENED,
        body=payload.model_dump_json().encode(),
        version=version,
    )
    stream = f"INSERT INTO event_stream VALUES ('{source}', '{payload.case_id}', {version})"
    return [
        row(
            "outbox",
            sink="kafka",
            kind="event",
            target=payload.topic,
            key=event.subject,
            name=payload.type,
            case_id=payload.case_id,
            headers=event.headers(),
            body="\\x" + event.body.hex(),
            created_at=OPENED,
            published_at=OPENED,
        ),
        f"{stream} ON CONFLICT (source, subject) DO UPDATE SET version = {version}",
    ]


def heard(source: str, version: int, case_id: Any = CASE) -> str:
    """How far a consumer has worked through what is told of a case."""
    return row("inbox_stream", source=source, subject=case_id, version=version)


def open_case(case_id: Any = CASE, **changes: Any) -> str:
    """A case that stands in CONTACTING after three steps."""
    values = {
        "case_id": case_id,
        "borrower_id": BORROWER,
        "account_ref": "A1",
        "sequence": 0,
        "origin": "bank",
        "state": STEPS[-1][0],
        "state_version": len(STEPS),
        "moved_by": STEPS[-1][1],
        "version": len(STEPS),
        "contactable": True,
        "product": "card",
        "currency": "CNY",
        "arrears": 300,
        "balance": 1000,
        "facts_as_of": "2026-03-02",
        "facts_source": "bank",
        "days_past_due": 30,
        "bucket": "B1",
        "language": "zh",
        "round": 1,
        "opened_at": OPENED,
        "changed_at": OPENED,
    }
    return row("collections_case", **{**values, **changes})


def obligation(kind: str, due: datetime, workflow_id: str) -> str:
    """Something that the case waits for."""
    return row(
        "obligation",
        case_id=CASE,
        kind=kind,
        ref=str(CASE),
        owner="workflow",
        workflow_id=workflow_id,
        due_at=due,
        opened_at=OPENED,
    )


def task(kind: str, task_id: Any = TASK, ref: str = "r") -> str:
    """A task of the follow-up that is open."""
    return row(
        "task", task_id=task_id, case_id=CASE, kind=kind, ref=ref, needs_role="agent", excluded=[], reason="code",
        decide_path="/v1/x", opened_at=OPENED, deadline=NOW + timedelta(days=7),
    )  # fmt: skip
