"""From where a number or address came, and whether it may be used then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.common.kernel.dated import PolicyValue
from services.common.kernel.policy_file import load_dated
from services.contact.domain.vocabulary import Channel
from services.contact.models import ContactCase
from services.contact.packs import PACKAGE
from services.contact.policies import Policies
from services.contact.service.facts import packs_of


@dataclass(frozen=True, slots=True)
class PeoplePolicy(PolicyValue):
    """`sources` are lawful where no pack lists some; by those `from_the_person` the person agreed to the use."""

    sources: frozenset[str]
    from_the_person: frozenset[str]


class Sources:
    """Knows the lawful sources: those of the packs of a case where they list some, otherwise those of the house."""

    def __init__(self, policies: Policies) -> None:
        self._packs = policies.packs
        self._policy = load_dated(PACKAGE, "people", PeoplePolicy)

    def lawful(self, case: ContactCase, day: date, channel: Channel) -> Callable[[str], bool]:
        """Whether a source is accepted for a way of contact on a day; everything else is kept and not used (CN-07)."""
        rules = self._packs.terms(packs_of(case), day, channel).limiting("accepted_provenance")
        lists = [rule.of("accepted_provenance") for rule in rules] or [self._policy.on(day).value.sources]
        return lambda provenance: all(provenance in one for one in lists)

    def agreed(self, provenance: str, day: date) -> bool:
        """Whether the person gave it, and so agreed to its use on that day (US-13)."""
        return provenance in self._policy.on(day).value.from_the_person
