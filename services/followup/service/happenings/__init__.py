"""Which events a measure asks for, and what it keeps of each; one module for each source of them."""

from services.common.contracts.envelope import Event
from services.followup.service.happenings import agreements, bank, cases, contacts, plans, tasks
from services.followup.service.happenings.keeping import KEEPERS, Kept


def observed_types() -> frozenset[str]:
    """The types of events that are kept."""
    return frozenset(KEEPERS)


def observed_topics() -> frozenset[str]:
    """Their topics."""
    return frozenset(payload.topic for payload, _ in KEEPERS.values())


def kept_of(event: Event) -> Kept:
    """What is kept of an event. ValueError (pydantic's) when the payload is not of its shape."""
    payload_class, keep = KEEPERS[event.type]
    return keep(payload_class.model_validate_json(event.body), event)


__all__ = [
    "Kept", "agreements", "bank", "cases", "contacts", "kept_of", "observed_topics", "observed_types", "plans", "tasks",
]  # fmt: skip
