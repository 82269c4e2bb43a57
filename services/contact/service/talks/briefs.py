"""The brief before a call: today's figures from intake, and whether there is a number that may be dialled."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.brief import Preparation, to_do
from services.contact.domain.vocabulary import Channel
from services.contact.errors import BriefNeeded, CaseIsClosed
from services.contact.models import Brief, ContactCase, Number, Permit
from services.contact.policies import Policies
from services.contact.repository import cases, numbers, talks
from services.contact.schemas import BriefMade
from services.contact.schemas.talks import InWords
from services.contact.service.messages.outcome import case_of
from services.contact.service.talks.accounts import Accounts, Overdue

MAKERS = frozenset({"agent", "senior_agent", "supervisor", "manager"})


class Briefs:
    """Makes briefs, and asks for one before a dial."""

    def __init__(self, database: Database, accounts: Accounts, policies: Policies) -> None:
        self._database = database
        self._accounts = accounts
        self._policies = policies

    async def make(self, caller: Caller, case_id: UUID) -> Answer:
        """Have the core asked for the figures of the account now, and keep them.

        CaseUnknown, CaseIsClosed, Forbidden; NotFound when the core has no such account; Unavailable.
        """
        caller.require_any(MAKERS)
        key = caller.command.key if caller.command else caller.correlation_id
        brief_id = business_uuid("brief", str(case_id), caller.subject, key)
        reader = Caller.service(self._database.service, caller.correlation_id, acting_for=caller.person)
        facts = await self._accounts.figures(case_id, reader, str(brief_id))
        async with self._database.write(caller) as uow:
            case = await case_of(uow, case_id)
            if case.closed_at is not None:
                raise CaseIsClosed("nobody is called about a case that has ended")
            brief = Brief(
                brief_id=brief_id,
                case_id=case_id,
                borrower_id=case.borrower_id,
                as_of=facts.facts_as_of,
                product=facts.product,
                days_past_due=facts.days_past_due,
                arrears=facts.arrears.amount,
                **_parts(facts.overdue),
                balance=facts.balance.amount,
                currency=facts.balance.currency,
                made_at=uow.now(),
                made_by=caller.person,
            )
            await talks.put_brief(uow.session, brief)
            await uow.audit("brief.made", f"brief/{brief.brief_id}", case_id=case_id)
            usable = await cases.usable_numbers(uow.session, case.borrower_id, Channel.VOICE.value)
            left = [to_do(self._preparation(uow.now(), case, brief, number)) for number in usable] or [
                to_do(self._preparation(uow.now(), case, brief, None))
            ]
            made = brief.model_dump(include={"brief_id", "case_id", "as_of", "product", "days_past_due", "made_by"})
            return uow.answer(
                BriefMade(
                    **made,
                    made_at=brief.made_at,
                    good_until=brief.made_at + self._life(uow.now(), case),
                    ready=() in left,
                    to_do=[] if () in left else [InWords(zh=one.zh, en=one.en) for one in left[0]],
                ),
                status=201,
            )

    async def before_dial(self, uow: UnitOfWork, case: ContactCase, permit: Permit) -> Brief:
        """The brief on which somebody dials. BriefNeeded says what to do before one may."""
        brief = await talks.latest_brief(uow.session, case.case_id)
        number = await numbers.find(uow.session, permit.number_id) if permit.number_id else None
        left = to_do(self._preparation(uow.now(), case, brief, number))
        if brief is None or left:
            raise BriefNeeded("; ".join(one.en for one in left), to_do=[asdict(one) for one in left])
        return brief

    def _life(self, now: datetime, case: ContactCase) -> timedelta:
        day = local_day(now, case.time_zones[0])
        return timedelta(hours=self._policies.conversation.on(day).value.brief_hours)

    def _preparation(self, now: datetime, case: ContactCase, brief: Brief | None, number: Number | None) -> Preparation:
        today = local_day(now, case.time_zones[0])
        policy = self._policies.conversation.on(today).value
        return Preparation(
            now=now,
            today=today,
            made_at=brief.made_at if brief else None,
            as_of=brief.as_of if brief else None,
            number_known=number is not None,
            number_good=number is not None
            and (number.verified or number.confirmed_on is not None or number.provenance in policy.sourced),
            brief_life=timedelta(hours=policy.brief_hours),
            core_days_old=policy.core_days_old,
        )


def _parts(overdue: Overdue | None) -> dict[str, Decimal]:
    """What the arrears consist of, as far as it is known."""
    if overdue is None:
        return {}
    return {"principal": overdue.principal.amount, "interest": overdue.interest.amount, "fees": overdue.fees.amount}
