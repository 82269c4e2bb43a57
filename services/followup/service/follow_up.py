"""What the follow-up workflow does when it looks, and what is heard of notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.common.contracts.events import bank
from services.common.contracts.events.agreements import AgreementBroken
from services.common.contracts.events.contacts import MessageRefused, MessageSent, MessageUnreachable
from services.common.contracts.workflows import FollowUpInput, agreement_workflow_id
from services.common.kernel.errors import InvalidInput, NotFound, Unavailable
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.renegotiation import may_be_broken
from services.followup.domain.verdict import Standing
from services.followup.errors import NothingToServe
from services.followup.models import Agreement
from services.followup.repository import agreements, followed, holds
from services.followup.repository.followed import Followed
from services.followup.schemas import ServedNotice
from services.followup.service.calendar import Calendar
from services.followup.service.care.check_ins import CheckIns
from services.followup.service.notices import Notices
from services.followup.service.talks import Talks
from services.followup.service.verdicts import ids_of, step
from services.followup.service.views import agreement_view
from services.followup.vocabulary import ACTIVE_STATES, MISSED_NOTICE, AgreementState, NoticeState
from services.followup.workflows.messages import Look

MAY_SERVE = ("agent", "senior_agent", "supervisor", "manager")


def is_notice(said: MessageSent | MessageRefused | MessageUnreachable) -> bool:
    """Whether a message is a notice of a missed instalment."""
    return said.purpose == MISSED_NOTICE


class FollowUp:
    """The step of the workflow, and the way of a notice."""

    def __init__(
        self, database: Database, calendar: Calendar, notices: Notices, talks: Talks, check_ins: CheckIns
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._notices = notices
        self._talks = talks
        self._check_ins = check_ins

    async def look(self, asked: FollowUpInput) -> Look:
        """Do all that is due for an agreement, in one transaction.

        Unavailable while plans' event about it is still on its way: trying again costs no history, a nudge would.
        """
        workflow_id = agreement_workflow_id(asked.agreement_id)
        async with self._database.write(Caller.service(self._database.service, workflow_id)) as uow:
            found = await followed.lock_agreement(uow.session, asked.agreement_id, uow.caller)
            if found is None:
                raise Unavailable("the agreement is not known here yet")
            agreement = found.agreement
            next_check_in = None
            if agreement.state in ACTIVE_STATES:
                next_check_in = await self._check_ins.look(uow, agreement, found.lines)
                await self._act(uow, found)
                await followed.write(uow.session, [found])
            if agreement.state not in ACTIVE_STATES:
                await self._check_ins.end(uow, agreement)
                return Look.model_validate({"outcome": agreement.state})
            return Look(wake_in=_wake_in(uow, agreement, next_check_in))

    async def _act(self, uow: UnitOfWork, found: Followed) -> None:
        now = uow.now()
        agreement, lines = found.agreement, found.lines
        await self._talks.end_late(uow, agreement)
        held = await holds.of_cases(uow.session, [agreement.case_id])
        count = self._calendar.days(uow, agreement, held.get(agreement.case_id, ()))
        if count.is_paused(self._calendar.today(uow, agreement)):
            await self._calendar.plan(uow, agreement, lines, count=count)
            await self._notices.pause(uow, agreement)
            return
        if agreement.remind_at is not None and agreement.remind_at <= now:
            # A look may come late: nobody is reminded of a due day that is over.
            await self._calendar.plan(uow, agreement, lines, count=count)
        if agreement.remind_at is not None and agreement.remind_at <= now:
            line = next(one for one in lines if one.number == agreement.remind_number)
            await self._notices.remind(uow, agreement, line)
            await self._calendar.plan(uow, agreement, lines, count=count)
        if agreement.second_notice_at is not None and agreement.second_notice_at <= now:
            await self._notices.send_second(uow, agreement, lines)
        if await self._is_broken(uow, agreement):
            await self._break(uow, agreement)

    async def _is_broken(self, uow: UnitOfWork, agreement: Agreement) -> bool:
        """By all that has to come before, and only when no posting of the account waits to be counted."""
        if not may_be_broken(
            at_risk=agreement.state == AgreementState.AT_RISK,
            standing=Standing(agreement.standing),
            notice_served=agreement.notice_state == NoticeState.SERVED,
            renegotiating=agreement.renegotiating,
        ):
            return False
        return not await agreements.account_is_held(uow.session, bank.PAYMENTS, agreement.account_ref)

    async def _break(self, uow: UnitOfWork, agreement: Agreement) -> None:
        await step(uow, agreement, AgreementState.BROKEN)
        await self._notices.end(uow, agreement, "broken")
        await self._calendar.clear(uow, agreement)
        agreement.ended_at = uow.now()
        await uow.emit(AgreementBroken(**ids_of(agreement)))

    async def apply_sent(self, uow: UnitOfWork, received: Received[MessageSent]) -> None:
        """message.sent: a notice of this episode has reached the borrower."""
        found = await self._noticed(uow, received.payload)
        if found is not None and found.agreement.notice_state != NoticeState.SERVED:
            await self._notices.served(uow, found.agreement)
            await followed.write(uow.session, [found])

    async def apply_refused(self, uow: UnitOfWork, received: Received[MessageRefused]) -> None:
        """message.refused: the contact guard does not let a notice out."""
        await self._not_sent(uow, received.payload, "message_refused")

    async def apply_unreachable(self, uow: UnitOfWork, received: Received[MessageUnreachable]) -> None:
        """message.unreachable: no gateway could deliver a notice."""
        await self._not_sent(uow, received.payload, "message_unreachable")

    async def serve(self, caller: Caller, agreement_id: UUID, notice: ServedNotice) -> Answer:
        """A person served the notice by other means. NotFound; NothingToServe when none waits for it;
        InvalidInput for a day on which it cannot have been served."""
        caller.require_any(MAY_SERVE)
        async with self._database.write(caller) as uow:
            found = await followed.lock_agreement(uow.session, agreement_id, uow.caller)
            if found is None:
                raise NotFound("there is no agreement of this id")
            agreement = found.agreement
            # A notice is a new record, guarded by the state; who did read a version is still held to it.
            if caller.if_match is not None:
                caller.require_version(agreement.version)
            if agreement.state != AgreementState.AT_RISK or agreement.notice_state == NoticeState.SERVED:
                raise NothingToServe("no notice of this agreement waits to be served")
            if not agreement.activated_on <= notice.served_on <= self._calendar.today(uow, agreement):
                raise InvalidInput(
                    "a notice is served after the agreement began, and not in the future",
                    fields=[("#/served_on", "too early or in the future")],
                )
            agreement.version += 1
            await self._notices.served(uow, agreement)
            await followed.write(uow.session, [found])
            await uow.audit(
                "notice.served",
                f"agreement/{agreement_id}",
                case_id=agreement.case_id,
                detail={"means": notice.means, "served_on": notice.served_on.isoformat()},
            )
            return uow.answer(agreement_view(agreement, found.lines), etag=agreement.version)

    async def _not_sent(self, uow: UnitOfWork, said: MessageRefused | MessageUnreachable, reason: str) -> None:
        found = await self._noticed(uow, said)
        if found is not None and found.agreement.notice_state == NoticeState.PENDING:
            await self._notices.failed(uow, found.agreement, reason)
            await followed.write(uow.session, [found])

    async def _noticed(
        self, uow: UnitOfWork, said: MessageSent | MessageRefused | MessageUnreachable
    ) -> Followed | None:
        """The agreement at risk that a notice is of, locked; None for a notice of an earlier episode."""
        reference, _, number = said.object_ref.partition(":")
        found = await followed.lock_agreement(uow.session, UUID(reference), uow.caller)
        if found is None or found.agreement.state != AgreementState.AT_RISK:
            return None
        return found if int(number) >= found.agreement.episode_from else None


def _wake_in(uow: UnitOfWork, agreement: Agreement, next_check_in: datetime | None) -> timedelta | None:
    moments = (agreement.remind_at, agreement.second_notice_at, agreement.renegotiating_until, next_check_in)
    due = [at for at in moments if at is not None]
    return uow.wake_in(min(due)) if due else None
