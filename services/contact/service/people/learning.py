"""Numbers and addresses: how they are written and looked up, and those that intake knows, copied once."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.contracts.workflows import PartyInput, RoundInput, contact_workflow_id, party_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput, Unavailable
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.encryption import digest, normal_phone
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.addresses import normal_address, normal_email, normal_reference
from services.contact.domain.vocabulary import Channel
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import cases, numbers
from services.contact.service.people.number_rows import TOLD_APART, Found, Kind
from services.contact.service.people.whereabouts import widen
from services.contact.workflows.messages import Learned

DIGEST_PURPOSE = "contact.number"
_PHONE = re.compile(r"[+0-9][0-9 ()./-]*")
_FIELDS: tuple[tuple[str, Kind], ...] = (("phone", "phone"), ("email", "email"), ("postal_address", "address"))


class FactSource(BaseModel):
    """Who said a fact about a borrower."""

    model_config = ConfigDict(extra="ignore")

    source: str


class BorrowerContacts(BaseModel):
    """What contact reads of intake's answer about a borrower, or about another party of a case.

    The name stands on letters, and is kept nowhere else.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)
    email: str | None = Field(default=None, repr=False)
    postal_address: str | None = Field(default=None, repr=False)
    time_zone: str | None = None
    provenance: dict[str, FactSource] = Field(default_factory=dict)

    @property
    def stated_zone(self) -> str | None:
        """Where somebody said that this person is; None when the zone is only the institution's own."""
        return self.time_zone if "time_zone" in self.provenance else None


class Intake(Protocol):
    """Where the numbers come from."""

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        """The borrower of a case. NotFound, Unavailable."""

    async def party(self, case_id: UUID, party_id: UUID, caller: Caller) -> BorrowerContacts:
        """Another party of a case. NotFound, Unavailable."""


class Numbers:
    """Learns numbers and knows how they are written and looked up."""

    def __init__(self, database: Database, intake: Intake, policies: Policies, region: str) -> None:
        self._database = database
        self._intake = intake
        self._policies = policies
        self._region = region

    async def learn(self, round_: RoundInput) -> Learned:
        """Read the borrower's numbers and addresses at intake and keep them.

        Unavailable when intake does not answer, or the case is not known here yet: the first look of a cadence often
        comes before intake's event, and trying this again costs no history.
        """
        workflow_id = contact_workflow_id(round_.case_id, round_.round)
        caller = Caller.service(self._database.service, workflow_id)
        contacts = await self._intake.borrower(round_.case_id, caller)
        async with self._database.write(caller) as uow:
            case = await self._known(uow, round_.case_id)
            case.numbers_at = uow.now()
            return await self._keep(uow, case, case.borrower_id, contacts)

    async def learn_party(self, party: PartyInput) -> Learned:
        """The same of another party of a case, for whom nothing waits."""
        caller = Caller.service(self._database.service, party_workflow_id(party.case_id, party.party_id))
        contacts = await self._intake.party(party.case_id, party.party_id, caller)
        async with self._database.write(caller) as uow:
            return await self._keep(uow, await self._known(uow, party.case_id), party.party_id, contacts)

    async def _known(self, uow: UnitOfWork, case_id: UUID) -> ContactCase:
        case = await cases.find_case(uow.session, case_id)
        if case is None:
            raise Unavailable("the case is not known here yet")
        return case

    async def _keep(self, uow: UnitOfWork, case: ContactCase, person_id: UUID, contacts: BorrowerContacts) -> Learned:
        count = 0
        for found in self._found(contacts, local_day(uow.now(), case.time_zones[0])):
            for row in found.rows(person_id, uow.now()):
                await numbers.add_number(uow.session, row)
            channels = [channel.value for channel in found.channels()]
            count += len(channels)
            await uow.audit(
                "number.learned",
                f"borrower/{person_id}",
                case_id=case.case_id,
                detail={"provenance": found.provenance, "channels": channels},
            )
        await widen(uow, person_id, contacts.stated_zone)
        return Learned(numbers=count)

    def _found(self, contacts: BorrowerContacts, day: date) -> Iterator[Found]:
        """What intake said, each with the channel by which it came to the lender; the guard knows which are lawful."""
        provenance_of = self._policies.delivery.on(day).value.provenance_of
        for name, kind in _FIELDS:
            said: str | None = getattr(contacts, name)
            if said is not None:
                by = contacts.provenance[name].source if name in contacts.provenance else "unknown"
                value = self.normal(said)
                yield Found(kind, value, self.digest(value), provenance_of.get(by, by), addressee=contacts.name or "")

    def parsed(self, kind: Kind, text: str, pointer: str) -> str:
        """A number or address in the form in which it is kept. InvalidInput at `pointer` when it is none."""
        try:
            return self._form(kind, text)
        except ValueError as error:
            raise InvalidInput("the number or address cannot be used", fields=[(pointer, str(error))]) from None

    def normal(self, text: str) -> str:
        """A number, an e-mail or a postal address in the form in which it is kept and looked up."""
        for kind in TOLD_APART:
            try:
                return self._form(kind, text)
            except ValueError:
                continue
        return text.strip()

    def _form(self, kind: Kind, text: str) -> str:
        if kind == "phone":
            # The parser finds a number in any text, in an e-mail address too.
            if not _PHONE.fullmatch(unicodedata.normalize("NFKC", text).strip()):
                raise ValueError("this is not a telephone number")
            return normal_phone(text, self._region)
        if kind in ("device", "portal"):
            return normal_reference(text)
        return normal_email(text) if kind == "email" else normal_address(text)

    def digests_of(self, sender: str, channel: str) -> list[str]:
        """What whoever wrote to us may be looked up by, the likeliest first: in the portal by the account, which may be
        the telephone number."""
        forms = [sender.strip()] if channel == Channel.PORTAL else []
        return [self.digest(form) for form in dict.fromkeys([*forms, self.normal(sender)])]

    def digest(self, normal: str) -> str:
        """What a number or address is looked up by, as its normal form."""
        return digest(normal, DIGEST_PURPOSE)
