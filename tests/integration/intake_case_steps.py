"""How a case comes to a step: by the request of its borrower and by what the other services say."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.common.contracts.events.agreements import AgreementBroken, InstalmentMissed
from services.common.contracts.events.contacts import ContactPlanned, InboundRecorded
from services.common.contracts.events.evidence import EvidenceReceived, EvidenceRequested, EvidenceVerified
from services.common.contracts.events.plans import (
    AgreementSigned,
    PlanActivated,
    PlanApproved,
    PlanDrafted,
    PlanSubmitted,
    ScheduledInstalment,
)
from services.common.kernel.ids import business_uuid
from tests.integration.intake_house import START, House, cny

REQUEST = {"cause": "ILLNESS", "own_words": "canary-own-words", "request_type": "RESCHEDULE", "months": 12}
LAST_DUE = date(2026, 9, 1)


def inbound(case_id: UUID, round_: int = 1) -> InboundRecorded:
    inbound_id = business_uuid("inbound", str(case_id), str(round_))
    return InboundRecorded(case_id=case_id, inbound_id=inbound_id, channel="sms", round=round_, at=START)


def plan_events(case_id: UUID, round_: int = 1) -> list[Any]:
    """What plans says from the request to the running plan."""
    ids: dict[str, Any] = {"case_id": case_id, "round": round_}
    checklist = ids | {"checklist_id": business_uuid("checklist", str(case_id), str(round_))}
    plan = ids | {"plan_id": business_uuid("plan", str(case_id), str(round_)), "version": 1}
    agreement_id = agreement_of(case_id, round_)
    return [
        EvidenceRequested(**checklist, items=2, due_on=date(2026, 3, 20)),
        EvidenceReceived(**checklist),
        EvidenceVerified(**checklist),
        PlanDrafted(**plan, relief_type="EXTEND"),
        PlanSubmitted(**plan, proposal_hash="a" * 64, needs_level="supervisor"),
        PlanApproved(**plan, proposal_hash="a" * 64, expires_at=START + timedelta(days=7)),
        AgreementSigned(**plan, agreement_id=agreement_id),
        PlanActivated(
            **plan,
            agreement_id=agreement_id,
            borrower_id=case_id,
            account_ref="A1",
            relief_type="EXTEND",
            pack="cn",
            language="zh",
            total=cny("1000.00"),
            schedule=(ScheduledInstalment(number=1, due_date=LAST_DUE, amount=cny("1000.00")),),
            schedule_hash="b" * 64,
            core_reference="core-1",
            activated_on=date(2026, 3, 20),
            days_past_due=45,
        ),
    ]


def agreement_of(case_id: UUID, round_: int) -> UUID:
    return business_uuid("agreement", str(case_id), str(round_))


def about(case_id: UUID, round_: int) -> dict[str, Any]:
    return {"case_id": case_id, "agreement_id": agreement_of(case_id, round_), "round": round_}


async def triaged(house: House, account: str = "A1") -> UUID:
    case_id = await house.post_case(account)
    await house.cases.triage.triage(case_id, False)
    return case_id


async def engaged(house: House) -> UUID:
    case_id = await triaged(house)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", inbound(case_id))
    return case_id


async def broken(house: House, case_id: UUID, round_: int) -> None:
    """From ENGAGED to a broken plan."""
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    for event in plan_events(case_id, round_):
        await house.hear("plans", event)
    await house.hear("followup", InstalmentMissed(**about(case_id, round_), number=1, shortfall=cny("1000.00")))
    await house.hear("followup", AgreementBroken(**about(case_id, round_)))
