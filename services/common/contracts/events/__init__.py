"""The payload of every event, a file per topic (two for plans, by subject), and the registry of all of them."""

from services.common.contracts.events import agreements, bank, cases, contacts, evidence, plans, tasks
from services.common.contracts.events.base import CaseEvent, payloads_of

__all__ = ["BY_TYPE", "CaseEvent", "agreements", "bank", "cases", "contacts", "evidence", "plans", "tasks"]

BY_TYPE = {
    payload.type: payload
    for module in (cases, contacts, evidence, plans, agreements, tasks, bank)
    for payload in payloads_of(module)
}
