"""People in contact's tests: what they ask for, agree to, and where they live."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text

from services.common.contracts.events.cases import CaseTriaged
from services.common.kernel.ids import business_uuid
from services.contact.repository import people
from tests.integration.contact_house import House

NEW_YORK = "America/New_York"


async def tell(house: House, person_id: UUID, **asks: Any) -> None:
    """The person asked us for something."""
    async with house.database.read() as session:
        person = await people.lock_person(session, person_id)
        for name, value in asks.items():
            setattr(person, name, value)
        await session.commit()


async def agree(house: House, case: CaseTriaged, kind: str, **details: Any) -> UUID:
    """The borrower agreed to something, now."""
    consent_id = business_uuid("consent", str(case.borrower_id), kind, str(house.clock.now()))
    async with house.database.read() as session:
        row = {
            "consent_id": consent_id, "borrower_id": case.borrower_id, "case_id": case.case_id, "kind": kind,
            "details": details, "given_at": house.clock.now(), "recorded_by": "agent-1",
        }  # fmt: skip
        await people.put_consent(session, row)
        await session.commit()
    return consent_id


async def american(house: House, name: str, borrower: str = "") -> CaseTriaged:
    """A case in New York, with a number there."""
    house.intake.phones[business_uuid("case", name)] = in_new_york(borrower or name)
    of: dict[str, Any] = {"pack": "us", "language": "en", "time_zones": (NEW_YORK,), "product": "credit_card"}
    return await house.triaged(name, borrower, **of)


def in_new_york(borrower: str) -> str:
    return f"+1212736{business_uuid('borrower', borrower).int % 10**4:04}"


def at(day: int, hour: int, zone: str = "Asia/Shanghai", minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(zone))


def rules(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["rules"]
    return found


async def write(house: House, statement: str, **values: Any) -> None:
    """Something that another part of the service would have written."""
    async with house.database.read() as session:
        await session.execute(text(statement), values)
        await session.commit()


async def vain_call(house: House, case: CaseTriaged, key: str, outcome: str = "NO_ANSWER", **asked: Any) -> None:
    """Somebody calls and reaches nobody."""
    permit = await house.ask(case, f"{key}-ask", **asked)
    said = {"permit_id": permit.json()["permit_id"], "outcome": outcome, "party_verified": False, "summary": "s"}
    answer = await house.post(f"/v1/cases/{case.case_id}/conversations", said, key)
    assert answer.status_code == 201, answer.text
