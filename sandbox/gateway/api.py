"""The gateway's routes."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response

from sandbox.gateway.service import Gateway, KeyReused, MessageRequest


def gateway_routes(gateway: Gateway) -> APIRouter:
    """Routes below /gateway."""
    router = APIRouter(tags=["gateway"])

    @router.post("/messages", status_code=202)
    async def accept(request: MessageRequest, response: Response) -> dict[str, Any]:
        try:
            provider_id, new = await gateway.accept(request)
        except KeyReused:
            raise HTTPException(409, "The idempotency key was used for another message.") from None
        if not new:
            response.headers["X-Served-From-Cache"] = "true"
        return {"provider_id": provider_id, "idempotency_key": request.idempotency_key, "status": "accepted"}

    @router.get("/messages/{key:path}")
    async def status(key: str) -> dict[str, Any]:
        found = await gateway.status(key)
        if found is None:
            raise HTTPException(404, "There is no such message.")
        return found

    return router
