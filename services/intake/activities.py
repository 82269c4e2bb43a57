"""The activities of intake: what its workflows call, by the names in workflows/steps.py."""

from collections.abc import Callable
from typing import Any

from temporalio import activity

from services.intake.service.arrival.preparing import Preparing
from services.intake.service.arrival.triage import TriageOfCases
from services.intake.service.holds.bulk import BulkHolds
from services.intake.service.holds.interest_core import StopInterest
from services.intake.service.people.flag_reviews import FlagReviews
from services.intake.service.requests.watching import WatchClocks
from services.intake.service.states.procedure import CaseProcedure
from services.intake.workflows import steps
from services.intake.workflows.messages import (
    Attention,
    BulkLook,
    BulkStep,
    CaseStep,
    ChildEnd,
    ChildStep,
    ClockInput,
    ClockLook,
    Closed,
    CloseStep,
    FlagInput,
    FlagLook,
    InterestInput,
    InterestLook,
    Learned,
    Prepared,
    Reentry,
    Reviewed,
    RoundStep,
    Triaged,
    TriageStep,
)


class CaseActivities:
    """Each calls one use case, which is one transaction and safe to repeat."""

    def __init__(
        self,
        triage: TriageOfCases,
        procedure: CaseProcedure,
        flag_reviews: FlagReviews,
        bulk: BulkHolds,
        clocks: WatchClocks,
        interest: StopInterest,
        preparing: Preparing,
    ) -> None:
        self._triage = triage
        self._procedure = procedure
        self._flag_reviews = flag_reviews
        self._bulk = bulk
        self._clocks = clocks
        self._interest = interest
        self._preparing = preparing

    @activity.defn(name=steps.triage.name)
    async def triage(self, step: TriageStep) -> Triaged:
        """Set pack and treatment, or say that the core must be asked first."""
        return await self._triage.triage(step.case_id, step.as_is)

    @activity.defn(name=steps.learn_from_core.name)
    async def learn_from_core(self, step: CaseStep) -> Learned:
        """Read borrower and account in the core."""
        return await self._triage.learn(step.case_id)

    @activity.defn(name=steps.prepare_contact.name)
    async def prepare_contact(self, step: CaseStep) -> Prepared:
        """Look which programmes there are for the borrower, and whether collection has begun."""
        return await self._preparing.prepare(step.case_id)

    @activity.defn(name=steps.review_import.name)
    async def review_import(self, step: CaseStep) -> Reviewed:
        """Ask a person to look at an imported sample case, and read whether it was done."""
        return await self._procedure.review_import(step.case_id)

    @activity.defn(name=steps.reopen.name)
    async def reopen(self, step: RoundStep) -> Reentry:
        """Begin the next round after a broken plan, or ask a supervisor."""
        return await self._procedure.reopen(step.case_id, step.round)

    @activity.defn(name=steps.child_end.name)
    async def child_end(self, step: ChildStep) -> ChildEnd:
        """Read from the case how a child ended."""
        return await self._procedure.child_end(step.case_id, step.round, step.child)

    @activity.defn(name=steps.pay_attention.name)
    async def pay_attention(self, step: CaseStep) -> Attention:
        """Have a person look at a case that stood still too long."""
        return await self._procedure.pay_attention(step.case_id)

    @activity.defn(name=steps.close_case.name)
    async def close_case(self, step: CloseStep) -> Closed:
        """Close the case, or say that a further round began."""
        return await self._procedure.close(step.case_id, step.round, step.withdraw)

    @activity.defn(name=steps.review_flag.name)
    async def review_flag(self, flag: FlagInput) -> FlagLook:
        """Ask for the review of a vulnerability flag when its time comes, or let it expire."""
        return await self._flag_reviews.look(flag)

    @activity.defn(name=steps.work_bulk_hold.name)
    async def work_bulk_hold(self, step: BulkStep) -> BulkLook:
        """The next batch of a job that holds many borrowers, or frees them."""
        return await self._bulk.work(step)

    @activity.defn(name=steps.watch_clock.name)
    async def watch_clock(self, clock: ClockInput) -> ClockLook:
        """Warn of a statutory clock in time, and have somebody answer for one that is over."""
        return await self._clocks.look(clock)

    @activity.defn(name=steps.stop_interest.name)
    async def stop_interest(self, stop: InterestInput) -> InterestLook:
        """Have the core stop the interest of a held debt, or let it go on when the hold is over."""
        return await self._interest.look(stop)

    def all(self) -> list[Callable[..., Any]]:
        """All of them, for the worker."""
        return [
            self.triage,
            self.learn_from_core,
            self.prepare_contact,
            self.review_import,
            self.reopen,
            self.child_end,
            self.pay_attention,
            self.close_case,
            self.review_flag,
            self.work_bulk_hold,
            self.watch_clock,
            self.stop_interest,
        ]
