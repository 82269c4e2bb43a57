"""The borrower's numbers: copied from intake once, with where they came from; nothing else of a person is kept here."""

from datetime import date
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.contracts.workflows import RoundInput, contact_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.encryption import digest, normal_phone
from services.contact.domain.vocabulary import Channel
from services.contact.policies import Policies
from services.contact.repository import cases
from services.contact.workflows.messages import Learned

DIGEST_PURPOSE = "contact.number"
_PHONE_CHANNELS = (Channel.VOICE, Channel.SMS)


class FactSource(BaseModel):
    """Who said a fact about a borrower."""

    model_config = ConfigDict(extra="ignore")

    source: str


class BorrowerContacts(BaseModel):
    """What contact reads of intake's answer about a borrower."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    borrower_id: UUID
    phone: str | None = Field(default=None, repr=False)
    provenance: dict[str, FactSource] = Field(default_factory=dict)


class Intake(Protocol):
    """Where the numbers come from."""

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        """The borrower of a case. NotFound, Unavailable."""


class Numbers:
    """Learns numbers and knows how they are written and looked up."""

    def __init__(self, database: Database, intake: Intake, policies: Policies, region: str) -> None:
        self._database = database
        self._intake = intake
        self._policies = policies
        self._region = region

    async def learn(self, round_: RoundInput) -> Learned:
        """Read the borrower's numbers at intake and keep them.

        Unavailable when intake does not answer, or the case is not known here yet: the first look of a cadence often
        comes before intake's event, and trying this again costs no history.
        """
        workflow_id = contact_workflow_id(round_.case_id, round_.round)
        caller = Caller.service(self._database.service, workflow_id)
        contacts = await self._intake.borrower(round_.case_id, caller)
        async with self._database.write(caller) as uow:
            case = await cases.find_case(uow.session, round_.case_id)
            if case is None:
                raise Unavailable("the case is not known here yet")
            case.numbers_at = uow.now()
            if contacts.phone is None:
                return Learned(numbers=0)
            value = self.normal(contacts.phone)
            provenance = self._lawful_source(contacts, local_day(uow.now(), case.time_zones[0]))
            for channel in _PHONE_CHANNELS:
                await cases.put_number(
                    uow.session,
                    {
                        "number_id": business_uuid("number", str(case.borrower_id), channel.value, self.digest(value)),
                        "borrower_id": case.borrower_id,
                        "channel": channel.value,
                        "value": value,
                        "digest": self.digest(value),
                        "provenance": provenance,
                        # Nobody has answered at this number yet.
                        "verified": False,
                        "learned_at": uow.now(),
                    },
                )
            await uow.audit(
                "number.learned",
                f"borrower/{case.borrower_id}",
                case_id=case.case_id,
                detail={"provenance": provenance, "channels": [channel.value for channel in _PHONE_CHANNELS]},
            )
            return Learned(numbers=len(_PHONE_CHANNELS))

    def _lawful_source(self, contacts: BorrowerContacts, day: date) -> str:
        """The channel by which the number came to the lender; the guard knows which of them are lawful."""
        said_by = contacts.provenance["phone"].source if "phone" in contacts.provenance else "unknown"
        return self._policies.delivery.on(day).value.provenance_of.get(said_by, said_by)

    def normal(self, text: str) -> str:
        """A number in international form; an address that is no number as it is, without surrounding space."""
        try:
            return normal_phone(text, self._region)
        except ValueError:
            return text.strip()

    def digest(self, normal: str) -> str:
        return digest(normal, DIGEST_PURPOSE)
