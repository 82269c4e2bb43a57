"""What the payloads of all topics share."""

from types import ModuleType
from uuid import UUID

from services.common.contracts.envelope import EventPayload


class CaseEvent(EventPayload):
    """An event about one case; the case id is key and subject."""

    case_id: UUID

    def key(self) -> str:
        return str(self.case_id)


def payloads_of(module: ModuleType) -> list[type[EventPayload]]:
    """The payload classes that `module` declares, in the order of their names."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, EventPayload) and value.__dict__.get("type")
    ]
    return sorted(found, key=lambda payload: payload.type)
