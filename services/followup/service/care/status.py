"""How a plan stands, as the borrower sees it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.followup.domain.verdict import InstalmentState
from services.followup.models import Agreement, CheckIn, Feedback, Instalment
from services.followup.repository import agreements
from services.followup.repository.care import check_ins, feedback, programmes
from services.followup.schemas.status import NextPayment, OpenFor, OpenQuestion, PlanStatus, Reading
from services.followup.service.care.policies import CarePolicies
from services.followup.service.care.whose import Portal
from services.followup.service.policies import Policies
from services.followup.vocabulary import CheckInState

_PAID = (InstalmentState.PAID, InstalmentState.CAUGHT_UP)


class PlanStatuses:
    """Shows plans to those who pay them, and to those who are asked about them."""

    def __init__(self, database: Database, policies: Policies, care: CarePolicies, portal: Portal) -> None:
        self._database = database
        self._policies = policies
        self._care = care
        self._portal = portal

    async def of_case(self, caller: Caller, case_id: UUID) -> PlanStatus:
        """The newest plan of a case. NotFound, also for a case that is not to be seen; Forbidden."""
        now = self._database.clock.now()
        async with self._database.read() as session:
            await self._portal.require_own(session, caller, case_id)
            found = await agreements.show_of_case(session, case_id, caller)
            if not found:
                raise NotFound("there is nothing of this id")
            agreement, lines = found[-1]
            today = self._policies.pack(agreement.pack, now).today(now)
            open_for = await programmes.of_case(session, case_id, today)
            asked = await check_ins.of_case(session, case_id, caller)
            # Whoever handles the case does not even learn whether the borrower has said what they think.
            own = self._portal.borrower_of(caller) is not None
            thoughts = await feedback.of_case(session, case_id, caller) if own else ()
        questions = _questions(asked, thoughts)
        reading = [
            Reading(title=r.title, url=r.url) for r in self._care.reading(agreement.pack, agreement.language, now)
        ]
        return _status(agreement, lines, questions, [OpenFor.model_validate(dict(one)) for one in open_for], reading)


def _questions(asked: Sequence[CheckIn], thoughts: Sequence[Feedback]) -> list[OpenQuestion]:
    """What waits for an answer."""
    how = [
        OpenQuestion(kind="check_in", id=one.check_in_id, about=None)
        for one in asked
        if one.state == CheckInState.ASKED
    ]
    what = [
        OpenQuestion.model_validate({"kind": "feedback", "id": one.feedback_id, "about": one.occasion})
        for one in thoughts
        if one.answered_at is None
    ]
    return how + what


def _status(
    agreement: Agreement,
    lines: Sequence[Instalment],
    questions: list[OpenQuestion],
    programmes_open: list[OpenFor],
    reading: list[Reading],
) -> PlanStatus:
    money = agreement.money
    waiting = [line for line in lines if line.state not in _PAID]
    remaining = Money.total((money(line.amount - line.paid) for line in waiting), agreement.currency)
    next_payment = None
    if waiting:
        first = waiting[0]
        amount = money(first.amount - first.paid)
        next_payment = NextPayment(number=first.number, due_date=first.due_date, amount=amount)
    return PlanStatus.model_validate(
        {
            "case_id": agreement.case_id,
            "agreement_id": agreement.agreement_id,
            "state": agreement.state,
            "standing": agreement.standing,
            "total": money(agreement.total),
            "paid": Money.total((money(line.paid) for line in lines), agreement.currency),
            "remaining": remaining,
            "instalments_left": len(waiting),
            "next_payment": next_payment,
            "ends_on": lines[-1].due_date,
            "questions": questions,
            "programmes": programmes_open,
            "reading": reading,
        }
    )
