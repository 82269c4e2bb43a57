"""What a healthy installation holds of the case of the doctor's tests, service by service."""

from datetime import timedelta
from hashlib import sha256

from services.common.contracts.events import agreements, cases, contacts, plans
from services.common.contracts.events.bank import PAYMENTS
from services.common.contracts.events.base import CaseEvent
from services.common.contracts.topics import all_topics
from services.common.runtime.audit import state_hash
from tests.integration.clinic_rows import (
    AGREEMENT,
    ASSESSMENT,
    BORROWER,
    CASE,
    CHECKLIST,
    DUE,
    EVIDENCE,
    FILE,
    FILE_KEY,
    HASH,
    KEY,
    MESSAGE,
    NOW,
    OPENED,
    PERMIT,
    PLAN,
    STEPS,
    TASK,
    heard,
    obligation,
    open_case,
    row,
    task,
    told,
)


def _intake() -> list[str]:
    found = [open_case()]
    for version, (state, trigger) in enumerate(STEPS, 1):
        before = STEPS[version - 2][0] if version > 1 else None
        after = {"state": state, "state_version": version} if before else {"arrears": 300}
        found.append(
            row(
                "case_history",
                case_id=CASE,
                state_version=version,
                from_state=before,
                to_state=state,
                trigger=trigger,
                at=OPENED,
                actor="svc-intake",
                event_id=f"/intake {CASE}/{version}",
            )
        )
        found.append(
            row(
                "audit_entry",
                at=OPENED,
                actor="svc-intake",
                action="case.moved" if before else "case.opened",
                case_id=CASE,
                subject=f"case/{CASE}",
                after_hash=state_hash(after),
                correlation_id="doctor",
                detail={},
            )
        )
        payload: CaseEvent = cases.CaseOpened(
            case_id=CASE, borrower_id=BORROWER, account_ref="A1", origin="bank", opened_at=OPENED
        )
        if before:
            payload = cases.CaseStateChanged(
                case_id=CASE, from_state=before, to_state=state, trigger=trigger, state_version=version, at=OPENED
            )
        found += told("intake", version, payload)
    due = NOW + timedelta(days=30)
    found.append(obligation("stands", due, f"case/{CASE}"))
    return found


def _contact() -> list[str]:
    sent = contacts.MessageSent(
        case_id=CASE, message_id=MESSAGE, purpose="offer", object_ref=str(PLAN), permit_id=PERMIT, at=OPENED
    )
    who = {"case_id": CASE, "borrower_id": BORROWER, "channel": "sms", "purpose": "offer"}
    return [
        row(
            "contact_case", case_id=CASE, borrower_id=BORROWER, pack="cn", bucket="B1", origin="bank", language="zh",
            time_zones=["Asia/Shanghai"], contactable=True, round=1,
        ),
        row(
            "permit", permit_id=PERMIT, **who, number_digest="d", message_class="arrangement", verdict="permitted",
            asked={}, overridden=[],
            verdicts=[], facts={}, pack="cn", pack_version="cn-2026-01-30", asked_by="svc-contact", decided_at=OPENED,
            expires_at=OPENED + timedelta(seconds=60), used_at=OPENED + timedelta(seconds=5),
        ),
        row(
            "attempt", attempt_id=MESSAGE, permit_id=PERMIT, **who, number_digest="d", outcome="SENT", at=OPENED,
            local_day="2026-03-02", counts_as_attempt=True, counts_as_connected=False, counts_as_conversation=False,
            counts_as_rpc=False,
        ),
        row(
            "message", message_id=MESSAGE, case_id=CASE, purpose="offer", object_ref=str(PLAN), version=1,
            template="offer", params={}, message_class="arrangement", state="delivered", reservations=1, channel="sms",
            language="zh", permit_id=PERMIT, provider_id="gw-1", planned_at=OPENED, tries=1, tried=[],
            handed_at=OPENED + timedelta(seconds=5), sent_at=OPENED + timedelta(seconds=6),
        ),
        *told("contact", 1, sent),
    ]  # fmt: skip


