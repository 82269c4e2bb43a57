"""Consents of a person: recorded, read, revoked. A revoked one is kept, for what was done under it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import PageQuery
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.window import LocalHours
from services.contact.errors import ConsentUnfit, ConsentUnknown, ConversationUnknown
from services.contact.models import Consent
from services.contact.repository import people
from services.contact.schemas.consents import ConsentKind, Consents, ConsentShown, RecordConsent
from services.contact.service.paging import place_of
from services.contact.service.people.preferences import hours_of, told
from services.contact.service.people.whom import (
    READERS,
    WRITERS,
    named_by,
    open_case_of,
    person_of,
    spoken_with,
    stand_still,
)

_HOURS: TypeAdapter[LocalHours] = TypeAdapter(LocalHours)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)
_TALKS = tuple(code for code, outcome in OUTCOMES.items() if outcome.counts_as_conversation)
_DETAIL_OF = {ConsentKind.HOURS: "hours", ConsentKind.CALL_BACK: "call_back_at", ConsentKind.CHANNEL: "channel"}


class ConsentRegister:
    """Takes down what persons agree to, and what they take back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, caller: Caller, case_id: UUID, body: RecordConsent) -> Answer:
        """Keep a consent.

        ConsentUnfit names the fields; CaseUnknown, CaseIsClosed, PartyUnknown, ConversationUnknown, Forbidden.
        """
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            case, person_id = await open_case_of(uow.session, case_id, body.party_id)
            if body.conversation_id is not None:
                if await spoken_with(uow.session, case_id, body.conversation_id) != person_id:
                    raise ConversationUnknown("this was a conversation with somebody else")
            details = _details(body, uow.now())
            consent_id = await consent_here(
                uow,
                case_id=case.case_id,
                borrower_id=person_id,
                kind=body.kind,
                details=details,
                conversation_id=body.conversation_id,
                given_at=body.given_at,
            )
            kept = await people.lock_consent(uow.session, consent_id)
            if kept is None:
                raise ConsentUnknown("the consent was not kept")
            return uow.answer(_shown(kept, frozenset()), status=201)

    async def of_case(self, caller: Caller, case_id: UUID, party_id: UUID | None, asked: PageQuery) -> Consents:
        """A page of all consents of a person, revoked ones too. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            _, person_id = await person_of(session, case_id, party_id)
            found = await people.consents_of(session, person_id, place_of(asked), asked.limit + 1)
            used = await people.answered(session, [one.consent_id for one in found], _TALKS)
        page = asked.page(found, lambda one: (one.given_at, one.consent_id), lambda one: _shown(one, used))
        return Consents(items=page.items, next=page.next)

    async def of_person(self, session: AsyncSession, person_id: UUID) -> list[ConsentShown]:
        """All consents of a person, the newest first, with whether they still hold."""
        found = await people.consents_of(session, person_id)
        used = await people.answered(session, [one.consent_id for one in found], _TALKS)
        return [_shown(one, used) for one in found]

    async def revoke(self, caller: Caller, consent_id: UUID) -> Answer:
        """Take a consent back at once, when the case has ended too; again is the same. ConsentUnknown, Forbidden."""
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            consent = await people.lock_consent(uow.session, consent_id)
            if consent is None:
                raise ConsentUnknown("there is no consent of this id")
            await stand_still(uow, consent.borrower_id)
            if consent.revoked_at is None:
                consent.revoked_at, consent.revoked_by = uow.now(), uow.caller.person
                subject = f"consent/{consent_id}"
                await uow.audit("consent.revoked", subject, case_id=consent.case_id, detail={"kind": consent.kind})
            return uow.answer(_shown(consent, frozenset()))


async def call_agreed(session: AsyncSession, consent_id: UUID, person_id: UUID) -> bool:
    """Whether a person agreed to be called by this consent and still does: neither revoked nor answered, for the next
    conversation ends it."""
    consent = await people.find_consent(session, consent_id)
    if consent is None or (consent.borrower_id, consent.kind) != (person_id, ConsentKind.CALL_BACK):
        return False
    return consent.revoked_at is None and not await people.answered(session, [consent_id], _TALKS)


async def consent_here(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    borrower_id: UUID,
    kind: ConsentKind,
    details: Mapping[str, Any],
    conversation_id: UUID | None = None,
    given_at: datetime | None = None,
) -> UUID:
    """Keep a consent in somebody else's transaction; returns its id. `details` as `Consent` says.

    One kind is kept once for each command; where none is given, as in a worker, once for each conversation.
    """
    occasion = named_by(uow) if uow.caller.command or conversation_id is None else str(conversation_id)
    consent_id = business_uuid("consent", str(borrower_id), kind.value, occasion)
    values = {
        "consent_id": consent_id,
        "borrower_id": borrower_id,
        "case_id": case_id,
        "kind": kind.value,
        "details": dict(details),
        "conversation_id": conversation_id,
        "given_at": given_at or uow.now(),
        "recorded_by": uow.caller.person,
    }
    if await people.put_consent(uow.session, values):
        await uow.audit("consent.recorded", f"consent/{consent_id}", case_id=case_id, detail={"kind": kind.value})
    return consent_id


def _details(body: RecordConsent, now: datetime) -> dict[str, Any]:
    """What is kept of a consent, when what is said of it belongs to its kind."""
    wanted = _DETAIL_OF.get(body.kind)
    wrong = [
        (f"#/{name}", "is needed for this kind" if name == wanted else "does not belong to this kind")
        for name in _DETAIL_OF.values()
        if (getattr(body, name) is not None) != (name == wanted)
    ]
    if body.given_at is not None and body.given_at > now:
        wrong.append(("#/given_at", "must not be in the future"))
    if body.call_back_at is not None and body.call_back_at <= now:
        wrong.append(("#/call_back_at", "must be in the future"))
    if wrong:
        raise ConsentUnfit("what is said does not belong to this kind of consent", fields=wrong)
    if body.hours is not None:
        kept: dict[str, Any] = _HOURS.dump_python(hours_of(body.hours), mode="json")
        return kept
    if body.call_back_at is not None:
        return {"at": body.call_back_at.isoformat()}
    return {"channel": body.channel.value} if body.channel is not None else {}


def _shown(consent: Consent, answered: frozenset[UUID]) -> ConsentShown:
    """A consent as it is told; one to be called back ends with the next conversation, so with being `answered`."""
    kind, details = ConsentKind(consent.kind), consent.details
    used = kind is ConsentKind.CALL_BACK and consent.consent_id in answered
    return ConsentShown(
        consent_id=consent.consent_id,
        person_id=consent.borrower_id,
        case_id=consent.case_id,
        kind=kind,
        hours=told(_HOURS.validate_python(details)) if kind is ConsentKind.HOURS else None,
        call_back_at=_MOMENT.validate_python(details["at"]) if kind is ConsentKind.CALL_BACK else None,
        channel=details.get("channel"),
        conversation_id=consent.conversation_id,
        given_at=consent.given_at,
        recorded_by=consent.recorded_by,
        revoked_at=consent.revoked_at,
        in_force=consent.revoked_at is None and not used,
    )
