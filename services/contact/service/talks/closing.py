"""Closing the record of a conversation: what is missing is asked for, the rest is kept, and what follows begins."""

from collections.abc import Sequence
from uuid import UUID

from services.common.contracts.events.contacts import RightPartyContactRecorded
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.disclosures import still_open
from services.contact.domain.outcomes import Outcome
from services.contact.domain.record import NOTHING, Record, unfit
from services.contact.domain.vocabulary import Channel
from services.contact.errors import OutcomeUnfit
from services.contact.models import ContactCase, Talk
from services.contact.policies import Policies
from services.contact.repository import rounds
from services.contact.schemas import ConversationRecorded
from services.contact.service.messages.told import Telling, told_to
from services.contact.service.permits.attempts import record_attempt
from services.contact.service.rounds.engagement import Engagement
from services.contact.service.rounds.steps import TASK_OF, round_ref
from services.contact.service.talks.consequences import CALLBACK, Consequences
from services.contact.service.talks.distress import raise_alarm
from services.contact.service.talks.ended import Ended
from services.contact.service.talks.handover import begin_hand_over
from services.contact.service.talks.promising import Promising
from services.contact.service.talks.scripts import tell
from services.contact.service.talks.wording import refuse_blocked, speaks_of_self_harm

FINISH = "finish_conversation"
RECAP = "recap"
REFUSED = "RPC_REFUSED_TALK"
DISTRESS = "RPC_DISTRESS_ENDED"
_UNSCORED = frozenset({"RPC_ABUSIVE", DISTRESS})