def _plans() -> list[str]:
    version = {"plan_id": PLAN, "version": 1}
    drafted = plans.PlanDrafted(case_id=CASE, plan_id=PLAN, version=1, relief_type="EXTEND", round=1)
    return [
        row(
            "plan", **version, revision=5, case_id=CASE, round=1, account_ref="A1", state="ACTIVE",
            relief_type="EXTEND", terms={}, total=300, currency="CNY", schedule_hash=HASH, assessment_id=ASSESSMENT,
            checklist_id=CHECKLIST, proposed_by="agent-1", drafted_at=OPENED, submitted_by="agent-1",
            submitted_at=OPENED, proposal_hash="p", needed_level="supervisor",
        ),
        *(
            row("plan_instalment", **version, number=number, due_date=day, amount=100)
            for number, day in enumerate(DUE, 1)
        ),
        row(
            "approval", **version, decision="approve", part="approver", decided_by="supervisor-1",
            proposed_by="agent-1", proposal_hash="p", needed_level="supervisor",
            authority={"level": "supervisor"}, verdicts=[], inputs={},
            decided_at=OPENED, id=1,
        ),
        row(
            "evidence", evidence_id=EVIDENCE, checklist_id=CHECKLIST, case_id=CASE, number=1, evidence_type="v1.x.y",
            state="VERIFIED", sha256=sha256(FILE).hexdigest(), size=len(FILE),
            media_type="application/pdf", object_key=FILE_KEY,
            document_date="2026-03-01", uploaded_by="agent-1", uploaded_at=OPENED, revision=1, channel="recorded",
            expires_on="2026-12-01",
        ),
        row(
            "evidence_review", evidence_id=EVIDENCE, reviewer="reviewer-1", uploaded_by="agent-1", result="VERIFIED",
            method="call", reviewed_at=OPENED,
        ),
        row(
            "offer", **version, case_id=CASE, state="ACCEPTED", document={}, document_hash="d", issued_at=OPENED,
            expires_at=NOW,
        ),
        row(
            "agreement", agreement_id=AGREEMENT, **version, case_id=CASE, round=1, state="ACTIVE", key_terms=[],
            document_hash="d", accepted_by="borrower", recorded_by="agent-1", channel="sms", accepted_at=OPENED,
        ),
        row(
            "activation", **version, idempotency_key=KEY, state="done", attempts=1, core_reference="1",
            schedule_hash=HASH, intended_at=OPENED,
        ),
        *told("plans", 1, drafted),
    ]  # fmt: skip


def _followup() -> list[str]:
    paid = agreements.InstalmentPaid(case_id=CASE, agreement_id=AGREEMENT, number=1, on=DUE[0], round=1)
    states = [("PAID", 100, DUE[0]), ("MISSED", 0, None), ("SCHEDULED", 0, None)]
    return [
        row(
            "agreement", agreement_id=AGREEMENT, case_id=CASE, plan_id=PLAN, plan_version=1, account_ref="A1", round=1,
            state="at_risk", standing="AT_RISK", currency="CNY", total=300, unapplied=0, schedule_hash=HASH,
            core_reference="1", grace_days=3, tolerance_percent=5, broken_after_missed=2, broken_after_days=30,
            terms_version="1", pack="cn", language="zh", activated_on="2026-03-20", notice_state="none", notices=0,
            episode_from=0, version=1,
        ),
        *(
            row(
                "instalment", agreement_id=AGREEMENT, number=number, due_date=day,
                last_good_day=day + timedelta(days=3), amount=100, state=state, paid=amount, paid_in_time=amount,
                paid_on=paid_on, reminded=False,
            )
            for number, (day, (state, amount, paid_on)) in enumerate(zip(DUE, states, strict=True), 1)
        ),
        row(
            "posting", posting_ref="P1", source="feed", account_ref="A1", currency="CNY", amount=100,
            value_date=DUE[0], booking_date=DUE[0], kind="payment", sightings=1, first_seen_at=OPENED,
        ),
        *(row("closed_day", partition=number, closed_through="2026-05-31") for number in range(4)),
        task("needs_decision"),
        *told("followup", 1, paid),
    ]  # fmt: skip


def _desk() -> list[str]:
    return [
        row(
            "work_item", task_id=TASK, case_id=CASE, kind="needs_decision", service="followup", decide_path="/v1/x",
            needs_role="agent", excluded=[], reason="code", opened_at=OPENED, deadline=NOW + timedelta(days=7),
            version=1,
        )
    ]  # fmt: skip


SANDBOX = [
    "CREATE TABLE persona (name text, phone text, email text, postal_address text)",
    "CREATE TABLE gateway_message (key text, provider_id text, accepted_at timestamptz)",
    f"INSERT INTO gateway_message VALUES ('{MESSAGE}', 'gw-1', '2026-03-02T04:00:05Z')",
    "INSERT INTO persona VALUES ('Odile Wintergreen', '+4915100000001', 'odile@clinic.example', '7 Clinic Lane, Bonn')",
]
_SEEDS = {"intake": _intake, "contact": _contact, "plans": _plans, "followup": _followup, "desk": _desk}
#: How many events each service tells on its topic.
_TOLD = {"intake": ("cases", 3), "contact": ("contacts", 1), "plans": ("plans", 1), "followup": ("agreements", 1)}


def _heard(consumer: str) -> list[str]:
    """Everything that is told, and all that the bank has said so far, is heard."""
    topics = all_topics()
    return [
        heard(f"/{service}/{topic}", count)
        for service, (topic, count) in _TOLD.items()
        if consumer in topics[f"forbear.{topic}"].consumers
    ] + [
        row("consumer_position", topic=PAYMENTS, partition=number, next_offset=100)
        for number in range(topics[PAYMENTS].partitions)
        if consumer in topics[PAYMENTS].consumers
    ]


SEEDS = {service: [*seed(), *_heard(service)] for service, seed in _SEEDS.items()}
