"""Conversations: begun and taken through the script, or recorded in one go when they are over."""

from datetime import timedelta
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import CaseIsClosed, CaseUnknown, ConversationUnknown, PermitUnusable
from services.contact.models import Brief, ContactCase, Permit, Talk
from services.contact.policies import Policies
from services.contact.repository import cases, permits, talks
from services.contact.schemas import EndConversation, RecordConversation
from services.contact.schemas.talks import ConversationKept
from services.contact.schemas.telling import Asked
from services.contact.service.people.whom import person_of
from services.contact.service.permits.dialling import still_free
from services.contact.service.permits.using import use_permit
from services.contact.service.talks.briefs import Briefs
from services.contact.service.talks.closing import FINISH, Closing
from services.contact.service.talks.commitments import shown
from services.contact.service.talks.ended import Ended, outcome_of
from services.contact.service.talks.said import Said, said_in
from services.contact.service.talks.scripts import RECORDERS, Scripts

READERS = RECORDERS | {"compliance"}
FINISH_PATH = "/v1/conversations/{conversation_id}/outcome"


class Conversations:
    """Takes down what agents report."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        briefs: Briefs,
        scripts: Scripts,
        closing: Closing,
    ) -> None:
        self._database = database
        self._policies = policies
        self._briefs = briefs
        self._scripts = scripts
        self._closing = closing

    async def open(self, caller: Caller, case_id: UUID, body: RecordConversation) -> Answer:
        """Keep a conversation or a vain attempt; without an outcome, begin one that goes by the script.

        PermitUnusable for a permit of another contact, used, expired, or stopped before anybody dialled; BriefNeeded;
        OutcomeUnfit names the fields that do not fit the outcome; WordingBlocked; BeyondAuthority; CaseUnknown;
        CaseIsClosed; Forbidden.
        """
        caller.require_any(RECORDERS)
        outcome = outcome_of(body.outcome) if body.outcome is not None else None
        async with self._database.write(caller) as uow:
            case = await cases.lock_case(uow.session, case_id)
            if case is None:
                raise CaseUnknown("contact has not heard of this case")
            if case.closed_at is not None:
                raise CaseIsClosed("the case has ended")
            permit = await self._permit(uow, case_id, body)
            spoken = outcome is None or outcome.counts_as_conversation
            dialled = permit is not None and permit.channel == Channel.VOICE.value
            brief = await self._briefs.before_dial(uow, case, permit) if permit and dialled and spoken else None
            talk = await self._talk(uow, case, body, permit, brief)
            if outcome is None:
                if permit is not None:
                    await still_free(uow, case, permit)
                await self._begin(uow, case, talk, permit)
                return uow.answer(await self._scripts.shown(uow, talk), status=201)
            ended = Ended(talk, Said(), body, permit)
            return uow.answer(await self._closing.close(uow, case, ended, outcome), status=201)

    async def end(self, caller: Caller, conversation_id: UUID, body: EndConversation) -> Answer:
        """Record how a conversation ended that went by the script.

        OutcomeUnfit names what is missing; ConversationUnknown, ConversationIsOver, WordingBlocked, BeyondAuthority,
        Forbidden.
        """
        caller.require_any(RECORDERS)
        outcome = outcome_of(body.outcome)
        async with self._database.write(caller) as uow:
            talk, case = await self._scripts.under_way(uow, conversation_id)
            permit = await permits.lock_permit(uow.session, talk.permit_id) if talk.permit_id else None
            if permit is not None:
                permit.used_at = talk.started_at
            said = said_in(await talks.steps_of(uow.session, conversation_id))
            talk.ended_at = uow.now()
            recorded = await self._closing.close(uow, case, Ended(talk, said, body, permit), outcome)
            return uow.answer(recorded, status=201)

    async def conversation(self, caller: Caller, conversation_id: UUID) -> ConversationKept:
        """One conversation with its words; the reading is recorded. ConversationUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            talk = await talks.find_talk(uow.session, conversation_id)
            kept = await talks.find_conversation(uow.session, conversation_id)
            about = kept or talk
            if about is None:
                raise ConversationUnknown("there is no conversation of this id")
            promised = await talks.commitments_in(uow.session, conversation_id)
            subject = f"conversation/{conversation_id}"
            await uow.audit("conversation.read", subject, case_id=about.case_id)
            values = kept.model_dump(include=set(ConversationKept.model_fields) - {"request"}) if kept else {}
            unknown = dict.fromkeys(set(ConversationKept.model_fields) - {"talk", "commitments"})
            return ConversationKept.model_validate(
                unknown
                | {"conversation_id": conversation_id, "case_id": about.case_id}
                | values
                | {
                    "talk": await self._scripts.shown(uow, talk) if talk else None,
                    "request": Asked.model_validate_json(kept.request) if kept and kept.request else None,
                    "commitments": [shown(one) for one in promised],
                }
            )

    async def _permit(self, uow: UnitOfWork, case_id: UUID, body: RecordConversation) -> Permit | None:
        if body.permit_id is None:
            return None
        permit = await use_permit(uow, body.permit_id, case_id, over=body.outcome is not None)
        if permit.channel != body.channel:
            raise PermitUnusable("the permit is for another channel")
        if await talks.talk_of_permit(uow.session, permit.permit_id) is not None:
            raise PermitUnusable("a conversation was begun under this permit")
        return permit

    async def _talk(
        self, uow: UnitOfWork, case: ContactCase, body: RecordConversation, permit: Permit | None, brief: Brief | None
    ) -> Talk:
        caller, now = uow.caller, uow.now()
        named_by = str(permit.permit_id) if permit else f"{caller.subject} {caller.command and caller.command.key}"
        _, person_id = await person_of(uow.session, case.case_id, body.person_id)
        return Talk(
            conversation_id=business_uuid("conversation", str(case.case_id), named_by),
            case_id=case.case_id,
            borrower_id=permit.borrower_id if permit else person_id,
            permit_id=permit.permit_id if permit else None,
            third_party_id=permit.third_party_id if permit else None,
            channel=body.channel,
            brief_id=brief.brief_id if brief else None,
            script_version=self._scripts.version_on(now, case),
            started_at=permit.used_at or now if permit else now,
            started_by=caller.person,
        )

    async def _begin(self, uow: UnitOfWork, case: ContactCase, talk: Talk, permit: Permit | None) -> None:
        policy = self._policies.conversation.on(local_day(uow.now(), case.time_zones[0])).value
        until = uow.now() + timedelta(hours=policy.finish_hours)
        if permit is not None:
            # It counts as reserved until the outcome says what it was; nobody may use it for anything else.
            permit.used_at, permit.expires_at = None, until
        await talks.add_talk(uow.session, talk)
        await uow.open_task(
            NewTask(
                case_id=case.case_id,
                kind=FINISH,
                ref=str(talk.conversation_id),
                needs_role="agent",
                decide_path=FINISH_PATH.replace("{conversation_id}", str(talk.conversation_id)),
                reason="UNDER_WAY",
                deadline=until,
            )
        )
        await uow.audit("conversation.begun", f"conversation/{talk.conversation_id}", case_id=case.case_id)
