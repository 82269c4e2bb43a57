"""What is kept of a decision, so that the guard can be asked again years later, and no personal data."""

from typing import Any

from pydantic import TypeAdapter

from services.common.kernel.clock import local_day
from services.common.packs.vocabulary import Actor, Product
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel
from services.contact.models import Permit
from services.contact.packs import ContactPacks

_FACTS: TypeAdapter[ContactFacts] = TypeAdapter(ContactFacts)


def stored(facts: ContactFacts) -> dict[str, Any]:
    """The facts as they are kept with the decision."""
    kept: dict[str, Any] = _FACTS.dump_python(facts, mode="json", exclude_defaults=True)
    return kept


def restored(kept: dict[str, Any]) -> ContactFacts:
    """The facts of a decision as they were, from what is kept of them."""
    return _FACTS.validate_python(kept)


def terms_again(packs: ContactPacks, permit: Permit, facts: ContactFacts) -> GuardTerms:
    """The terms by which a stored decision was made. PolicyMissing when a pack is not there any more."""
    actor = Actor(permit.asked.get("actor", Actor.LENDER))
    product = Product(permit.asked["product"]) if "product" in permit.asked else None
    names = tuple(permit.pack.split("+"))
    day = local_day(facts.now, facts.zones[0]) if facts.zones else facts.now.date()
    return packs.terms(names, day, Channel(permit.channel), actor, product)
