"""The route that the gateway calls. It carries a signature instead of a token."""

from fastapi import APIRouter, Request

from services.common.runtime.http.body_guard import JSON_LIMIT, read_body
from services.common.runtime.logging import current_correlation_id
from services.contact.service.messages.inbound import HEADERS, Inbox, WebhookAnswer


def router(inbox: Inbox) -> APIRouter:
    """POST /webhooks/gateway."""
    routes = APIRouter(tags=["webhooks"])

    @routes.post("/webhooks/gateway")
    async def take_in_webhook(request: Request) -> WebhookAnswer:
        """A receipt or a reply, signed by the Standard Webhooks scheme. A repeat is answered and has no effect."""
        headers = {name: request.headers.get(name, "") for name in HEADERS}
        return await inbox.take_in(await read_body(request, JSON_LIMIT), headers, current_correlation_id())

    return routes
