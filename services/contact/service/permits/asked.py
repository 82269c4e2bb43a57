"""What somebody wants to do: with whom, how, through whom, and in which words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.packs.vocabulary import Actor, Product
from services.contact.domain.guard.facts import Agency, ThirdParty, Visit
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.zones import plausible
from services.contact.models import ContactCase, Number
from services.contact.models import ThirdParty as ThirdPartyRow
from services.contact.repository.known import REFERENCE
from services.contact.service.people.number_rows import zones_of_phone


@dataclass(frozen=True, slots=True)
class AskedThirdParty:
    """Somebody who owes nothing and would be asked: who that is here, and what the guard is told."""

    third_party_id: UUID
    digest: str
    provenance: str
    fact: ThirdParty
    zones: tuple[str, ...]

    @classmethod
    def of(cls, row: ThirdPartyRow, reason: str | None, content: str | None) -> Self:
        """A third party of a case as it is known now; the same person in several cases is one (US-16)."""
        fact = ThirdParty(
            ref=row.digest[:REFERENCE],
            role=row.role,
            reason=reason,
            content=content,
            refused=row.refused_at is not None,
            volunteers=row.volunteers,
            invited=row.invited_at is not None,
        )
        return cls(row.third_party_id, row.digest, row.provenance, fact, zones_of_phone(row.number))


@dataclass(frozen=True, slots=True)
class Special:
    """What people ask for beside a plain contact with the borrower of a case.

    `person_id` is another party of it, who may be in `zones`; `staff` are the subjects of those who would visit;
    `callback` is the consent by which the person wants this call; `agency` is the one that asks, None for the
    lender.
    """

    person_id: UUID | None = None
    zones: tuple[str, ...] | None = None
    actor: Actor = Actor.LENDER
    third_party: AskedThirdParty | None = None
    visit: Visit | None = None
    staff: tuple[str, ...] = ()
    voicemail: tuple[str, ...] | None = None
    callback: UUID | None = None
    agency: Agency | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What is known of the words of a message; None where nobody has looked. See `ContactFacts`."""

    phrases: tuple[str, ...] | None = None
    blocked: tuple[str, ...] = ()
    says_collector: bool | None = None
    letter_contents: tuple[str, ...] = ()


PLAIN, UNREAD = Special(), Wording()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do.

    `template` is the text that is to be sent, for a call what it is for; `text` its words, None for a call.
    """

    case: ContactCase
    channel: Channel
    message_class: MessageClass
    number: Number | None
    names_institution: bool
    template: str
    text: str | None = None
    special: Special = PLAIN
    wording: Wording = UNREAD

    @property
    def person_id(self) -> UUID:
        return self.special.person_id or self.case.borrower_id

    def zones(self, now: datetime) -> tuple[str, ...]:
        """All in which whoever is contacted may be; the number that would be used may tell of a place of its own.

        Of a third party nothing but the number tells where that is.
        """
        if self.special.third_party is not None:
            return plausible((), [self.special.third_party.zones], now.date())
        known = self.special.zones or tuple(self.case.time_zones)
        return plausible(known, [self.number.zones] if self.number else [], local_day(now, known[0]))

    @property
    def digest(self) -> str | None:
        """Of the number that would be used, whoever's it is."""
        third = self.special.third_party
        return third.digest if third else self.number.digest if self.number else None


def packs_of(case: ContactCase) -> tuple[str, ...]:
    return tuple(case.pack.split("+"))


def product_of(case: ContactCase) -> Product | None:
    return Product.named(case.product)
