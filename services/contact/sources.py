"""From where a number or address may have come: by the packs of a case, otherwise by the house (CN-07)."""

from dataclasses import dataclass
from datetime import date

from services.common.kernel.dated import Dated, PolicyValue
from services.common.kernel.policy_file import load_dated
from services.contact.domain.guard.terms import GuardTerms

PACKAGE = "services.contact"


@dataclass(frozen=True, slots=True)
class PeoplePolicy(PolicyValue):
    """`sources` are lawful where no pack lists some; by those `from_the_person` the person agreed to the use."""

    sources: frozenset[str]
    from_the_person: frozenset[str]


def people_policy() -> Dated[PeoplePolicy]:
    """The policy of registers, read once. PolicyFileInvalid when it is wrong."""
    return load_dated(PACKAGE, "people", PeoplePolicy)


def is_lawful(provenance: str | None, terms: GuardTerms, day: date) -> bool:
    """Whether what came from there may be used; everything else is kept and not used."""
    rules = terms.limiting("accepted_provenance")
    lists = [rule.of("accepted_provenance") for rule in rules] or [people_policy().on(day).value.sources]
    return all(provenance in one for one in lists)
