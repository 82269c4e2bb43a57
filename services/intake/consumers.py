"""Events in: the bank's reports open and cure cases, the other services' events move them or hold."""

from services.common.contracts.events import BY_TYPE, agreements, contacts, plans
from services.common.contracts.events.agreements import AgreementReopened
from services.common.contracts.events.bank import AccountRestored, DelinquencyReported
from services.common.contracts.events.base import CaseEvent
from services.common.contracts.events.contacts import MessageSent, StopHeard
from services.common.runtime.consumer.handlers import Handlers
from services.intake.service.arrival.opening import Opening
from services.intake.service.arrival.reopening import Reopening
from services.intake.service.holds.holding import Holding
from services.intake.service.requests.meeting import Clocks, tells_particulars
from services.intake.service.states.hearing import Hearing, moves_cases

MOVING_TOPICS = (contacts.TOPIC, plans.TOPIC, agreements.TOPIC)


def handlers(opening: Opening, hearing: Hearing, holding: Holding, reopening: Reopening, clocks: Clocks) -> Handlers:
    """The subscriptions of intake."""
    found = Handlers()
    found.on(DelinquencyReported, opening.hear_delinquency)
    found.on(AccountRestored, hearing.hear_restored)
    found.on(AgreementReopened, reopening.hear_reopened)
    found.on(StopHeard, holding.hear_stop)
    found.on(MessageSent, clocks.hear_sent, where=tells_particulars)
    for payload in BY_TYPE.values():
        if payload.topic in MOVING_TOPICS and issubclass(payload, CaseEvent) and moves_cases(payload):
            found.on(payload, hearing.hear_step)
    return found
