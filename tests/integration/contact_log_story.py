"""A case in which everything happened that a log of contact tells of, and its copies."""

import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pypdf import PdfReader

from services.common.contracts.events.cases import CaseTriaged, HoldLifted
from services.common.kernel.ids import business_uuid
from services.contact.models import Commitment, Conversation
from services.contact.service.messages.release import message_id_of
from tests.integration.contact_facts import offer_of, receipt_of
from tests.integration.contact_house import House

MINUTE = timedelta(minutes=1)
SAID = "上个月失业，希望每月还500元\n从五月起"


async def log_of(house: House, case: CaseTriaged, *roles: str, **query: str | int) -> dict[str, Any]:
    """A page of the log."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await house.get(f"/v1/cases/{case.case_id}/contact-log?{asked}", *roles)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def contacted(house: House, name: str) -> CaseTriaged:
    """A case in which everything happened that a log tells of, a minute apart."""
    case = await house.triaged(name)
    await house.deliver(offer_of(case))
    await house.webhook(f"{name}-receipt", receipt_of(message_id_of(offer_of(case))))
    house.clock.advance(MINUTE)
    missed = await house.call(case, f"{name}-missed", outcome="NO_ANSWER", party_verified=False, summary="邻居说搬走了")
    assert missed.status_code == 201, missed.text
    house.clock.advance(MINUTE)
    assert (await house.reply(case, f"{name}-in", "我失业了😀可以延期吗？")).json() == {"effect": "recorded"}
    house.clock.advance(MINUTE)
    assert (await house.call(case, f"{name}-spoke", summary=SAID)).status_code == 201
    house.clock.advance(MINUTE)
    await house.hold(case, "demand_call", "visit", ends_at=house.clock.now() + timedelta(days=30))
    house.clock.advance(MINUTE)
    hold_id = business_uuid("hold", str(case.case_id), "demand_call", "visit")
    await promised(house, case)
    lifted = HoldLifted.model_validate(
        {"case_id": case.case_id, "borrower_id": case.borrower_id, "hold_id": hold_id, "lifted_at": house.clock.now()}
    )
    assert await house.hear("intake", lifted) == "applied"
    house.clock.advance(MINUTE)
    assert (await house.reply(case, f"{name}-stop", "退订")).status_code == 200
    return case


async def promised(house: House, case: CaseTriaged) -> None:
    """Each side made a promise: we kept ours at once, the borrower's is open."""
    now = house.clock.now()
    ours = {"state": "kept", "settled_at": now + MINUTE, "settled_by": "agent-secret-name"}
    async with house.database.read() as session:
        for side, said, how in (("lender", "把对账单寄给您", ours), ("borrower", "月底前还500元", {"state": "open"})):
            row: dict[str, Any] = {
                "commitment_id": business_uuid("commitment", str(case.case_id), side),
                "case_id": case.case_id,
                "borrower_id": case.borrower_id,
                "side": side,
                "kind": "payment" if side == "borrower" else "statement",
                "text": said,
                "due_on": date(2026, 3, 31),
                "made_at": now,
                "made_by": "agent-secret-name",
            }
            session.add(Commitment(**row, **how))
        await session.flush()


async def others(house: House, case: CaseTriaged) -> None:
    """What was said with other persons about the same case: a guarantor, and somebody asked where the borrower is."""
    guarantor = business_uuid("borrower", "guarantor", str(case.case_id))
    about: list[tuple[UUID, UUID | None, str]] = [
        (guarantor, None, "担保人王五说的话"),
        (case.borrower_id, business_uuid("third", str(case.case_id)), "李四说他在广州"),
    ]
    async with house.database.read() as session:
        for number, (person, third, words) in enumerate(about):
            row = Conversation(
                conversation_id=business_uuid("conversation", str(case.case_id), str(number)),
                case_id=case.case_id,
                borrower_id=person,
                third_party_id=third,
                channel="voice",
                outcome="RPC_REQUEST_RELIEF" if third is None else "THIRD_PARTY_MESSAGE",
                party_verified=third is None,
                read_back_confirmed=None,
                summary=words,
                round=1,
                recorded_by="agent-secret-name",
                at=house.clock.now(),
            )
            session.add(row)
        await session.flush()


async def pdf_text(house: House, case: CaseTriaged, query: str = "format=pdf") -> str:
    """The words of the document, without spaces."""
    answer = await house.get(f"/v1/cases/{case.case_id}/contact-log?{query}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    document = PdfReader(io.BytesIO(answer.content))
    root: Any = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and document.metadata is not None and document.metadata.title
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in document.pages))
