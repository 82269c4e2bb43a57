"""Each measure that is a plain count or time of events, told by events with numbers that are easy to count by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest_asyncio

from services.common.contracts.events import agreements, cases, contacts, evidence, plans, tasks
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.test_followup_measures import BEGIN, Told, cny, keep, report, values


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def shown(house: House, told: Told, *names: str) -> dict[str, str]:
    """What the report says of these measures, whatever the order of events and however often they are heard."""
    for events in (told.events[::-1], told.events):
        await keep(house, events)
    found = values(await report(house))
    return {name: found[name] for name in names}


def message(told: Told, case_id: UUID, name: str, rule: str | None = None, reason: str | None = None) -> None:
    """A message that was sent, refused by a rule, or found nobody."""
    ref: dict[str, Any] = {
        "case_id": case_id, "message_id": business_uuid("message", name), "purpose": "demand", "object_ref": name,
    }  # fmt: skip
    if rule is not None:
        told.say(contacts.MessageRefused(**ref, rule=rule, earliest=None))
    elif reason is not None:
        told.say(contacts.MessageUnreachable(**ref, reason=reason))
    else:
        told.say(contacts.MessageSent(**ref, permit_id=case_id, at=BEGIN))


async def test_messages_that_rules_stopped_and_overrides_asked_for(house: House) -> None:
    told = Told()
    case_id = told.case("M1")
    for name in ("sent-1", "sent-2", "sent-3"):
        message(told, case_id, name)
    message(told, case_id, "unreachable", reason="no_number")
    for name, rule in (("early", "CN-03"), ("late", "CN-03"), ("often", "CN-04"), ("words", "TEXT-01")):
        message(told, case_id, name, rule)
    for kind in ("decide_override", "approve_plan"):
        told.say(
            tasks.TaskOpened(
                case_id=case_id, task_id=business_uuid("task", kind), kind=kind, service="contact", decide_path="/",
                needs_role="supervisor", needs_level=None, excluded=(), reason="r", opened_at=BEGIN, deadline=BEGIN,
            )
        )  # fmt: skip
    assert await shown(house, told, "blocked_contacts", "override_rate", "phrase_violations") == {
        "blocked_contacts": "50.00%", "override_rate": "25.00%", "phrase_violations": "12.50%",
    }  # fmt: skip


async def test_promises_and_care_are_shares_of_conversations(house: House) -> None:
    told = Told()
    found = [told.case(f"V{number}") for number in range(4)]
    for case_id in found[:3]:
        told.call(case_id, "RPC_PTP", 1, connected=True, right_party=True)
    told.call(found[0], "RPC_REFUSED", 2, connected=True, right_party=True)
    told.say(
        contacts.PromiseMade(
            case_id=found[0], promise_id=found[0], borrower_id=found[0], account_ref="V0", pack="cn",
            amount=cny("100.00"), promised_date=date(2026, 3, 9), made_on=date(2026, 3, 2),
        )
    )  # fmt: skip
    # Care for one who was talked with counts, for one who was never reached it does not.
    for case_id in (found[1], found[3]):
        told.say(cases.CareChanged(case_id=case_id, borrower_id=case_id, care=("slow_pace",), at=BEGIN), 3)
    assert await shown(house, told, "promise_rate", "care_identified") == {
        "promise_rate": "25.00%", "care_identified": "33.33%",
    }  # fmt: skip


async def test_cases_that_were_cured_and_those_by_themselves(house: House) -> None:
    told = Told()
    found = [told.case(f"K{number}") for number in range(5)]
    for case_id in found[:2]:
        told.call(case_id, "RPC_PTP", 1, connected=True, right_party=True)
    # The third is talked with only after its arrears are gone.
    told.call(found[2], "RPC_PTP", 60, connected=True, right_party=True)
    for number in range(1, 4):
        told.say(agreements.AccountCured(case_id=found[number], account_ref=f"K{number}", as_of=date(2026, 3, 4)), 48)
    assert await shown(house, told, "cure_rate", "self_cure_rate") == {
        "cure_rate": "60.00%", "self_cure_rate": "66.67%",
    }  # fmt: skip


def version(case_id: UUID, number: int = 1) -> dict[str, Any]:
    """A version of the plan of a case."""
    return {"case_id": case_id, "plan_id": case_id, "version": number, "round": 1}


def activate(told: Told, case_id: UUID, account: str, hours: float) -> None:
    told.say(
        plans.PlanActivated(
            **version(case_id), agreement_id=case_id, borrower_id=case_id, account_ref=account, relief_type="EXTEND",
            pack="cn", language="zh", total=cny("900.00"), schedule=(), schedule_hash="s", core_reference="r",
            activated_on=date(2026, 3, 3), days_past_due=20,
        ),
        hours,
    )  # fmt: skip


async def test_plans_that_failed_again_by_when_they_did(house: House) -> None:
    told = Told()
    for name, days in (("R1", 80), ("R2", 170), ("R3", 360), ("R4", 370), ("R5", None)):
        case_id = told.case(name)
        activate(told, case_id, name, 0)
        if days is not None:
            told.say(agreements.AgreementBroken(case_id=case_id, agreement_id=case_id, round=1), 24 * days)
    assert await shown(house, told, "redefault_3m", "redefault_6m", "redefault_12m") == {
        "redefault_3m": "20.00%", "redefault_6m": "40.00%", "redefault_12m": "60.00%",
    }  # fmt: skip


async def test_what_approvers_return_is_no_withdrawal(house: House) -> None:
    told = Told()
    case_id = told.case("P1")
    for number in range(1, 5):
        told.say(plans.PlanSubmitted(**version(case_id, number), proposal_hash="h", needs_level="supervisor"), number)
    told.say(plans.PlanReturned(**version(case_id, 1)), 3)
    told.say(plans.PlanReturned(**version(case_id, 2), withdrawn=True), 30)
    told.say(plans.PlanApproved(**version(case_id, 3), proposal_hash="h", expires_at=BEGIN), 7)
    assert await shown(house, told, "approval_return_rate", "approval_touch_time median") == {
        "approval_return_rate": "25.00%", "approval_touch_time median": "3.0",
    }  # fmt: skip


async def test_documents_that_were_right_at_first_and_how_long_their_review_took(house: House) -> None:
    told = Told()

    def about(name: str) -> dict[str, Any]:
        found = business_uuid("case", name)
        return {"case_id": found, "round": 1, "checklist_id": found}

    for name in ("E1", "E2", "E3", "E4", "E5"):
        told.case(name)
        told.say(evidence.EvidenceReceived(**about(name)), 0)
    told.say(evidence.EvidenceVerified(**about("E1")), 4)
    told.say(evidence.EvidenceVerified(**about("E5")), 4)
    told.say(evidence.EvidenceNeedsMore(**about("E2")), 10)
    told.say(evidence.EvidenceReceived(**about("E2")), 20)
    told.say(evidence.EvidenceVerified(**about("E2")), 26)
    told.say(evidence.EvidenceRejected(**about("E3")), 8)
    # Nobody has looked at the fourth yet: it is neither right nor wrong.
    names = ("evidence_first_time_right", "evidence_turnaround median", "evidence_turnaround p90")
    assert await shown(house, told, *names) == {
        "evidence_first_time_right": "50.00%", "evidence_turnaround median": "6.0", "evidence_turnaround p90": "9.2",
    }  # fmt: skip


async def test_plans_in_force_and_those_the_core_did_not_take(house: House) -> None:
    told = Told()
    for name, took in (("T1", 30), ("T2", 50), ("T3", None)):
        case_id = told.case(name)
        told.say(
            cases.ReliefRequested(
                case_id=case_id, request_id=case_id, request_type="reschedule", round=1, requested_on=date(2026, 3, 2)
            )
        )
        if took is not None:
            activate(told, case_id, name, took)
    for name, code, otherwise in (("T3", "SCHEDULE_DIFFERS", True), ("T1", "NOT_ELIGIBLE", False)):
        told.say(
            plans.PlanActivationRefused(
                **version(business_uuid("case", name)), reason_code=code, runs_otherwise=otherwise
            ),
            20,
        )
    assert await shown(house, told, "time_to_activation median", "time_to_activation p90", "core_mismatches") == {
        "time_to_activation median": "40.0", "time_to_activation p90": "48.0", "core_mismatches": "2",
    }  # fmt: skip
