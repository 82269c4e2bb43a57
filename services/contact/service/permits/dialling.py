"""Just before somebody dials or sets out: what stops contact now ends a permit that was given before it."""

from services.common.contracts.events.cases import TOPIC
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.guard import own
from services.contact.domain.vocabulary import Channel, MessageClass, action_class
from services.contact.errors import PermitUnusable
from services.contact.models import ContactCase, Permit
from services.contact.repository.known import Wanted, known_of
from services.contact.service.permits.asked import packs_of


async def still_free(uow: UnitOfWork, case: ContactCase, permit: Permit) -> None:
    """PermitUnusable when a stop covers the contact now, or a hold blocks it. Counts are not asked again: the permit
    itself is one of them."""
    channel, now = Channel(permit.channel), uow.now()
    wanted = Wanted(case.case_id, permit.borrower_id, None, None, channel, since=None, replies=False)
    known = await known_of(uow.session, TOPIC, wanted, now)
    template = str(permit.facts.get("template", ""))
    if not own.no_stop_covers(known.stops, packs_of(case), channel.value, template, case.portfolio):
        raise PermitUnusable("contact was stopped after this permit was given")
    action = action_class(MessageClass(permit.message_class), channel)
    if not own.no_hold_blocks(action, [blocked for hold in known.holds for blocked in hold.blocks]):
        raise PermitUnusable("a hold was placed after this permit was given")
