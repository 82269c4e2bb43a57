"""Events in: from the bank, from plans, contact and intake."""

from typing import TypeVar

from services.common.contracts.events.bank import DayClosed, PaymentPosted
from services.common.contracts.events.cases import (
    CaseAssigned,
    CaseClosed,
    CaseTriaged,
    HoldLifted,
    HoldPlaced,
    ReliefRequested,
    RequestEnded,
)
from services.common.contracts.events.contacts import (
    InboundRecorded,
    MessageRefused,
    MessageSent,
    MessageUnreachable,
    PromiseMade,
    PromiseWithdrawn,
    RightPartyContactRecorded,
)
from services.common.contracts.events.plans import PlanActivated, PlanApproved, PlanRejected
from services.common.runtime.consumer.handlers import Handler, Handlers, Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.service.agreements import AgreementsService
from services.followup.service.care.asking import FeedbackQuestions
from services.followup.service.care.check_ins import CheckIns
from services.followup.service.clocks.deciding import ClockDecisions
from services.followup.service.credit_disputes import CreditDisputes
from services.followup.service.days import Days
from services.followup.service.ends import Ends, is_closing_letter
from services.followup.service.follow_up import FollowUp, is_notice
from services.followup.service.holds import Holds, pauses_verdicts
from services.followup.service.postings.recording import Postings
from services.followup.service.promises.following import Promises
from services.followup.service.renegotiations import Renegotiations, asks_for_more
from services.followup.vocabulary import LetterState

M = TypeVar("M", MessageSent, MessageRefused, MessageUnreachable)


def handlers(
    agreements: AgreementsService,
    postings: Postings,
    promises: Promises,
    days: Days,
    follow_up: FollowUp,
    holds: Holds,
    renegotiations: Renegotiations,
    ends: Ends,
    disputes: CreditDisputes,
    check_ins: CheckIns,
    questions: FeedbackQuestions,
    clocks: ClockDecisions,
) -> Handlers:
    """Which event goes to which use case."""

    async def begin(uow: UnitOfWork, received: Received[PlanActivated]) -> None:
        await agreements.apply_activated(uow, received)
        await check_ins.begin(uow, received.payload)

    async def close(uow: UnitOfWork, received: Received[CaseClosed]) -> None:
        await agreements.apply_closed(uow, received)
        await ends.apply_closed(uow, received.payload)
        await disputes.outlive(uow, received.payload)
        await clocks.outlive(uow, received.payload)

    found = Handlers()
    found.on(PlanActivated, begin)
    found.on(CaseTriaged, ends.apply_triaged)
    found.on(CaseAssigned, agreements.apply_assigned)
    found.on(CaseClosed, close)
    found.on(PaymentPosted, postings.apply_posted)
    found.on(DayClosed, days.apply_closed)
    found.on(PromiseMade, promises.apply_made)
    found.on(PromiseWithdrawn, promises.apply_withdrawn)
    found.on(MessageSent, _message(ends, LetterState.SENT, follow_up.apply_sent), where=_is_ours)
    found.on(MessageRefused, _message(ends, LetterState.REFUSED, follow_up.apply_refused), where=_is_ours)
    found.on(MessageUnreachable, _message(ends, LetterState.UNREACHABLE, follow_up.apply_unreachable), where=_is_ours)
    found.on(InboundRecorded, check_ins.apply_inbound)
    found.on(RightPartyContactRecorded, questions.apply_talked)
    found.on(PlanApproved, questions.apply_approved)
    found.on(PlanRejected, questions.apply_rejected)
    found.on(HoldPlaced, holds.apply_placed, where=pauses_verdicts)
    found.on(HoldLifted, holds.apply_lifted)
    found.on(ReliefRequested, renegotiations.apply_requested, where=asks_for_more)
    found.on(RequestEnded, renegotiations.apply_ended)
    return found


def _is_ours(said: MessageSent | MessageRefused | MessageUnreachable) -> bool:
    return is_notice(said) or is_closing_letter(said)


def _message(ends: Ends, state: LetterState, notice: Handler[M]) -> Handler[M]:
    """What became of a message: a closing letter, or a notice of a missed instalment."""

    async def hear(uow: UnitOfWork, received: Received[M]) -> None:
        if is_closing_letter(received.payload):
            await ends.apply_letter(uow, received.payload, state)
        else:
            await notice(uow, received)

    return hear
