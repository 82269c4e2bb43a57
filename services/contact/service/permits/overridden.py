"""What a refusal was about, made from what is kept of it, so that the same contact can be asked for once more."""

from uuid import UUID

from services.common.packs.vocabulary import Actor
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import ThirdPartyUnknown
from services.contact.models import ContactCase, Permit
from services.contact.repository import numbers, people
from services.contact.service.people.whereabouts import whereabouts
from services.contact.service.permits.asked import AskedThirdParty, Special
from services.contact.service.permits.deciding import PermitAsk
from services.contact.service.permits.kept import restored


def refusing(permit: Permit) -> list[tuple[str, str]]:
    """The rules that refused, each with its strength."""
    return [(one["rule"], one["strength"]) for one in permit.verdicts if not one["passed"] and not one.get("warns")]


async def ask_again(
    uow: UnitOfWork,
    case: ContactCase,
    refusal: Permit,
    permit_id: UUID,
    names_institution: bool,
    overriding: frozenset[str],
) -> PermitAsk:
    """The same contact with the same person, asked for under another id."""
    facts, asked = restored(refusal.facts), refusal.asked
    special = Special(
        person_id=refusal.borrower_id,
        zones=await whereabouts(uow.session, case, refusal.borrower_id),
        actor=Actor(asked.get("actor", Actor.LENDER)),
        third_party=await _third_party(uow, refusal, facts),
        visit=facts.visit,
        staff=tuple(asked.get("staff", ())),
        voicemail=facts.voicemail,
        callback=UUID(asked["callback"]) if "callback" in asked else None,
        agency=facts.agency,
    )
    return PermitAsk(
        permit_id=permit_id,
        case=case,
        channel=Channel(refusal.channel),
        purpose=refusal.purpose,
        template=facts.template,
        message_class=MessageClass(refusal.message_class),
        number=await numbers.find(uow.session, refusal.number_id) if refusal.number_id else None,
        names_institution=names_institution,
        special=special,
        overriding=overriding,
    )


async def _third_party(uow: UnitOfWork, refusal: Permit, facts: ContactFacts) -> AskedThirdParty | None:
    if refusal.third_party_id is None or facts.third_party is None:
        return None
    found = await people.lock_third_party(uow.session, refusal.third_party_id)
    if found is None:
        raise ThirdPartyUnknown("the case has no such third party")
    return AskedThirdParty.of(found, facts.third_party.reason, facts.third_party.content)
