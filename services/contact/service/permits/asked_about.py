"""What somebody asks about: which person of the case, through whom, and whether the request fits together."""

from services.common.kernel.clock import local_day
from services.common.kernel.errors import Forbidden
from services.common.packs.vocabulary import Actor
from services.common.runtime.caller import Caller
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.agencies import agency_of
from services.contact.domain.guard.facts import Agency, Visit
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import AskUnfit, ConsentUnknown, PartyUnknown, ThirdPartyUnknown
from services.contact.models import ContactCase
from services.contact.repository import people, permits, strategy
from services.contact.schemas import AskPermit
from services.contact.service.people.consents import call_agreed
from services.contact.service.people.whereabouts import whereabouts
from services.contact.service.permits.asked import AskedThirdParty, Special

# A visit has a supervisor's permission (003-02): one of them asks for it, or has permitted the step of the round.
LET_VISIT = frozenset({"supervisor", "manager"})
AGENCY = frozenset({"system"})


def fitting(caller: Caller, body: AskPermit, acts_as: Actor) -> None:
    """AskUnfit names every field that does not fit the way of contact. Forbidden to ask as somebody else than the house
    `acts_as`."""
    by_voice, third = body.channel is Channel.VOICE, body.third_party
    wrong = {
        "visit": _visit(caller, body),
        "voicemail": "only a call leaves one" if body.voicemail is not None and not by_voice else "",
        "callback": _callback(body),
        "message_class": _class(body),
        "third_party": "a third party is called" if third and not by_voice else "",
        "number_id": "a third party has a number of its own" if third and body.number_id else "",
        "party_id": "ask about one person at a time" if third and body.party_id else "",
    }
    if found := [(f"#/{field}", reason) for field, reason in wrong.items() if reason]:
        raise AskUnfit("what is asked does not fit together", fields=found)
    if body.actor not in (None, acts_as) and not caller.roles & AGENCY:
        raise Forbidden("only the service of somebody else who collects asks as that one")


def _visit(caller: Caller, body: AskPermit) -> str:
    if body.visit is None:
        return "say who visits" if body.channel is Channel.VISIT else ""
    if body.channel is not Channel.VISIT:
        return "belongs to a visit"
    if len(set(body.visit.staff)) < len(body.visit.staff):
        return "name different people"
    in_charge = caller.roles & LET_VISIT and caller.person in body.visit.staff
    return "whoever permits a visit does not go" if in_charge else ""


def _callback(body: AskPermit) -> str:
    by_person = body.channel in (Channel.VOICE, Channel.VISIT)
    if body.callback is not None and body.channel is not Channel.VOICE:
        return "only a call answers it"
    if body.callback is None and by_person and body.message_class is MessageClass.REPLY:
        return "a call is a reply when the person agreed to be called: name that consent"
    return ""


def _class(body: AskPermit) -> str:
    # A notice passes holds and hours: a call or a visit that is only called one would pass them too.
    by_person = body.channel in (Channel.VOICE, Channel.VISIT)
    return "a notice is given in writing" if by_person and body.message_class is MessageClass.STATUTORY_NOTICE else ""


async def special_of(uow: UnitOfWork, case: ContactCase, body: AskPermit, acts_as: Actor) -> Special:
    """What is asked for beside a plain contact. PartyUnknown, ThirdPartyUnknown, ConsentUnknown, Forbidden.

    A third party is locked until the transaction ends: nobody asks that person at the same time for another borrower's
    call, and a refusal just recorded is seen.
    """
    person_id = body.party_id or case.borrower_id
    if person_id != case.borrower_id and await people.find_party(uow.session, case.case_id, person_id) is None:
        raise PartyUnknown("the case has no such party")
    if body.callback is not None and not await call_agreed(uow.session, body.callback, person_id):
        raise ConsentUnknown("the person has not agreed to be called, has revoked it, or was spoken to since")
    visit = body.visit
    if visit is not None and not uow.caller.roles & LET_VISIT:
        step = await strategy.last_step(uow.session, case.case_id, case.round)
        if step is None or step.decision != "permitted" or set(visit.staff) != set(step.staff or ()):
            raise Forbidden("a supervisor has not permitted this visit by these people")
    return Special(
        person_id=person_id,
        zones=await whereabouts(uow.session, case, person_id),
        actor=body.actor or acts_as,
        third_party=await _third_party(uow, case, body),
        visit=None if visit is None else Visit(len(visit.staff), visit.notice_on, visit.enters),
        staff=() if visit is None else tuple(visit.staff),
        voicemail=None if body.voicemail is None else tuple(body.voicemail),
        callback=body.callback,
        agency=_agency(uow, case, body, acts_as),
    )


def _agency(uow: UnitOfWork, case: ContactCase, body: AskPermit, acts_as: Actor) -> Agency | None:
    """The agency that asks; where this house is one, its own lender has assessed it."""
    if body.actor is not Actor.AGENCY or acts_as is Actor.AGENCY:
        return None
    return agency_of(uow.caller.subject, local_day(uow.now(), case.time_zones[0]))


async def _third_party(uow: UnitOfWork, case: ContactCase, body: AskPermit) -> AskedThirdParty | None:
    asked = body.third_party
    if asked is None:
        return None
    found = await people.find_third_party(uow.session, asked.third_party_id)
    if found is None or found.case_id != case.case_id:
        raise ThirdPartyUnknown("the case has no such third party")
    # The budget before the number before those who have it, as whoever records a refusal locks them.
    await permits.lock_budget(uow.session, case.borrower_id)
    await permits.lock_number(uow.session, found.digest)
    found = await people.lock_third_party(uow.session, asked.third_party_id)
    if found is None:
        raise ThirdPartyUnknown("the case has no such third party")
    return AskedThirdParty.of(found, asked.reason, asked.content)
