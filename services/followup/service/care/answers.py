"""What borrowers say of how their plan is going, by themselves or to somebody who writes it down."""

from __future__ import annotations

from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.errors_care import CheckInAnswered
from services.followup.models import CheckIn
from services.followup.repository import followed, renegotiations
from services.followup.repository.care import check_ins
from services.followup.repository.followed import Followed
from services.followup.schemas.check_ins import AnswerCheckIn, CheckIns, CheckInView
from services.followup.service.care.whose import Portal
from services.followup.service.policies import Policies
from services.followup.service.talks import Talks
from services.followup.vocabulary import ACTIVE_STATES, CHECK_IN_REPLY, CheckInState


class CheckInAnswers:
    """Takes and shows answers."""

    def __init__(self, database: Database, policies: Policies, talks: Talks, portal: Portal) -> None:
        self._database = database
        self._policies = policies
        self._talks = talks
        self._portal = portal

    async def answer(self, caller: Caller, check_in_id: UUID, body: AnswerCheckIn) -> Answer:
        """Keep an answer. Who says that it is hard is talked with, and the judgement of the agreement waits for that.

        NotFound, also for what was not asked yet or is not to be seen; CheckInAnswered; Forbidden.
        """
        async with self._database.write(caller) as uow:
            shown = await check_ins.agreement_of(uow.session, check_in_id, caller)
            if shown is None:
                raise NotFound("there is nothing of this id")
            await self._portal.require_own(uow.session, caller, shown.case_id)
            found = await followed.lock_agreement(uow.session, shown.agreement_id, caller)
            asked = await check_ins.lock(uow.session, check_in_id)
            if asked.state == CheckInState.ANSWERED:
                raise CheckInAnswered("an answer was kept before")
            if caller.if_match is not None:
                caller.require_version(asked.version)
            asked.how, asked.words, asked.state = body.how, body.words, CheckInState.ANSWERED.value
            asked.answered_by, asked.answered_at, asked.version = caller.person, uow.now(), asked.version + 1
            await uow.session.flush()
            await uow.close_task(CHECK_IN_REPLY, str(check_in_id), body.how)
            subject, detail = f"check_in/{check_in_id}", {"how": body.how}
            await uow.audit("check_in.answered", subject, case_id=asked.case_id, detail=detail)
            if found is not None and body.how == "hard" and found.agreement.state in ACTIVE_STATES:
                await self._talk(uow, asked, found)
            return uow.answer(_view(asked), etag=asked.version)

    async def of_case(self, caller: Caller, case_id: UUID) -> CheckIns:
        """What was asked and said in a case; nothing of one that is not to be seen. NotFound for another's case."""
        async with self._database.read() as session:
            await self._portal.require_own(session, caller, case_id)
            found = await check_ins.of_case(session, case_id, caller)
        return CheckIns(items=[_view(one) for one in found])

    async def _talk(self, uow: UnitOfWork, asked: CheckIn, found: Followed) -> None:
        """A word of hardship is heard as a further request is, under the id of the question."""
        agreement = found.agreement
        values = {
            "request_id": asked.check_in_id,
            "agreement_id": agreement.agreement_id,
            "case_id": agreement.case_id,
            "requested_on": self._policies.pack(agreement.pack, uow.now()).today(uow.now()),
            "known_at": uow.now(),
        }
        await renegotiations.put(uow.session, values)
        await self._talks.begin_heard(uow, agreement)
        await followed.write(uow.session, [found])


def _view(asked: CheckIn) -> CheckInView:
    return CheckInView.model_validate(asked.model_dump(include=set(CheckInView.model_fields)))
