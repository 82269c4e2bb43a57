"""Beginning clocks from the marks of a plan, and counting them by what is missed and late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.common.contracts.events.plans import PlanActivated, PlanFlag
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.calendar import DayCount
from services.followup.domain.clocks import (
    ClockKind,
    ClockState,
    ClockTerms,
    Count,
    ObservationTerms,
    Phase,
    forbearance,
    may_leave_probation,
    observation,
    starts_non_performing,
)
from services.followup.domain.verdict import InstalmentState
from services.followup.models import Agreement, Instalment, RegulatoryClock
from services.followup.repository import clocks
from services.followup.service.clocks.telling import ASSESS_VIABILITY, CLOCK, END_CLOCK, ClockTelling, stop, tell
from services.followup.service.policies import Policies

_MISSED = (InstalmentState.MISSED, InstalmentState.CAUGHT_UP)
_MONTHLY = 1
KINDS = {"cn_restructured": ClockKind.RESTRUCTURED, "eu_forborne": ClockKind.FORBORNE}


class Clocks:
    """Callers hold the lock of the account or of the agreement."""

    def __init__(self, policies: Policies, telling: ClockTelling) -> None:
        self._policies = policies
        self._telling = telling

    async def begin(self, uow: UnitOfWork, agreement: Agreement, plan: PlanActivated) -> None:
        """Begin the clocks of an activated plan in place of those of earlier plans of the account."""
        earlier = {one.kind: one for one in await clocks.lock_of_account(uow.session, agreement.account_ref)}
        for flag in marks_of(plan):
            kind = KINDS[flag.code]
            clock = self._new(agreement, plan, flag, kind, earlier.get(kind))
            await clocks.put(uow.session, clock)
            await self._telling.expect(uow, clock)
            await tell(uow, clock, agreement, "began")
        for clock in earlier.values():
            stop(clock, ClockState.REPLACED, plan.activated_on)
            await uow.release(CLOCK, clock.ref)
            await uow.close_any((END_CLOCK, ASSESS_VIABILITY), clock.task_ref, "replaced")
            await tell(uow, clock, agreement, "replaced")

    async def count(
        self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment], closed: date | None, days: DayCount
    ) -> None:
        """Count the clocks of a marked agreement again."""
        if not agreement.marked:
            return
        for clock in await clocks.lock_running(uow.session, agreement.agreement_id):
            reached = _over(lines, clock.over_days, days)
            found = count_of(clock, lines, reached, closed)
            await self._take(uow, agreement, clock, found, closed)
            if clock.state == ClockState.RUNNING:
                ahead = [day for day in (found.ends_on, *reached) if closed is None or day > closed]
                before, clock.check_on = clock.check_on, min(ahead)
                if clock.check_on != before:
                    await self._telling.expect(uow, clock)
        await uow.session.flush()

    def may_end(
        self, agreement: Agreement, clock: RegulatoryClock, lines: Sequence[Instalment], today: date, days: DayCount
    ) -> bool:
        """Whether the mark of a clock whose time is over may go: always of an observation, by EU-06 of a probation."""
        if clock.kind == ClockKind.RESTRUCTURED:
            return True
        share = self._policies.rules_of(agreement.pack, agreement.product or "", clock.begins_on)["EU-06"]
        due = [line for line in lines if clock.starts_on <= line.due_date <= clock.ends_on]
        in_time = sum(line.state == InstalmentState.PAID for line in due)
        late = any(
            day <= today for day in _over([line for line in lines if line.paid_on is None], clock.over_days, days)
        )
        return may_leave_probation(len(due), in_time, int(share.value("paid_share_percent")), late=late)

    async def _take(
        self, uow: UnitOfWork, agreement: Agreement, clock: RegulatoryClock, found: Count, closed: date | None
    ) -> None:
        before = Count(Phase(clock.phase), clock.starts_on, clock.ends_on, clock.recounts, clock.was_late)
        if found != before:
            clock.phase, clock.starts_on, clock.ends_on = found.phase.value, found.starts_on, found.ends_on
            clock.recounts, clock.was_late = found.recounts, found.was_late
            clock.version += 1
            if found.recounts != before.recounts:
                await tell(uow, clock, agreement, "counted_anew" if found.recounts > before.recounts else "moved_back")
            elif found.phase is not before.phase:
                forward = found.phase is Phase.PROBATION
                await tell(uow, clock, agreement, "passed_on" if forward else "moved_back")
            if found.was_late and not before.was_late:
                await self._telling.ask(uow, clock, ASSESS_VIABILITY, "late_in_probation")
        if closed is not None and closed >= clock.ends_on and found.phase is not Phase.CURE:
            stop(clock, ClockState.CONFIRM, None)
            await self._telling.expect(uow, clock)
            await self._telling.ask(uow, clock, END_CLOCK, "time_over")
            await tell(uow, clock, agreement, "time_over")

    def _new(
        self,
        agreement: Agreement,
        plan: PlanActivated,
        flag: PlanFlag,
        kind: ClockKind,
        earlier: RegulatoryClock | None,
    ) -> RegulatoryClock:
        begins_on, told = flag.starts_on, flag.standing == "NON_PERFORMING"
        assert begins_on is not None
        rules, non_performing = list(flag.rules), told
        if kind is ClockKind.FORBORNE:
            phase = None if earlier is None else Phase(earlier.phase)
            was = earlier is not None and earlier.non_performing
            non_performing = starts_non_performing(told, phase, earlier_was_non_performing=was)
            if non_performing and not told:
                # The flag of plans knew nothing of the earlier cure.
                rules, begins_on = ["EU-05", "EU-03", "EU-04"], plan.activated_on
        terms = self._terms(agreement, kind, plan.activated_on)
        clock = RegulatoryClock(
            agreement_id=agreement.agreement_id,
            kind=kind.value,
            case_id=agreement.case_id,
            account_ref=agreement.account_ref,
            rules=" ".join(rules),
            begins_on=begins_on,
            non_performing=non_performing,
            observation_months=terms.observation_months,
            cure_months=terms.cure_months,
            probation_months=terms.probation_months,
            over_days=terms.over_days,
            phase=Phase.OBSERVATION.value,
            starts_on=begins_on,
            ends_on=begins_on,
        )
        found = count_of(clock, (), (), None)
        clock.phase, clock.starts_on, clock.ends_on = found.phase.value, found.starts_on, found.ends_on
        clock.check_on = found.ends_on
        return clock

    def _terms(self, agreement: Agreement, kind: ClockKind, day: date) -> ClockTerms:
        known = self._policies.rules_of(agreement.pack, agreement.product or "", day)
        if kind is ClockKind.RESTRUCTURED:
            terms: ObservationTerms = known["CN-21"].terms(ObservationTerms)
            return ClockTerms(max(terms.min_observation_months, terms.min_repayment_periods * _MONTHLY))
        return ClockTerms(
            cure_months=int(known["EU-03"].value("min_cure_months")),
            probation_months=int(known["EU-04"].value("min_probation_months")),
            over_days=int(known["EU-05"].value("over_days")),
        )


def marks_of(plan: PlanActivated) -> list[PlanFlag]:
    """The marks of a plan that have a clock."""
    return [flag for flag in plan.flags if flag.decided and flag.code in KINDS and flag.starts_on is not None]


def count_of(
    clock: RegulatoryClock, lines: Sequence[Instalment], reached: Sequence[date], closed: date | None
) -> Count:
    """Where a clock stands by its lines; `reached`: days on which one of them is too many days past due, if unpaid."""
    if clock.kind == ClockKind.RESTRUCTURED:
        return observation(clock.begins_on, clock.terms, [line.due_date for line in lines if line.state in _MISSED])
    late = [day for day in reached if closed is not None and day <= closed]
    through = clock.begins_on if closed is None else closed
    return forbearance(clock.begins_on, clock.terms, late, through, non_performing=clock.non_performing)


def _over(lines: Sequence[Instalment], over_days: int | None, days: DayCount) -> list[date]:
    """The days on which lines became, or would become, more than so many days past due: unless paid before."""
    if over_days is None:
        return []
    found = [(days.after(line.due_date, over_days + 1), line) for line in lines]
    return [day for day, line in found if line.paid_on is None or line.paid_on >= day]
