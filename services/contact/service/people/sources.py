"""From where a number or address came, and whether it may be used then."""

from collections.abc import Callable
from datetime import date

from services.contact.domain.vocabulary import Channel
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.service.permits.asked import packs_of
from services.contact.sources import is_lawful, people_policy


class Sources:
    """Knows the lawful sources of a case, as the guard does."""

    def __init__(self, policies: Policies) -> None:
        self._packs = policies.packs
        self._delivery = policies.delivery
        self._policy = people_policy()

    def lawful(self, case: ContactCase, day: date, channel: Channel) -> Callable[[str], bool]:
        """Whether a source is accepted for a way of contact on a day."""
        terms = self._packs.terms(packs_of(case), day, channel, self._delivery.on(day).value.acts_as)
        return lambda provenance: is_lawful(provenance, terms, day)

    def agreed(self, provenance: str, day: date) -> bool:
        """Whether the person gave it, and so agreed to its use on that day (US-13)."""
        return provenance in self._policy.on(day).value.from_the_person
