"""The payload of every event, a file per topic, and the registry of all of them."""

from services.common.contracts.events import agreements, bank, cases, contacts, plans, tasks
from services.common.contracts.events.base import CaseEvent, payloads_of

__all__ = ["BY_TYPE", "CaseEvent", "agreements", "bank", "cases", "contacts", "plans", "tasks"]

BY_TYPE = {
    payload.type: payload
    for module in (cases, contacts, plans, agreements, tasks, bank)
    for payload in payloads_of(module)
}
