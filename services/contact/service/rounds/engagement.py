"""The end of a round of contact: the borrower answers, or contact is no longer wanted."""

from uuid import UUID

from services.common.contracts.events.contacts import ContactPlanned
from services.common.contracts.workflows import DeliveryRequest, contact_workflow_id
from services.common.kernel.clock import local_day
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import Cadence, ContactCase
from services.contact.policies import Policies
from services.contact.repository import cases, rounds
from services.contact.service.rounds.steps import keep_quiet, leave_tasks, quiet_hold_id, round_ref, wait_ends

REPLY = "reply"


class Engagement:
    """Ends rounds. The case is locked by the caller."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def begin(self, uow: UnitOfWork, case: ContactCase, state: str = "running") -> Cadence:
        """Begin the present round of a case, its first step due at once. The first that runs is told to everybody."""
        now = uow.now()
        cadence = Cadence(
            case_id=case.case_id,
            round=case.round,
            step=0,
            state=state,
            policy_version=self._policies.cadence.on(local_day(now, case.time_zones[0])).version,
            started_at=now,
            next_due=now,
            ended_at=None if state == "running" else now,
        )
        await rounds.add_cadence(uow.session, cadence)
        await uow.audit("contact.round_begun", f"case/{case.case_id}", case_id=case.case_id, after=cadence.model_dump())
        if state == "running" and case.round == 1:
            await uow.emit(ContactPlanned(case_id=case.case_id, round=case.round))
        return cadence

    async def engaged(self, uow: UnitOfWork, case: ContactCase) -> bool:
        """The borrower is in conversation: the present round ends. False when it had ended before.

        A round that has not begun is kept as engaged, so that its cadence, when it looks, has nothing to do.
        """
        cadence = await rounds.find_cadence(uow.session, case.case_id, case.round)
        if cadence is None:
            await self.begin(uow, case, "engaged")
        elif cadence.state != "running":
            return False
        else:
            await self.end(uow, cadence, "engaged")
        await uow.nudge(contact_workflow_id(case.case_id, case.round), case.case_id)
        return True

    async def stopped(self, uow: UnitOfWork, case: ContactCase) -> bool:
        """Contact is no longer wanted: the present round ends. False when none was running."""
        cadence = await rounds.find_cadence(uow.session, case.case_id, case.round)
        if cadence is None or cadence.state != "running":
            return False
        await self.end(uow, cadence, "stopped")
        await uow.nudge(contact_workflow_id(case.case_id, case.round), case.case_id)
        return True

    async def end(self, uow: UnitOfWork, cadence: Cadence, state: str) -> None:
        """Close a running round with its obligation and what people were asked for."""
        ref = round_ref(cadence.case_id, cadence.round)
        before = cadence.model_dump()
        cadence.state, cadence.ended_at = state, uow.now()
        await uow.meet(REPLY, ref)
        await leave_tasks(uow, cadence.case_id, cadence.round, state)
        await uow.audit(
            f"contact.{state}",
            f"case/{cadence.case_id}",
            case_id=cadence.case_id,
            before=before,
            after=cadence.model_dump(),
            detail={"round": cadence.round, "step": cadence.step},
        )

    async def refused_to_talk(self, uow: UnitOfWork, case: ContactCase, person_id: UUID) -> None:
        """The borrower does not want to talk: the written notice is due at once, and a quiet period begins with it.

        Nobody is engaged by that. Without an answer the round goes on to its end; one that had ended stays so, and the
        notice goes out by itself. Another debtor of the case is left in peace alone: the round is the borrower's.
        """
        now = uow.now()
        cadence = await rounds.find_cadence(uow.session, case.case_id, case.round)
        if cadence is None and person_id == case.borrower_id:
            cadence = await self.begin(uow, case)
        dated = self._policies.cadence
        in_force = dated.named(cadence.policy_version) if cadence else dated.on(local_day(now, case.time_zones[0]))
        policy = in_force.value
        notice = policy.steps[policy.notice]
        until = wait_ends(notice.wait_days, True, now, case)
        await keep_quiet(uow, case, policy, case.round, until, person_id)
        await uow.audit("contact.refused", f"case/{case.case_id}", case_id=case.case_id, detail={"round": case.round})
        if cadence is None or person_id != case.borrower_id:
            return
        if cadence.state != "running":
            await uow.send_message(
                DeliveryRequest(
                    case_id=case.case_id,
                    purpose=notice.purpose,
                    object_ref=f"{case.case_id}/refused",
                    version=case.round,
                    template=notice.purpose,
                    params={"quiet_days": str(notice.wait_days)},
                    message_class=notice.message_class.value,
                )
            )
            return
        after_notice = cadence.step > policy.notice
        cadence.step = max(cadence.step, policy.notice)
        cadence.next_due = until if after_notice else now
        await leave_tasks(uow, case.case_id, case.round, "refused")
        await wait_anew(uow, cadence)

    def hardship_told(self, uow: UnitOfWork, case: ContactCase) -> None:
        """The borrower told of hardship: from now on nothing of this case asks for payment."""
        case.hardship_at = case.hardship_at or uow.now()

    async def end_quiet(self, uow: UnitOfWork, case: ContactCase, person_id: UUID | None = None) -> None:
        """Whoever writes or speaks (the borrower, if not said) ends their own quiet period."""
        hold_id = quiet_hold_id(case, case.round, person_id or case.borrower_id)
        await cases.lift_hold(uow.session, hold_id, uow.now())


async def await_reply(uow: UnitOfWork, cadence: Cadence) -> None:
    """The round waits for an answer until its next step is due."""
    workflow_id = contact_workflow_id(cadence.case_id, cadence.round)
    ref = round_ref(cadence.case_id, cadence.round)
    await uow.oblige(Obligation(cadence.case_id, REPLY, ref, "workflow", cadence.next_due, workflow_id))


async def wait_anew(uow: UnitOfWork, cadence: Cadence) -> None:
    """When the next step is due was changed from outside: its workflow is told."""
    await await_reply(uow, cadence)
    await uow.nudge(contact_workflow_id(cadence.case_id, cadence.round), cadence.case_id)
