"""The agencies that the bank has published, and when each was assessed last (CN-30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.common.kernel.dated import Dated, PolicyValue
from services.common.kernel.policy_file import load_dated
from services.contact.domain.guard.facts import Agency

PACKAGE = "services.contact"


@dataclass(frozen=True, slots=True)
class AgencyPolicy(PolicyValue):
    """The day of the last assessment of each agency on the list, by the subject that its service asks as."""

    assessed_on: Mapping[str, date]


def agency_policy() -> Dated[AgencyPolicy]:
    """The list, read once. PolicyFileInvalid when it is wrong."""
    return load_dated(PACKAGE, "agencies", AgencyPolicy)


def agency_of(subject: str, day: date) -> Agency:
    """What is known of the agency whose service asks; one that is not on the list of the day was never assessed."""
    return Agency(agency_policy().on(day).value.assessed_on.get(subject))
