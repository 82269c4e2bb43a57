"""A posting as a channel says it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.bank import PaymentPosted
from services.followup.domain.postings import Posting, PostingKind
from services.followup.errors import PostingDiffers
from services.followup.schemas import NewPayment
from services.followup.vocabulary import UnmatchedReason


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a posting: new or known, and the agreement it counts for or why it counts for none."""

    is_new: bool
    agreement_id: UUID | None = None
    unmatched: UnmatchedReason | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A posting as a channel says it."""

    posting: Posting
    account_ref: str
    booking_date: date
    end_to_end_id: str | None = None


def fact_of(said: PaymentPosted | NewPayment) -> Fact:
    """What the feed or the API says. InvalidInput for an amount that is not positive, or a reversal of nothing."""
    posting = Posting(said.posting_ref, PostingKind(said.kind), said.amount, said.value_date, said.reverses)
    return Fact(posting, said.account_ref, said.booking_date)


def values_of(fact: Fact) -> dict[str, Any]:
    """The columns of a posting."""
    posting = fact.posting
    return {
        "posting_ref": posting.reference,
        "account_ref": fact.account_ref,
        "currency": posting.amount.currency,
        "amount": posting.amount.amount,
        "value_date": posting.value_date,
        "booking_date": fact.booking_date,
        "kind": posting.kind.value,
        "reverses": posting.reverses,
    }


def require_same(row: Row[Any], fact: Fact) -> None:
    """PostingDiffers unless a reference stands for what it is known for."""
    known = row._mapping
    if any(known[name] != value for name, value in values_of(fact).items() if name != "booking_date"):
        raise PostingDiffers("the bank's reference stands for a posting with other contents")
