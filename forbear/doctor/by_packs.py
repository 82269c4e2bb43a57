"""The rule packs as the services read them, by which what was done is judged once more."""

import os
from datetime import date
from pathlib import Path

from services.common.kernel.dated import PolicyMissing
from services.common.packs.vocabulary import Actor, Product
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel
from services.contact.packs import ContactPacks
from services.contact.policies import Policies


def packs() -> ContactPacks:
    overlay = os.environ.get("FORBEAR_PACK_OVERLAY")
    return Policies.load(Path(overlay) if overlay else None).packs


def terms_of(
    known: ContactPacks, name: str, day: date, channel: str, actor: str | None, product: str | None
) -> GuardTerms | None:
    """The terms that a contact was bound by; None when there are none of this name. `actor` None is the lender."""
    asked = Actor(actor or Actor.LENDER), Product(product) if product else None
    try:
        return known.terms(tuple(name.split("+")), day, Channel(channel), *asked)
    except PolicyMissing:
        return None
