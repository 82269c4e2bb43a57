"""What the case workflow does in intake's own database after triage. Each method is one transaction, safe to repeat."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import DeliveryRequest, case_workflow_id
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import cases
from services.intake.service.holds import placing
from services.intake.service.people import flag_reviews
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.names import REOPEN_OR_REFER, REVIEW_IMPORT, REVIEW_NO_CONTACT, STANDS, of_round
from services.intake.workflows.messages import Attention, Child, ChildEnd, Closed, Reentry, Reviewed

S = CaseState
EXHAUSTED = "contact.exhausted"
DONE = [S.PLAN_COMPLETED, S.CURED, S.SETTLED, S.REFERRED, S.NO_AGREEMENT]
# After these the borrower reads that the case has ended. What was referred goes on elsewhere, and who withdrew a case
# from the work knows what to say of it.
LETTERED = (S.PLAN_COMPLETED, S.CURED, S.SETTLED, S.NO_AGREEMENT, "SOLD", "BANKRUPT")
# After these nothing of the arrears is owed to us: what held the debt holds nothing. What is on a person stays.
NOTHING_OWED = (S.PLAN_COMPLETED, S.CURED, S.SETTLED, "SOLD", "BANKRUPT")
OF_DEBTS = ("DISPUTE", "HARDSHIP_PENDING", "HOLD_INTERIM", "NOTICE_LATE")
STOPPED = (S.CURED, S.SETTLED, S.REFERRED, S.CLOSED)
PLANNED = (S.PLAN_ACTIVE, S.PLAN_AT_RISK, S.PLAN_BROKEN, S.PLAN_COMPLETED)
# How each child ended, by the state that the case came to.
ENDS: dict[Child, dict[str, str]] = {
    "contact": {
        **{s: "engaged" for s in S if s not in (S.OPENED, S.TRIAGED, S.CONTACTING)},
        S.NO_AGREEMENT: "exhausted",
        **dict.fromkeys(STOPPED, "stopped"),
    },
    "plan": {
        **dict.fromkeys(PLANNED, "active"),
        S.NO_AGREEMENT: "no_agreement",
        **dict.fromkeys(STOPPED, "stopped"),
    },
    "follow_up": {
        S.PLAN_COMPLETED: "completed",
        S.PLAN_BROKEN: "broken",
        **dict.fromkeys(STOPPED, "stopped"),
    },
}

# The same for a child of a round after which another one began, by what the other one began from.
BROKEN: dict[Child, str] = {"contact": "engaged", "plan": "active", "follow_up": "broken"}
CAME_BACK: dict[Child, str] = {"contact": "exhausted", "plan": "no_agreement", "follow_up": "stopped"}


class CaseProcedure:
    """Review, re-entry, attention and close of a case."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates) -> None:
        self._database = database
        self._policies = policies
        self._states = states

    async def review_import(self, case_id: UUID) -> Reviewed:
        """Ask a person to look at an imported case, once; decided when they did or the case moved on."""
        async with self._database.write(self._caller(case_id)) as uow:
            case = await self._locked(uow, case_id)
            if case.state != S.TRIAGED:
                return Reviewed(decided=True)
            now = uow.now()
            await uow.open_task(
                NewTask(
                    case_id=case_id,
                    kind=REVIEW_IMPORT,
                    ref=str(case_id),
                    needs_role="agent",
                    decide_path=f"/v1/cases/{case_id}/import-review",
                    reason="pack_without_contact",
                    deadline=now + timedelta(days=self._policies.cases(now).review_import_days),
                    workflow_id=case_workflow_id(case_id),
                )
            )
            return Reviewed(decided=await cases.task_is_closed(uow, REVIEW_IMPORT, str(case_id)))

    async def reopen(self, case_id: UUID, round_: int) -> Reentry:
        """Begin the next round after a broken plan while rounds are left, otherwise ask a supervisor.

        Where nobody was reached a supervisor is always asked: silence is no answer. Whoever comes back meanwhile begins
        a round by that, which the close of this one finds.
        """
        async with self._database.write(self._caller(case_id)) as uow:
            case = await self._locked(uow, case_id)
            policy = self._policies.cases(uow.now())
            if case.round > round_ and case.state == S.CONTACTING:
                return Reentry(then="round", round=case.round)
            asked = asked_for(case)
            if case.round > round_ or case.state == S.CLOSED or (case.state in DONE and asked is None):
                return Reentry(then="close", round=case.round)
            if asked is None:
                await self._states.await_states(uow, case, [S.PLAN_BROKEN, *DONE])
                return Reentry(then="wait", round=case.round)
            if asked == REOPEN_OR_REFER and case.round < policy.max_rounds:
                await begin_round(uow, case, self._states)
                return Reentry(then="round", round=case.round)
            await uow.open_task(
                NewTask(
                    case_id=case_id,
                    kind=asked,
                    ref=of_round(case),
                    needs_role="supervisor",
                    decide_path=f"/v1/cases/{case_id}/re-entry",
                    reason="no_round_left" if asked == REOPEN_OR_REFER else "nobody_reached",
                    deadline=uow.now() + timedelta(days=policy.reentry_days),
                    workflow_id=case_workflow_id(case_id),
                )
            )
            return Reentry(then="wait", round=case.round)

    async def child_end(self, case_id: UUID, round_: int, child: Child) -> ChildEnd:
        """How a child that cannot be heard ended, as the state of the case tells it; wait while it does not."""
        async with self._database.write(self._caller(case_id)) as uow:
            case = await self._locked(uow, case_id)
            ends = ENDS[child]
            if case.round == round_ and case.state not in ends:
                await self._states.await_states(uow, case, [S(state) for state in ends])
                return ChildEnd(outcome=None)
            if case.round == round_:
                return ChildEnd(outcome=ends[case.state], agreement_id=case.agreement_id)
            # A later round begins when the plan of this one was broken, or when the borrower came back without one.
            broken = await cases.state_before_round(uow.session, case_id, round_ + 1) == S.PLAN_BROKEN
            return ChildEnd(outcome=(BROKEN if broken else CAME_BACK)[child], agreement_id=case.agreement_id)

    async def pay_attention(self, case_id: UUID) -> Attention:
        """Have a supervisor look at a case that stood still too long; say what the last one decided."""
        async with self._database.write(self._caller(case_id)) as uow:
            case = await self._locked(uow, case_id)
            if case.attention is not None and await cases.task_is_closed(uow, "stuck", case.attention):
                case.attention = None
                await cases.write(uow.session, case, "attention")
                return Attention(withdraw=await cases.last_attention(uow, case_id) == "close")
            now = uow.now()
            due = await cases.standing_until(uow, STANDS, case_id)
            if due is None or due > now or case.attention is not None:
                return Attention(withdraw=False)
            deadline = now + timedelta(days=self._policies.cases(now).attention_days)
            workflow_id = case_workflow_id(case_id)
            case.attention = f"{workflow_id}/stands/{case.state_version}/{due.isoformat()}"
            await cases.write(uow.session, case, "attention")
            await uow.open_task(
                NewTask(
                    case_id=case_id,
                    kind="stuck",
                    ref=case.attention,
                    needs_role="supervisor",
                    decide_path="/v1/tasks/{task_id}/resolution",
                    reason=cases.STANDS_STILL,
                    deadline=deadline,
                    workflow_id=workflow_id,
                )
            )
            await uow.oblige(Obligation(case_id, STANDS, str(case_id), "workflow", deadline, workflow_id))
            return Attention(withdraw=False)

    async def close(self, case_id: UUID, round_: int, withdraw: bool) -> Closed:
        """Close a case that came to an end in a round, or that a person took out of the work, and tell the borrower.

        One whose borrower came back meanwhile stays open: the answer is the round that this began.
        """
        async with self._database.write(self._caller(case_id)) as uow:
            case = await self._locked(uow, case_id)
            if case.state == S.CLOSED:
                return Closed(closed=True)
            if case.state not in DONE and not withdraw:
                if case.round > round_:
                    return Closed(closed=False, round=case.round)
                await self._states.await_states(uow, case, DONE)
                return Closed(closed=False)
            await end(uow, case, self._states, self._policies)
            return Closed(closed=True)

    async def _locked(self, uow: UnitOfWork, case_id: UUID) -> CollectionsCase:
        case = await cases.lock(uow.session, case_id)
        if case is None:
            raise CaseUnknown
        return case

    def _caller(self, case_id: UUID) -> Caller:
        return Caller.service(self._database.service, f"case/{case_id}")


