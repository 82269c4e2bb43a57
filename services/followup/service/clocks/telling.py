"""What is said and asked when a clock moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from services.common.contracts.events.agreements import RegulatoryClockMoved
from services.common.kernel.dated import Dated
from services.common.kernel.policy_file import load_dated
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.clocks import ClockState
from services.followup.models import Agreement, RegulatoryClock
from services.followup.service.policies import DEFAULT, PACKAGE, ClockPolicy, Policies

CLOCK: Final = "regulatory_clock"
"""Kind of the obligation of the bank to close the next day that moves a clock."""

END_CLOCK: Final = "end_regulatory_clock"
"""Kind of the task of deciding about a mark whose time is over."""

ASSESS_VIABILITY: Final = "assess_viability"
"""Kind of the task of assessing an exposure that always performed and is late in its probation."""

Happened = Literal["began", "counted_anew", "passed_on", "moved_back", "time_over", "ended", "replaced"]


class ClockTelling:
    """Keeps the obligation of a clock, and its tasks."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._own: Dated[ClockPolicy] = load_dated(PACKAGE, "regulatory_clocks", ClockPolicy)

    async def expect(self, uow: UnitOfWork, clock: RegulatoryClock) -> None:
        """Wait for the closing of the next day that moves a clock; of one that does not run, for none."""
        if clock.check_on is None:
            await uow.release(CLOCK, clock.ref)
            return
        due = self._policies.pack(DEFAULT, uow.now()).closing_expected_by(clock.check_on)
        await uow.oblige(Obligation(clock.case_id, CLOCK, clock.ref, "outside", due))

    async def ask(self, uow: UnitOfWork, clock: RegulatoryClock, kind: str, reason: str) -> None:
        """Have risk decide."""
        await uow.open_task(
            NewTask(
                case_id=clock.case_id,
                kind=kind,
                ref=clock.task_ref,
                needs_role="risk",
                decide_path=f"/v1/agreements/{clock.agreement_id}/clocks/{clock.kind}/decision",
                reason=reason,
                deadline=uow.now() + timedelta(days=self._own.on(uow.now().date()).value.decide_days),
            )
        )

    def today(self, uow: UnitOfWork) -> date:
        """The bank's day."""
        return self._policies.pack(DEFAULT, uow.now()).today(uow.now())


async def tell(uow: UnitOfWork, clock: RegulatoryClock, agreement: Agreement, happened: Happened) -> None:
    """Say what became of a clock."""
    await uow.emit(
        RegulatoryClockMoved.model_validate(
            {
                "case_id": clock.case_id,
                "agreement_id": clock.agreement_id,
                "round": agreement.round,
                "kind": clock.kind,
                "phase": clock.phase,
                "happened": happened,
                "starts_on": clock.starts_on,
                "ends_on": clock.ends_on,
                "recounts": clock.recounts,
                "rules": tuple(clock.rules.split()),
            }
        )
    )
    await uow.audit(
        f"regulatory_clock.{happened}",
        f"agreement/{clock.agreement_id}",
        case_id=clock.case_id,
        detail={"kind": clock.kind, "phase": clock.phase, "ends_on": clock.ends_on.isoformat(), "rules": clock.rules},
    )


def stop(clock: RegulatoryClock, state: ClockState, day: date | None) -> None:
    """Let a clock run no more."""
    clock.state, clock.check_on, clock.ended_on = state.value, None, day
    clock.version += 1
