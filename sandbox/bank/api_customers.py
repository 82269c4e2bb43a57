"""The bank's records of its customers, in the paths of Fineract's data tables."""

import json
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from sandbox.bank.api_commands import Key
from sandbox.bank.books import Books
from sandbox.bank.errors import BankUnknown
from sandbox.bank.wire import FineractRequest
from sandbox.store import Tx


class SummaryRequest(FineractRequest):
    """POST /datatables/forbear_relationship/{clientId}: how a case ended and how the customer would like to be met."""

    label: Literal["relationship"]
    accountRef: str = Field(min_length=1, max_length=100)
    ended: str = Field(pattern=r"^[A-Z_]{1,40}$")
    endedOn: date
    plans: int = Field(ge=0)
    instalmentsMissed: int = Field(ge=0)
    language: str | None
    preferredChannel: str | None
    mayContactBy: list[str]
    stoppedChannels: list[str]


def customer_routes(books: Books) -> APIRouter:
    """Keeping and reading what was written about a customer."""
    router = APIRouter(tags=["bank"])

    @router.post("/datatables/forbear_relationship/{client_id}")
    async def keep(client_id: int, body: SummaryRequest, key: Key) -> dict[str, Any]:
        async with books.store.transaction() as tx:
            if not await tx.fetchval("SELECT EXISTS (SELECT FROM bank_client WHERE client_id = $1)", client_id):
                raise BankUnknown("error.msg.client.id.invalid", "There is no such client.")
            number = await _put(tx, client_id, key, body.model_dump_json())
        return {"officeId": 1, "clientId": client_id, "resourceId": number}

    @router.get("/datatables/forbear_relationship/{client_id}")
    async def rows(client_id: int) -> list[dict[str, Any]]:
        query = "SELECT * FROM bank_relationship WHERE client_id = $1 ORDER BY relationship_id"
        async with books.store.reading() as tx:
            found = await tx.fetch(query, client_id)
        return [{"id": row["relationship_id"], **json.loads(row["kept"])} for row in found]

    return router


async def _put(tx: Tx, client_id: int, key: str, kept: str) -> int:
    """Keep a row, once for each key; its number."""
    made = await tx.fetchval(
        "INSERT INTO bank_relationship (client_id, external_id, kept) VALUES ($1, $2, $3) "
        "ON CONFLICT (external_id) DO UPDATE SET external_id = excluded.external_id RETURNING relationship_id",
        client_id,
        key,
        kept,
    )
    return int(made)
