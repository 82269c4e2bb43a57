"""The gateway's routes: each channel has its own, with its own shape of a message."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse

from sandbox.gateway.service import AnswerLost, Gateway, KeyReused, NotTaken
from sandbox.gateway.shapes import SHAPES, Shape

_ANSWERS = {
    "busy": JSONResponse({"code": "BUSY"}, 429, {"Retry-After": "1"}),
    "refuse": JSONResponse({"code": "REFUSED"}, 422),
    "nobody": JSONResponse({"code": "UNDELIVERABLE"}, 422),
}


def gateway_routes(gateway: Gateway) -> APIRouter:
    """Routes below /gateway."""
    router = APIRouter(tags=["gateway"])
    for shape in SHAPES:
        _add_channel(router, gateway, shape)
    return router


def _add_channel(router: APIRouter, gateway: Gateway, shape: type[Shape]) -> None:
    async def accept(request: Shape, response: Response) -> Any:
        try:
            provider_id, new = await gateway.accept(request)
        except KeyReused:
            raise HTTPException(409, "The idempotency key was used for another message.") from None
        except NotTaken as refusal:
            return _ANSWERS[refusal.kind]
        except AnswerLost:
            return JSONResponse({"detail": "The answer was lost on the way."}, 504)
        if not new:
            response.headers["X-Served-From-Cache"] = "true"
        return {"provider_id": provider_id, "idempotency_key": request.idempotency_key, "status": "accepted"}

    async def status(key: str) -> dict[str, Any]:
        found = await gateway.status(shape.channel, key)
        if found is None:
            raise HTTPException(404, "There is no such message.")
        return found

    # The shape is known when the route is made, and no earlier.
    accept.__annotations__["request"] = shape
    router.add_api_route(shape.path, accept, methods=["POST"], status_code=202, response_model=None)
    router.add_api_route(f"{shape.path}/{{key:path}}", status, methods=["GET"])
