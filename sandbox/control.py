"""The sandbox's levers, for the lapse driver, tests and people. No authentication: never open them to a network."""

from datetime import date, datetime
from typing import Any, Literal

import httpx
from fastapi import APIRouter, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from sandbox.bank import repository as bank
from sandbox.bank import restructuring as restructurings
from sandbox.bank import restructuring_repository
from sandbox.bank.day import close_through
from sandbox.bank.faults import FaultOrder
from sandbox.bank.opening import open_accounts
from sandbox.gateway import repository as gateway
from sandbox.gateway.faults import GatewayFault
from sandbox.portfolio.repository import add_persona
from sandbox.portfolio.row import read_portfolio
from sandbox.world import World
from services.common.banking.types import schedule_hash


class EndOfDay(BaseModel):
    """Body of POST /sandbox/bank/end-of-day: every open day up to `date` is closed."""

    model_config = ConfigDict(extra="forbid")

    date: date


class Checker(BaseModel):
    """Body of POST /sandbox/bank/checker: whether restructurings wait for a second person at the bank."""

    model_config = ConfigDict(extra="forbid")

    needed: bool


class Decision(BaseModel):
    """Body of POST /sandbox/bank/restructurings/{number}/decision, the second person's."""

    model_config = ConfigDict(extra="forbid")

    approve: bool


class Republish(BaseModel):
    """Body of POST /sandbox/bank/republish: a wall instant with offset."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime


class Reply(BaseModel):
    """Body of POST /sandbox/gateway/replies: somebody writes to the gateway's customer, once for each `reply_id`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reply_id: str = Field(min_length=1, max_length=200)
    channel: Literal["sms", "email", "portal"] = "sms"
    sender: str = Field(min_length=3, max_length=200, repr=False)
    text: str = Field(min_length=1, max_length=4000, repr=False)


def control_routes(world: World) -> APIRouter:
    """Routes below /sandbox."""
    router = APIRouter(tags=["control"])
    router.include_router(_bank_routes(world), prefix="/bank")
    router.include_router(_gateway_routes(world), prefix="/gateway")

    @router.get("/rest")
    async def rest() -> dict[str, list[str]]:
        return {"in_flight": (await world.outside()).in_flight()}

    @router.post("/staff/look")
    async def look_at_list() -> dict[str, datetime | None]:
        """Have staff look at their list; gives when the next act is planned then."""
        try:
            if world.staff is not None:
                await world.staff.look_at_list()
        except httpx.HTTPError:
            raise HTTPException(503, "The desk is away.") from None
        return {"next": (await world.outside()).planned}

    @router.get("/next")
    async def next_act() -> dict[str, datetime | None]:
        return {"next": (await world.outside()).planned}

    return router


def _bank_routes(world: World) -> APIRouter:
    router = APIRouter()
    books = world.books

    @router.post("/load")
    async def load(request: Request, cases: int | None = None, feed: bool = False) -> dict[str, int]:
        """Open the accounts of a portfolio (CSV body), at most `cases`; `feed`: the bank's feed shall tell of them."""
        try:
            rows = list(read_portfolio((await request.body()).decode()))[:cases]
        except UnicodeDecodeError:
            raise HTTPException(422, "The portfolio is not UTF-8.") from None
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in e["loc"]) for e in error.errors()})
            raise HTTPException(422, f"A row has wrong columns: {', '.join(fields)}") from None
        opened, known = await open_accounts(books, rows, reported=not feed)
        async with world.store.transaction() as tx:
            for row in rows:
                await add_persona(tx, row)
        return {"opened": opened, "known": known}

    @router.post("/end-of-day")
    async def end_of_day(order: EndOfDay) -> dict[str, list[date]]:
        return {"closed": await close_through(books, order.date)}

    @router.post("/faults", status_code=201)
    async def fault(order: FaultOrder) -> dict[str, int]:
        return {"fault_id": await world.faults.order(order)}

    @router.delete("/faults")
    async def clear_faults() -> dict[str, int]:
        return {"cleared": await world.faults.clear()}

    @router.post("/checker")
    async def checker(order: Checker) -> dict[str, bool]:
        async with world.store.transaction() as tx:
            await bank.set_checker(tx, order.needed)
        return {"needed": order.needed}

    @router.post("/restructurings/{number}/decision")
    async def decide(number: int, decision: Decision) -> dict[str, Any]:
        async with world.store.transaction() as tx:
            if decision.approve:
                done = await restructurings.put_into_force(books, tx, number, checked=True)
            else:
                done = await restructurings.reject(books, tx, number)
        return {"number": number, "status": done.status}

    @router.get("/restructurings")
    async def in_force() -> list[dict[str, Any]]:
        async with world.store.reading() as tx:
            return [
                {
                    "account_ref": row["account_ref"],
                    "external_id": row["external_id"],
                    "number": row["restructuring_id"],
                    "schedule_hash": schedule_hash(
                        (line.number, line.due_date, line.total)
                        for line in await bank.installments(tx, row["loan_id"], row["schedule"], row["currency"])
                    ),
                }
                for row in await restructuring_repository.in_force(tx)
            ]

    @router.post("/republish")
    async def republish(order: Republish) -> dict[str, int]:
        return {"again": await world.publisher.republish(order.since)}

    return router


def _gateway_routes(world: World) -> APIRouter:
    router = APIRouter()

    @router.post("/replies", status_code=202)
    async def reply(said: Reply) -> dict[str, str]:
        async with world.store.transaction() as tx:
            await world.gateway.reply(tx, said.reply_id, said.channel, said.sender, said.text)
        return {"reply_id": said.reply_id}

    @router.post("/faults", status_code=201)
    async def fault(order: GatewayFault) -> dict[str, str]:
        await world.gateway.faults.order(order)
        return {"channel": order.channel, "kind": order.kind}

    @router.get("/inbox")
    async def inbox(recipient: str) -> list[dict[str, Any]]:
        """What has arrived at a number or address, oldest first."""
        async with world.store.reading() as tx:
            return [dict(row) for row in await gateway.inbox(tx, recipient)]

    return router
