"""What is kept of attempts, conversations and messages."""

from services.common.contracts.envelope import Event
from services.common.contracts.events import contacts
from services.followup.service.happenings.keeping import Kept, amount_of, happening, keeps


@keeps(contacts.AttemptRecorded)
def _attempt(said: contacts.AttemptRecorded, event: Event) -> Kept:
    reached = "right_party" if said.right_party else "connected" if said.connected else "not_connected"
    return happening(event, "attempt", tag=reached, case_id=said.case_id, ref=said.outcome, channel=said.channel)


@keeps(contacts.RightPartyContactRecorded)
def _right_party(said: contacts.RightPartyContactRecorded, event: Event) -> Kept:
    return happening(event, "rpc", case_id=said.case_id, number=said.round)


@keeps(contacts.PromiseMade)
def _promised(said: contacts.PromiseMade, event: Event) -> Kept:
    return happening(event, "promise_made", case_id=said.case_id, ref=str(said.promise_id), **amount_of(said.amount))


@keeps(contacts.MessageSent)
def _sent(said: contacts.MessageSent, event: Event) -> Kept:
    return happening(event, "message_sent", tag=said.purpose, case_id=said.case_id, ref=str(said.message_id))


@keeps(contacts.MessageRefused)
def _refused(said: contacts.MessageRefused, event: Event) -> Kept:
    return happening(event, "message_refused", tag=said.rule, case_id=said.case_id, ref=str(said.message_id))


@keeps(contacts.MessageUnreachable)
def _unreachable(said: contacts.MessageUnreachable, event: Event) -> Kept:
    return happening(event, "message_unreachable", tag=said.purpose, case_id=said.case_id, ref=str(said.message_id))
