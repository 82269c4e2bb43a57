"""Events in: from the bank, from plans, contact and intake."""

from services.common.contracts.events.bank import DayClosed, PaymentPosted
from services.common.contracts.events.cases import CaseAssigned, CaseClosed, HoldLifted, HoldPlaced
from services.common.contracts.events.contacts import (
    MessageRefused,
    MessageSent,
    MessageUnreachable,
    PromiseMade,
    PromiseWithdrawn,
)
from services.common.contracts.events.plans import PlanActivated
from services.common.runtime.consumer.handlers import Handlers
from services.followup.service.agreements import AgreementsService
from services.followup.service.days import Days
from services.followup.service.follow_up import FollowUp, is_notice
from services.followup.service.holds import Holds, pauses_verdicts
from services.followup.service.postings import Postings
from services.followup.service.promises import Promises


def handlers(
    agreements: AgreementsService,
    postings: Postings,
    promises: Promises,
    days: Days,
    follow_up: FollowUp,
    holds: Holds,
) -> Handlers:
    """Which event goes to which use case."""
    found = Handlers()
    found.on(PlanActivated, agreements.apply_activated)
    found.on(CaseAssigned, agreements.apply_assigned)
    found.on(CaseClosed, agreements.apply_closed)
    found.on(PaymentPosted, postings.apply_posted)
    found.on(DayClosed, days.apply_closed)
    found.on(PromiseMade, promises.apply_made)
    found.on(PromiseWithdrawn, promises.apply_withdrawn)
    found.on(MessageSent, follow_up.apply_sent, where=is_notice)
    found.on(MessageRefused, follow_up.apply_refused, where=is_notice)
    found.on(MessageUnreachable, follow_up.apply_unreachable, where=is_notice)
    found.on(HoldPlaced, holds.apply_placed, where=pauses_verdicts)
    found.on(HoldLifted, holds.apply_lifted)
    return found
