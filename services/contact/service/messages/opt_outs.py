"""Opting out: by a word, or by the link of an e-mail. The address is barred at once, and confirmed once."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.language import LONGEST
from services.contact.domain.language.normalise import fold
from services.contact.domain.vocabulary import Channel
from services.contact.errors import MessageUnknown
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import cases, messages
from services.contact.repository.cases import BarredNumber
from services.contact.repository.owed import Owed, lock_owed
from services.contact.sender import is_token
from services.contact.service.heard import hold_here
from services.contact.service.permits.asked import packs_of

CONFIRMATION = "opt_out_confirmation"
#: Packs name what opts out of a text (US-31a) and what a text has to say of it (US-12); both are heard.
_PARAMETERS = ("keywords", "opt_out_words")


class OptOuts:
    """Hears who wants no more messages at an address."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def is_one(self, text: str, opened: Sequence[ContactCase], channel: Channel, day: date) -> bool:
        """Whether a message is nothing but a word by which one opts out: of the house, or of a pack of the cases."""
        delivery = self._policies.delivery.on(day).value
        words = set(delivery.opt_out_words)
        for case in opened:
            terms = self._policies.packs.terms(packs_of(case), day, channel, delivery.acts_as)
            words |= {word for parameter in _PARAMETERS for word in terms.all_of(parameter)}
        return plain(text) in {plain(word) for word in words}

    async def hear(
        self, uow: UnitOfWork, digest: str, channel: str, owed: Sequence[Owed], occasion: UUID, answer: bool
    ) -> None:
        """Bar the address for everybody who shares it, hold what is asked of each owner; with `answer` confirm it once.

        An address that was barred before is not confirmed again, however often its owner says so.
        """
        barred = await cases.bar_number(uow.session, digest, channel, uow.now())
        for one in owed:
            await hold_here(
                uow,
                case_id=one.case.case_id,
                borrower_id=one.person_id,
                origin="opt_out",
                blocks=self._policies.delivery.on(local_day(uow.now(), one.case.time_zones[0])).value.opt_out_blocks,
                ends_at=None,
                occasion=occasion,
            )
        if answer:
            await self._confirm(uow, barred, channel, [one.case for one in owed if one.by_borrower])

    async def _confirm(
        self, uow: UnitOfWork, barred: Sequence[BarredNumber], channel: str, opened: Sequence[ContactCase]
    ) -> None:
        """One confirmation, whoever shares the address. Messages about a case go to its borrower alone."""
        for case in opened:
            delivery = self._policies.delivery.on(local_day(uow.now(), case.time_zones[0])).value
            mine = [one for one in barred if one.borrower_id == case.borrower_id]
            if mine and channel in delivery.confirm_opt_out:
                await uow.send_message(
                    DeliveryRequest(
                        case_id=case.case_id,
                        purpose=CONFIRMATION,
                        object_ref=str(mine[0].number_id),
                        version=1,
                        template=CONFIRMATION,
                        params={},
                        message_class="reply",
                    )
                )
                return


class OptOutLinks:
    """Hears who follows the link of a message."""

    def __init__(self, database: Database, opt_outs: OptOuts) -> None:
        self._database = database
        self._opt_outs = opt_outs

    async def follow(self, message_id: UUID, token: str, correlation_id: str) -> None:
        """Opt out of the address to which a message went; again is the same. MessageUnknown, whatever is wrong."""
        if not is_token(message_id, token):
            raise MessageUnknown("there is no such link")
        async with self._database.write(Caller("recipient", frozenset(), correlation_id)) as uow:
            sent_to = await messages.sent_to(uow.session, message_id)
            if sent_to is None:
                raise MessageUnknown("there is no such link")
            digest, channel = sent_to
            owners = await cases.owners_of(uow.session, digest)
            owed = await lock_owed(uow.session, owners)
            # Whoever clicks sees that it was done, and wants no more in the box.
            await self._opt_outs.hear(uow, digest, channel, owed, message_id, answer=False)
            await uow.audit("address.opted_out", f"message/{message_id}", detail={"channel": channel})


def plain(text: str) -> str:
    """A reply without what does not matter to it: width, case, traditional signs, punctuation and space."""
    return "".join(sign for sign in fold(text[:LONGEST]).text if sign.isalnum())
