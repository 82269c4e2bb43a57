"""Reviewing flags: somebody is asked in time, and a flag that nobody renews expires unless it protects for good."""

from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.contracts.workflows import FLAG_REVIEW
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import CASE_CLOSED, NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.models import CollectionsCase, VulnerabilityFlag
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, flags
from services.intake.service.people.care import expires, in_force, tell_care
from services.intake.workflows.messages import FlagInput, FlagLook, flag_workflow_id

REVIEW = "review_flag"
DUE = "flag_review"
EXPIRED = "expired"


def task_ref(flag: VulnerabilityFlag) -> str:
    """Names the task of a review: each renewal asks anew."""
    return f"{flag.flag_id}/{flag.renewals}"


async def begin(uow: UnitOfWork, flag: VulnerabilityFlag, policies: Policies) -> None:
    """Have the case of a flag review it from now on."""
    start = FlagInput(case_id=flag.case_id, flag_id=flag.flag_id)
    await uow.start(FLAG_REVIEW, flag_workflow_id(start), start, flag.case_id)
    await wait(uow, flag, policies)


async def wait(uow: UnitOfWork, flag: VulnerabilityFlag, policies: Policies) -> None:
    """Wait until the review of a flag is to be asked for."""
    now = uow.now()
    asks = _morning(policies.flags(now).asks_on(flag.review_on), policies, now)
    await _wait(uow, flag, max(asks, now))


async def settle(uow: UnitOfWork, flag: VulnerabilityFlag, outcome: str) -> None:
    """Close the review that is under way, and have its workflow look again."""
    await uow.close_task(REVIEW, task_ref(flag), outcome)
    await uow.release(DUE, str(flag.flag_id))
    await uow.nudge(flag_workflow_id(FlagInput(case_id=flag.case_id, flag_id=flag.flag_id)), flag.case_id)


async def leave(uow: UnitOfWork, case: CollectionsCase, policies: Policies) -> None:
    """A case has ended: another open one of the person reviews its flags, or they keep until the next case or day."""
    for flag in await flags.standing(uow.session, case.case_id):
        await settle(uow, flag, CASE_CLOSED)
        heir = await flags.another_case(uow.session, flag.borrower_id, case.case_id)
        if heir is not None:
            flag.case_id = heir
            flag.renewals += 1
            await begin(uow, flag, policies)


async def adopt(uow: UnitOfWork, case_id: UUID, person_id: UUID, policies: Policies) -> None:
    """A new case of a person reviews the flags that an ended one left behind. What ran out meanwhile ends, and is told:
    while no case was open nobody did.
    """
    for flag in await flags.homeless(uow.session, person_id):
        flag.case_id = case_id
        if in_force(flag, policies, uow.now()):
            flag.renewals += 1
            await begin(uow, flag, policies)
        else:
            await _expire(uow, flag, policies)


class FlagReviews:
    """What the workflow of a flag does at each look; safe to repeat."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def look(self, asked: FlagInput) -> FlagLook:
        """Ask for the review when its time comes; expire the flag when its day came without it."""
        workflow_id = flag_workflow_id(asked)
        async with self._database.write(Caller.service(self._database.service, workflow_id)) as uow:
            borrower_id = await flags.owner(uow.session, asked.flag_id)
            if borrower_id is None:
                return FlagLook(over=True)
            await borrowers.lock(uow.session, borrower_id)
            case = await cases.lock(uow.session, asked.case_id)
            flag = await flags.lock(uow.session, asked.flag_id)
            assert flag is not None
            closed = case is None or case.state == CaseState.CLOSED
            if closed or flag.ended_at is not None or flag.case_id != asked.case_id:
                return FlagLook(over=True)
            return await self._go_on(uow, flag, workflow_id)

    async def _go_on(self, uow: UnitOfWork, flag: VulnerabilityFlag, workflow_id: str) -> FlagLook:
        now = uow.now()
        policy = self._policies.flags(now)
        asks, due = (_morning(day, self._policies, now) for day in (policy.asks_on(flag.review_on), flag.review_on))
        if now < asks:
            await _wait(uow, flag, asks)
            return FlagLook(over=False, wake_in=uow.wake_in(asks))
        await uow.open_task(
            NewTask(
                case_id=flag.case_id,
                kind=REVIEW,
                ref=task_ref(flag),
                needs_role=policy.reviewed_by,
                decide_path=f"/v1/flags/{flag.flag_id}/renewal",
                reason="review_due",
                deadline=due,
                workflow_id=workflow_id,
            )
        )
        if now < due:
            await _wait(uow, flag, due)
            return FlagLook(over=False, wake_in=uow.wake_in(due))
        await uow.release(DUE, str(flag.flag_id))
        if not expires(flag, self._policies, now):
            # The person's own obligation is overdue now, and stays so until somebody decides.
            return FlagLook(over=False)
        await uow.close_task(REVIEW, task_ref(flag), EXPIRED)
        await _expire(uow, flag, self._policies)
        return FlagLook(over=True)


async def _expire(uow: UnitOfWork, flag: VulnerabilityFlag, policies: Policies) -> None:
    flag.ended_at, flag.ended_by, flag.end_reason = uow.now(), uow.caller.person, EXPIRED
    flag.version += 1
    await tell_care(uow, flag.case_id, flag.borrower_id, policies)
    await uow.audit("flag.expired", f"flag/{flag.flag_id}", case_id=flag.case_id)


async def _wait(uow: UnitOfWork, flag: VulnerabilityFlag, until: datetime) -> None:
    workflow_id = flag_workflow_id(FlagInput(case_id=flag.case_id, flag_id=flag.flag_id))
    await uow.oblige(Obligation(flag.case_id, DUE, str(flag.flag_id), "workflow", until, workflow_id))


def _morning(day: date, policies: Policies, now: datetime) -> datetime:
    """The first instant of a day of the bank."""
    return datetime.combine(day, time.min, ZoneInfo(policies.cases(now).time_zone)).astimezone(UTC)
