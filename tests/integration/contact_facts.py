"""Cases, messages and webhooks as contact's tests know them: a borrower in Shanghai, on a morning in March."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import DeliveryRequest, MessageClass
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money

# Ten in the morning in Shanghai.
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def case_of(name: str, borrower: str = "", origin: str = "bank", **changes: Any) -> CaseTriaged:
    """A triaged case of a borrower in Shanghai."""
    facts = {
        "case_id": business_uuid("case", name),
        "borrower_id": business_uuid("borrower", borrower or name),
        "account_ref": f"LN-{name}",
        "origin": origin,
        "pack": "cn",
        "pack_version": "cn-2026-01-30",
        "product": "consumer_loan",
        "bucket": "M1",
        "days_past_due": 12,
        "arrears": Money.of("864.00", "CNY"),
        "balance": Money.of("9000.00", "CNY"),
        "language": "zh",
        "time_zones": (ZONE,),
        "contactable": True,
        "round": 1,
    }
    return CaseTriaged.model_validate(facts | changes)


def phone_of(case: CaseTriaged) -> str:
    """A mobile number for each borrower."""
    return f"+86138{case.borrower_id.int % 10**8:08}"


def offer_of(case: CaseTriaged, message_class: MessageClass = "arrangement", purpose: str = "offer") -> DeliveryRequest:
    """A message that plans might want sent."""
    return DeliveryRequest(
        case_id=case.case_id,
        purpose=purpose,
        object_ref=f"{case.account_ref}-plan",
        version=1,
        template=purpose,
        params={"expires_on": "2026-03-16"},
        message_class=message_class,
    )


def reply_of(provider_id: str, words: str, sender: str, at: datetime) -> dict[str, Any]:
    """The body of an inbound webhook."""
    return {
        "type": "inbound",
        "provider_id": provider_id,
        "channel": "sms",
        "from": sender,
        "text": words,
        "received_at": at.isoformat(),
    }


def receipt_of(message_id: UUID, status: str = "delivered") -> dict[str, Any]:
    """The body of a receipt."""
    return {
        "type": "receipt",
        "provider_id": f"gw-{message_id}",
        "idempotency_key": str(message_id),
        "status": status,
        "received_at": START.isoformat(),
    }
