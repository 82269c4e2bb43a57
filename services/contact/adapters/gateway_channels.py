"""One adapter for each channel: where a message goes and how it is written there."""

from typing import Any

from services.contact.adapters.gateway_http import GatewayLine, HttpGateway
from services.contact.errors import GatewayRefused
from services.contact.permitted import PermittedMessage
from services.contact.sender import Sender

ADDRESS_INCOMPLETE = "ADDRESS_INCOMPLETE"


class _Signed(HttpGateway):
    """A channel in which the institution signs what it sends."""

    def __init__(self, line: GatewayLine, sender: Sender) -> None:
        super().__init__(line)
        self._sender = sender


class SmsGateway(_Signed):
    """Text messages."""

    channel = "sms"
    path = "/gateway/sms/messages"

    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        return {"to": message.to, "sender": self._sender.institution, "text": message.text}


class EmailGateway(_Signed):
    """E-mail. Whoever reads it leaves the list with one click (RFC 8058), without saying who they are."""

    channel = "email"
    path = "/gateway/email/messages"

    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        return {
            "to": message.to,
            "from": {"name": self._sender.institution, "address": self._sender.email},
            "subject": message.subject,
            "text": message.text,
            "language": message.language,
            "headers": {
                "List-Unsubscribe": f"<{self._sender.unsubscribe(message.message_id)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        }


class PushGateway(_Signed):
    """Notifications of the bank's application; what stands on a locked screen is the title alone."""

    channel = "push"
    path = "/gateway/push/notifications"

    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        return {"device": message.to, "title": self._sender.institution, "body": message.text}


class LetterGateway(_Signed):
    """Letters that a print house makes. The envelope is neutral: nothing on it tells what it is about."""

    channel = "letter"
    path = "/gateway/letter/orders"

    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        lines = [line.strip() for line in message.to.splitlines() if line.strip()]
        if not lines:
            raise GatewayRefused(ADDRESS_INCOMPLETE)
        return {
            "address_block": lines,
            "sender": self._sender.institution,
            "envelope": "neutral",
            "seal": self._sender.seal,
            "heading": message.subject,
            "text": message.text,
            "language": message.language,
        }


class PortalGateway(_Signed):
    """Posts into the bank's portal, for the person who signs in there."""

    channel = "portal"
    path = "/gateway/portal/posts"

    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        return {
            "customer": message.to,
            "sender": self._sender.institution,
            "title": message.subject,
            "body": message.text,
            "language": message.language,
        }


CHANNELS: tuple[type[_Signed], ...] = (SmsGateway, EmailGateway, PushGateway, LetterGateway, PortalGateway)