class Closing:
    """Closes records. The case is locked by the caller."""

    def __init__(self, policies: Policies, engagement: Engagement, promising: Promising, telling: Telling) -> None:
        self._policies = policies
        self._engagement = engagement
        self._promising = promising
        self._telling = telling
        self._consequences = Consequences(policies, engagement, promising)

    async def close(self, uow: UnitOfWork, case: ContactCase, ended: Ended, outcome: Outcome) -> ConversationRecorded:
        """Keep the conversation and do what follows. OutcomeUnfit names what is missing; WordingBlocked."""
        talk = ended.talk
        policy = self._policies.conversation.on(local_day(uow.now(), case.time_zones[0])).value
        script = self._policies.script.named(talk.script_version).value
        alarm = await self._alarm(uow, case, ended, outcome)
        record = ended.record(outcome, policy, alarm)
        if wrong := unfit(record):
            raise OutcomeUnfit("the record does not fit its outcome", fields=wrong)
        if ended.permit is not None:
            await record_attempt(uow, case, ended.permit, outcome.code, talk.started_at)
        await self._keep(uow, case, ended, record, alarm)
        promised = await self._promising.keep(
            uow, case, talk.borrower_id, talk.conversation_id, ended.told.commitments, "end"
        )
        if ended.told.disclosed:
            await tell(uow, talk, ended.told.disclosed, script)
            await self._telling.in_conversation(uow, case)
        besides = bool(promised)
        promised += await self._consequences.follow(uow, case, ended.happened(outcome))
        # Letters go to the borrower, who does not read what another debtor said.
        theirs = talk.borrower_id == case.borrower_id
        # An appointment for a call is confirmed with its hour; unless more was promised, that is all there is to say.
        said = outcome.code != CALLBACK or besides
        recap = theirs and outcome.counts_as_rpc and not alarm and outcome.code not in policy.not_silent and said
        if recap:
            await self._send_recap(uow, talk)
        if outcome.counts_as_rpc and record.cause is not None and record.request not in (None, NOTHING):
            await begin_hand_over(uow, case.case_id, talk.conversation_id)
        engaged = await self._go_on(uow, case, talk, outcome)
        given = await told_to(uow.session, case, talk.borrower_id)
        return _recorded(uow, talk, outcome, engaged, recap, promised, still_open(script.disclosures, given))

    async def _alarm(self, uow: UnitOfWork, case: ContactCase, ended: Ended, outcome: Outcome) -> bool:
        """Refuse words that must not be said; raise the alarm when the borrower spoke of self-harm, or the agent says
        that the talk ended in distress, in whatever words.
        """
        written: list[tuple[str, str | None]] = [("#/summary", ended.told.summary)]
        written += [(f"#/commitments/{n}/text", one.text) for n, one in enumerate(ended.told.commitments)]
        refuse_blocked(written, case.language)
        if ended.said.alarm:
            return True
        spoken = speaks_of_self_harm([ended.told.own_words], [text for _, text in written], case.language)
        if not spoken and outcome.code != DISTRESS:
            return False
        await raise_alarm(
            uow,
            self._policies,
            case,
            borrower_id=ended.talk.borrower_id,
            occasion=ended.talk.conversation_id,
            agent=ended.talk.started_by,
        )
        return True

    async def _keep(self, uow: UnitOfWork, case: ContactCase, ended: Ended, record: Record, alarm: bool) -> None:
        talk, told, said = ended.talk, ended.told, ended.said
        request = told.request or said.request
        feeling = told.emotional_state or said.feeling
        angry = said.was_angry or feeling == "angry"
        calm = not (alarm or angry or talk.handed_over or record.outcome.code in _UNSCORED)
        await rounds.put_conversation(
            uow.session,
            {
                "conversation_id": talk.conversation_id,
                "case_id": case.case_id,
                "borrower_id": talk.borrower_id,
                "permit_id": talk.permit_id,
                "third_party_id": ended.happened(record.outcome).third_party_id,
                "channel": talk.channel,
                "outcome": record.outcome.code,
                "party_verified": record.party_verified,
                "read_back_confirmed": record.read_back_confirmed,
                "summary": ended.summary,
                "cause": record.cause,
                "own_words": ended.own_words,
                "request": request.model_dump_json(exclude_none=True) if request else None,
                "emotional_state": feeling,
                "scored": calm,
                "brief_id": talk.brief_id,
                "started_at": talk.started_at,
                "round": case.round,
                "recorded_by": uow.caller.person,
                "at": uow.now(),
            },
        )
        await uow.close_task(FINISH, str(talk.conversation_id), "recorded")
        await uow.audit(
            "conversation.recorded",
            f"conversation/{talk.conversation_id}",
            case_id=case.case_id,
            detail={"outcome": record.outcome.code, "permit_id": str(talk.permit_id or "")},
        )

    async def _send_recap(self, uow: UnitOfWork, talk: Talk) -> None:
        await uow.send_message(
            DeliveryRequest(
                case_id=talk.case_id,
                purpose=RECAP,
                object_ref=str(talk.conversation_id),
                version=1,
                template=RECAP,
                params={RECAP: str(talk.conversation_id)},
                message_class="receipt",
            )
        )

    async def _go_on(self, uow: UnitOfWork, case: ContactCase, talk: Talk, outcome: Outcome) -> bool:
        # The call or visit that was asked for was made, whatever came of it; the cadence asks for the next step.
        # It was asked for with the borrower: a call of another debtor does not stand for it.
        if talk.borrower_id == case.borrower_id:
            asked_for = TASK_OF[Channel(talk.channel)]
            await uow.close_task(asked_for, round_ref(case.case_id, case.round), outcome.code.lower())
        if not outcome.counts_as_rpc or outcome.code == REFUSED:
            # Who does not want to talk is left in peace: that is a quiet period, and no conversation to go on with.
            return False
        await self._engagement.end_quiet(uow, case, talk.borrower_id)
        engaged = await self._engagement.engaged(uow, case)
        await uow.emit(
            RightPartyContactRecorded(
                case_id=case.case_id, conversation_id=talk.conversation_id, round=case.round, at=uow.now()
            )
        )
        return engaged


def _recorded(
    uow: UnitOfWork,
    talk: Talk,
    outcome: Outcome,
    engaged: bool,
    recap: bool,
    promised: Sequence[UUID],
    missing: Sequence[str],
) -> ConversationRecorded:
    return ConversationRecorded(
        conversation_id=talk.conversation_id,
        case_id=talk.case_id,
        outcome=outcome.code,
        counts_as_attempt=outcome.counts_as_attempt,
        counts_as_connected=outcome.counts_as_connected,
        counts_as_conversation=outcome.counts_as_conversation,
        counts_as_rpc=outcome.counts_as_rpc,
        next_action=outcome.next_action.value,
        engaged=engaged,
        recap=recap,
        commitments=list(promised),
        open_disclosures=list(missing),
        at=uow.now(),
    )