def asked_for(case: CollectionsCase) -> str | None:
    """What a supervisor is asked about a case after a round: a broken plan, or a borrower whom nobody reached."""
    if case.state == S.PLAN_BROKEN:
        return REOPEN_OR_REFER
    return REVIEW_NO_CONTACT if case.state == S.NO_AGREEMENT and case.moved_by == EXHAUSTED else None


async def begin_round(uow: UnitOfWork, case: CollectionsCase, states: CaseStates) -> None:
    """Take a case back to contact, in its next round."""
    await states.move(uow, case, S.CONTACTING, "negotiation.reopened")


async def end(
    uow: UnitOfWork,
    case: CollectionsCase,
    states: CaseStates,
    policies: Policies,
    reason: str | None = None,
    trigger: str | None = None,
) -> None:
    """Close a locked case from any open state, tell others, and write to a contactable borrower who is to know.

    The reason is the state it ended from, unless something from outside is. Where nothing is owed any more no hold on
    the debt is left.
    """
    now = uow.now()
    reason = reason or case.state
    await states.move(uow, case, S.CLOSED, trigger or ("case.closed" if reason in DONE else "case.withdrawn"))
    if reason in NOTHING_OWED:
        await placing.lift_all(uow, case.case_id, *OF_DEBTS)
    await uow.emit(CaseClosed(case_id=case.case_id, reason=reason, closed_at=now))
    await flag_reviews.leave(uow, case, policies)
    if case.contactable and reason in LETTERED:
        await uow.send_message(
            DeliveryRequest(
                case_id=case.case_id,
                purpose="closing",
                object_ref=str(case.case_id),
                version=1,
                template="closing",
                params={"closed_on": policies.cases(now).today(now).isoformat()},
                message_class="receipt",
            )
        )
