"""Conversations as an agent takes them, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson
from sqlalchemy import text

from services.common.contracts.events.cases import CaseTriaged
from tests.integration.contact_facts import START, ZONE
from tests.integration.contact_house import House

CAUSE = {"cause": "UNEMPLOYMENT", "own_words": "我一月份失业了，现在没有收入。"}
SUMMARY = {"summary": "您一月失业，目前没有收入，希望降低每期还款。", "confirmed": True}
REQUEST = {"request": {"request_type": "REDUCE", "months": 12}}
#: What is recorded of a talk afterwards, and of one in which relief was asked for.
TALKED = {"party_verified": True, "summary": "说明了情况", "read_back_confirmed": True}
RELIEF = TALKED | CAUSE | {"outcome": "RPC_REQUEST_RELIEF", "request": {"request_type": "REDUCE", "months": 12}}
#: All the steps of a talk in which everything goes well, with what they record.
WHOLE: list[tuple[str, dict[str, Any]]] = [
    ("greeting", {}),
    ("right_party", {"method": "known_fact", "result": "verified"}),
    ("purpose", {}),
    ("convenience", {"convenient": True}),
    ("cause", CAUSE),
    ("read_back", SUMMARY),
    ("account", {}),
    ("request", REQUEST),
    ("options", {"options": ["EXTEND", "REDUCE"]}),
    ("evidence", {"items": ["bank_flow"], "consent": True}),
]


class Talk:
    """One conversation by the script."""

    def __init__(self, house: House, case: CaseTriaged, begun: httpx.Response) -> None:
        self.house, self.case, self.begun = house, case, begun
        self.id: str = begun.json().get("conversation_id", "")
        self.taken = 0

    @classmethod
    async def begin(cls, house: House, case: CaseTriaged, key: str, **changes: Any) -> Talk:
        """Prepare, ask for a permit and begin."""
        assert (await prepare(house, case, key)).status_code == 201
        permit = (await house.ask(case, f"{key}-permit")).json()["permit_id"]
        return await cls.begin_with(house, case, key, permit_id=permit, **changes)

    @classmethod
    async def begin_with(cls, house: House, case: CaseTriaged, key: str, **body: Any) -> Talk:
        """Begin with what is said here: without a permit it is the borrower who called."""
        return cls(house, case, await house.post(f"/v1/cases/{case.case_id}/conversations", body, key))

    async def step(self, step: str, *roles: str, **body: Any) -> httpx.Response:
        """Take one step."""
        self.taken += 1
        path = f"/v1/conversations/{self.id}/steps"
        return await self.house.post(path, {"step": step, **body}, f"{self.id}-{self.taken}", *roles)

    async def until(self, last: str) -> dict[str, Any]:
        """Take all steps up to this one; the last answer."""
        answer: dict[str, Any] = {}
        for step, body in WHOLE:
            taken = await self.step(step, **body)
            assert taken.status_code == 201, taken.text
            answer = taken.json()
            if step == last:
                break
        return answer

    async def end(self, outcome: str, *roles: str, **body: Any) -> httpx.Response:
        """Record the outcome."""
        self.taken += 1
        path = f"/v1/conversations/{self.id}/outcome"
        return await self.house.post(path, {"outcome": outcome, **body}, f"{self.id}-end-{self.taken}", *roles)

    async def kept(self) -> dict[str, Any]:
        """The conversation with its words."""
        shown: dict[str, Any] = (await self.house.get(f"/v1/conversations/{self.id}")).json()
        return shown


async def prepare(house: House, case: CaseTriaged, key: str) -> httpx.Response:
    """Make a brief."""
    return await house.post(f"/v1/cases/{case.case_id}/brief", None, f"{key}-brief")


async def recorded(house: House, case: CaseTriaged, key: str, **body: Any) -> httpx.Response:
    """Prepare, call, and record the outcome in one go."""
    assert (await prepare(house, case, key)).status_code == 201
    permit = (await house.ask(case, f"{key}-permit")).json()["permit_id"]
    return await house.post(f"/v1/cases/{case.case_id}/conversations", {"permit_id": permit} | body, key)


async def tasks(house: House, case: CaseTriaged) -> dict[str, dict[str, Any]]:
    """The tasks that were opened for a case, by kind, as the desk is told."""
    told = await house.outbox(case, "event")
    return {body["kind"]: body for name, body in told if name == "forbear.task.opened.v1"}


async def rows(house: House, statement: str, case: CaseTriaged) -> list[dict[str, Any]]:
    """What a statement about a case finds; `:case` and `:borrower` are filled in."""
    values = {"case": case.case_id, "borrower": case.borrower_id}
    async with house.database.read() as session:
        return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]


async def blocked(house: House, case: CaseTriaged, origin: str) -> set[str]:
    """What a hold of this origin blocks for the borrower now."""
    held = await rows(house, "SELECT origin, blocks FROM hold WHERE borrower_id = :borrower", case)
    return {action for hold in held if hold["origin"] == origin for action in hold["blocks"]}


def everything_told(told: list[tuple[str, dict[str, Any]]]) -> str:
    """All events as text, to look for what must not be in them."""
    return orjson.dumps([body for _, body in told]).decode()


def promise(side: str, kind: str, days: int, text: str = "按约定办理", amount: str | None = None) -> dict[str, Any]:
    """What one side promises to do within so many days of the start; to pay an amount, if one is given."""
    due_on = (START.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=days)).isoformat()
    said = {"side": side, "kind": kind, "text": text, "due_on": due_on}
    return said if amount is None else said | {"amount": {"amount": amount, "currency": "CNY"}}
