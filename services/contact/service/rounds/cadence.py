"""The cadence: what is done next in a round of contact, all of it in one transaction per look."""

from datetime import datetime

from services.common.contracts.events.contacts import ContactExhausted, InboundRecorded
from services.common.contracts.workflows import contact_workflow_id
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import Cadence, ContactCase, ContactStep
from services.contact.policies import CadencePolicy, Policies
from services.contact.repository import cases, rounds, strategy
from services.contact.service.rounds.engagement import Engagement, await_reply
from services.contact.service.rounds.standing import stands_until
from services.contact.service.rounds.steps import TASKS, Steps, keep_quiet, round_ref
from services.contact.workflows.messages import CadenceLook, CadenceState


class Cadences:
    """Takes the steps of a round as they fall due."""

    def __init__(self, database: Database, policies: Policies, engagement: Engagement) -> None:
        self._database = database
        self._policies = policies
        self._engagement = engagement
        self._steps = Steps(policies)

    async def look(self, look: CadenceLook) -> CadenceState:
        """Do all that is due in a round and say what comes next. A repeat finds nothing due."""
        workflow_id = contact_workflow_id(look.case_id, look.round)
        async with self._database.write(Caller.service(self._database.service, workflow_id)) as uow:
            case = await cases.lock_case(uow.session, look.case_id)
            if case is None:
                # Intake's event is still on its way. Learning waits for it without a wake of the workflow.
                return CadenceState(outcome="learn")
            if case.round < look.round:
                # Intake's event is still on its way; the consumer nudges this round when it comes.
                return CadenceState(outcome="wait")
            cadence = await rounds.find_cadence(uow.session, look.case_id, look.round)
            if cadence is None:
                if not look.without_numbers and not await self._numbers_known(uow, case):
                    return CadenceState(outcome="learn")
                cadence = await self._begin(uow, case)
            if cadence.state == "running" and case.closed_at is not None:
                await self._engagement.end(uow, cadence, "stopped")
            return await self._go_on(uow, case, cadence)

    async def _numbers_known(self, uow: UnitOfWork, case: ContactCase) -> bool:
        return (
            case.numbers_at is not None
            or case.closed_at is not None
            or bool(await cases.numbers_of(uow.session, case.borrower_id))
        )

    async def _begin(self, uow: UnitOfWork, case: ContactCase) -> Cadence:
        cadence = await self._engagement.begin(uow, case)
        if case.round > 1:
            return cadence
        if case.origin == "borrower":
            # Whoever asks for help has been reached already: that request is the first thing they said, and it tells of
            # hardship.
            self._engagement.hardship_told(uow, case)
            await uow.emit(
                InboundRecorded(
                    case_id=case.case_id,
                    inbound_id=business_uuid("inbound", str(case.case_id), "opening request"),
                    channel="portal",
                    round=case.round,
                    at=uow.now(),
                )
            )
            await self._engagement.end(uow, cadence, "engaged")
        return cadence

    async def _go_on(self, uow: UnitOfWork, case: ContactCase, cadence: Cadence) -> CadenceState:
        policy = self._policies.cadence.named(cadence.policy_version).value
        while cadence.state == "running" and cadence.next_due <= uow.now():
            last = await strategy.last_step(uow.session, case.case_id, cadence.round)
            choice = await self._steps.next(uow, case, cadence, policy)
            if until := await stands_until(uow, case, cadence, last, choice, self._policies):
                await self._stand(uow, case, cadence, policy, last, until)
            elif choice is not None:
                await self._steps.take(uow, case, cadence, policy, choice)
            else:
                await uow.emit(ContactExhausted(case_id=case.case_id, round=cadence.round))
                await self._engagement.end(uow, cadence, "exhausted")
        if cadence.state == "engaged":
            return CadenceState(outcome="engaged")
        if cadence.state == "exhausted":
            return CadenceState(outcome="exhausted")
        if cadence.state == "stopped":
            return CadenceState(outcome="stopped")
        await await_reply(uow, cadence)
        return CadenceState(outcome="wait", wake_in=uow.wake_in(cadence.next_due))

    async def _stand(
        self,
        uow: UnitOfWork,
        case: ContactCase,
        cadence: Cadence,
        policy: CadencePolicy,
        last: ContactStep | None,
        until: datetime,
    ) -> None:
        """Put off what is due; a call or visit that may not be made and a quiet period are put off with it."""
        cadence.next_due = until
        if last is not None and last.quiet:
            await keep_quiet(uow, case, policy, cadence.round, until)
        ref = round_ref(case.case_id, cadence.round)
        for kind in TASKS if last is not None and last.kind in ("call", "visit") else ():
            if await uow.release(f"task:{kind}", ref):
                await uow.oblige(Obligation(case.case_id, f"task:{kind}", ref, "person", until))
