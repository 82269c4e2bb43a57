"""What a borrower sends to sign an offer: every key term, the terms said again, how it is paid, and the code."""

from collections.abc import Mapping
from typing import Any


def acceptance(shown: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The body of an acceptance of the offer that is shown, signed with a code."""
    signature = {"method": "one_time_code", "code": code, "consent_version": shown["document"]["consent"]["version"]}
    return accepted(shown, signature)


def accepted(shown: Mapping[str, Any], signature: Mapping[str, Any]) -> dict[str, Any]:
    """The same, signed in whatever way."""
    offer = shown["document"]
    return {
        "version": offer["version"],
        "document_hash": shown["document_hash"],
        "key_terms": {term["code"]: True for term in offer["key_terms"]},
        "understood": {
            "payment": offer["payment"],
            "instalments": offer["instalments"],
            "first_due_date": offer["first_due_date"],
            "if_missed": "tell_the_bank",
        },
        "paying": {"method": "bank_transfer"},
        "signature": dict(signature),
    }
