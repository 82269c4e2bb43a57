"""Whether anybody should still be sent a message: what was true when it was asked for may not be true now."""

from datetime import date, datetime

from services.common.kernel.clock import local_day
from services.contact.domain.treatment import HARDSHIP_TOLD
from services.contact.domain.vocabulary import MessageClass
from services.contact.policies import Policies
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage

CASE_CLOSED = "CASE_CLOSED"
ROUND_OVER = "ROUND_OVER"
TOO_LATE = "TOO_LATE"
"""The last day on which a message says anything true is over."""
NOTHING_DUE = "NOTHING_DUE"
"""The instalment it is about is paid, or its agreement over."""
LAST_DAYS = {"reminder": "due_date", "offer": "expires_on"}
"""By purpose, the parameter that names that day. A notice of what was missed speaks of a due day that is over."""


def unwanted(policies: Policies, addressee: Addressee, message: LockedMessage, now: datetime) -> str | None:
    """The reason why not; None when it is."""
    case = addressee.case
    day = local_day(now, case.time_zones[0])
    if case.closed_at is not None:
        allowed = policies.delivery.on(day).value.after_close
        return None if allowed & {message.purpose, message.message_class} else CASE_CLOSED
    of_round = message.object_ref == str(case.case_id)
    if of_round and message.purpose in policies.cadence.on(day).value.purposes:
        if addressee.round_state not in (None, "running"):
            return ROUND_OVER
    if (last := _last_day(message)) is not None and last < day:
        return TOO_LATE
    if addressee.nothing_due:
        return NOTHING_DUE
    if message.message_class != MessageClass.DEMAND:
        return None
    told, step = case.hardship_at is not None, addressee.channels is not None
    treatment = policies.treatment.on(day).value
    if told and treatment.stage_of(message.purpose) is None:
        return HARDSHIP_TOLD  # A demand that is no stage of a round asks for payment.
    return treatment.closed_to(message.purpose, is_step=step, hardship=told)


def _last_day(message: LockedMessage) -> date | None:
    """The last day on which it may leave, on the borrower's calendar; None when it names none.

    What is no date is left to the template, which says so to people.
    """
    named = message.params.get(LAST_DAYS.get(message.purpose, ""))
    try:
        return None if named is None else date.fromisoformat(named)
    except ValueError:
        return None
