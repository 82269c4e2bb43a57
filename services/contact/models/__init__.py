"""Tables of contact, a file per subject, on the service's own registry."""

from services.common.runtime.tables import runtime_tables
from services.contact.models.base import ContactTable
from services.contact.models.blocks import Hold, StopOrder
from services.contact.models.cases import NUMBER_VALUE, Cadence, ContactCase, Number
from services.contact.models.conversations import Conversation, Inbound
from services.contact.models.limitation import LimitationFact
from services.contact.models.messages import MESSAGE_TEXT, STOPPED, Message, Webhook
from services.contact.models.nothing_due import NothingDue
from services.contact.models.overrides import Override
from services.contact.models.people import Consent, Party, Person, PersonFact, Representative, ThirdParty
from services.contact.models.permits import Attempt, ContactBudget, Permit
from services.contact.models.strategy import ContactStep
from services.contact.models.talks import Brief, Commitment, Disclosure, Duty, ScriptStep, Talk

TABLES = runtime_tables(ContactTable.metadata)

__all__ = [
    "MESSAGE_TEXT",
    "NUMBER_VALUE",
    "STOPPED",
    "TABLES",
    "Attempt",
    "Brief",
    "Cadence",
    "Commitment",
    "Consent",
    "ContactBudget",
    "ContactCase",
    "ContactStep",
    "ContactTable",
    "Conversation",
    "Disclosure",
    "Duty",
    "Hold",
    "Inbound",
    "LimitationFact",
    "Message",
    "NothingDue",
    "Number",
    "Override",
    "Party",
    "Permit",
    "Person",
    "PersonFact",
    "Representative",
    "ScriptStep",
    "StopOrder",
    "Talk",
    "ThirdParty",
    "Webhook",
]
