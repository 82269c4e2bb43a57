"""Messages that somebody who works on a case has sent: what we must disclose, what is owed, the letter about a card."""

from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.treatment import HARDSHIP_TOLD
from services.contact.domain.vocabulary import MessageClass
from services.contact.errors import CaseIsClosed, CaseUnknown, MessageNotTheirs, MessageUnfit
from services.contact.message_policies import Askable
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import cases, messages
from services.contact.schemas.messages import AskMessage, MessageAsked
from services.contact.service.messages.release import message_id_of, new_message
from services.contact.service.people.whom import named_by
from services.contact.service.permits.asked import packs_of
from services.contact.service.talks.accounts import AccountFigures, Accounts

ASKERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})


class AskedMessages:
    """Has messages sent. They leave as all others do: when the guard permits, each once."""

    def __init__(self, database: Database, accounts: Accounts, policies: Policies) -> None:
        self._database = database
        self._accounts = accounts
        self._policies = policies

    async def ask(self, caller: Caller, case_id: UUID, body: AskMessage) -> Answer:
        """Have a message of the list sent to the borrower, with the core's figures of now where it shows some.

        InvalidInput for a purpose that is not on the list, MessageNotTheirs, MessageUnfit, CaseUnknown, CaseIsClosed,
        Forbidden; NotFound when the core has no such account, Unavailable.
        """
        caller.require_any(ASKERS)
        async with self._database.read() as session:
            case = await cases.find_case(session, case_id)
        if case is None:
            raise CaseUnknown("contact has not heard of this case")
        asked = self._allowed(caller, case, body.purpose)
        params = await self._figures(caller, case_id) if asked.figures else {}
        async with self._database.write(caller) as uow:
            locked = await cases.lock_case(uow.session, case_id)
            if locked is None:
                raise CaseUnknown("contact has not heard of this case")
            self._allowed(caller, locked, body.purpose)
            return uow.answer(await self._send(uow, locked, body.purpose, asked, params), status=201)

    def _allowed(self, caller: Caller, case: ContactCase, purpose: str) -> Askable:
        listed = self._policies.messages.on(local_day(self._database.clock.now(), case.time_zones[0])).value.purposes
        asked = listed.get(purpose)
        if asked is None:
            known = f"one of {', '.join(sorted(listed))}"
            raise InvalidInput("nobody has a message of this purpose sent", fields=[("#/purpose", known)])
        if not caller.roles & asked.roles:
            raise MessageNotTheirs("another role has this message sent", who_may=sorted(asked.roles))
        if case.closed_at is not None:
            raise CaseIsClosed("the case has ended")
        if not asked.fits(packs_of(case), case.product):
            raise MessageUnfit("this message is for other products or countries", reason="OTHER_CASES")
        if asked.message_class is MessageClass.DEMAND and case.hardship_at is not None:
            raise MessageUnfit("the borrower told of hardship: nothing asks for payment", reason=HARDSHIP_TOLD)
        return asked

    async def _figures(self, caller: Caller, case_id: UUID) -> dict[str, str]:
        key = business_uuid("figures", str(case_id), caller.subject, _named(caller))
        reader = Caller.service(self._database.service, caller.correlation_id, acting_for=caller.person)
        return shown_figures(await self._accounts.figures(case_id, reader, str(key)))

    async def _send(
        self, uow: UnitOfWork, case: ContactCase, purpose: str, asked: Askable, params: dict[str, str]
    ) -> MessageAsked:
        request = DeliveryRequest(
            case_id=case.case_id,
            purpose=purpose,
            object_ref=str(business_uuid("asked_message", str(case.case_id), purpose, named_by(uow))),
            version=1,
            template=purpose,
            params=params,
            message_class=asked.message_class.value,
        )
        # Planned at once, so that who asked can see it; its workflow finds it planned.
        await messages.plan(uow.session, new_message(request), uow.now())
        await uow.send_message(request)
        message_id = message_id_of(request)
        await uow.audit("message.asked", f"message/{message_id}", case_id=case.case_id, detail={"purpose": purpose})
        return MessageAsked(message_id=message_id, case_id=case.case_id, purpose=purpose, asked_at=uow.now())


def shown_figures(account: AccountFigures) -> dict[str, str]:
    """The core's figures as parameters of templates. The parts of the arrears are left out when they are not known."""
    shown = {
        "as_of": account.facts_as_of.isoformat(),
        "claim": str(account.arrears + account.balance),
        "arrears": str(account.arrears),
        "balance": str(account.balance),
    }
    if account.overdue is not None:
        parts = account.overdue
        shown |= {"principal": str(parts.principal), "interest": str(parts.interest), "fees": str(parts.fees)}
    if account.oldest_unpaid_due_date is not None:
        shown["overdue_since"] = account.oldest_unpaid_due_date.isoformat()
    return shown


def _named(caller: Caller) -> str:
    return caller.command.key if caller.command else caller.correlation_id
