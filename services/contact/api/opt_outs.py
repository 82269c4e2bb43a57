"""The route behind the link by which the reader of an e-mail opts out. What stands in it proves that they have it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.common.runtime.logging import current_correlation_id
from services.contact.service.messages.opt_outs import OptOutLinks


def router(links: OptOutLinks) -> APIRouter:
    """POST /opt-outs/{message_id}/{token}."""
    routes = APIRouter(tags=["opt-outs"])

    @routes.post("/opt-outs/{message_id}/{token}", status_code=204)
    async def opt_out(message_id: UUID, token: Annotated[str, Path(max_length=200)]) -> Response:
        """Opt out with one click (RFC 8058): no more messages to this address. Again is the same."""
        await links.follow(message_id, token, current_correlation_id())
        return Response(status_code=204)

    return routes
