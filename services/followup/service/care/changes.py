"""The log of changes of policy, each with what borrowers thought of us before and after it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.errors import InvalidInput, NotFound
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.followup.domain.kpi_facts import Facts
from services.followup.domain.kpis import measure
from services.followup.models import PolicyChange
from services.followup.repository import measured
from services.followup.repository.care import improvements
from services.followup.schemas.improvements import Effect, Measured, NewPolicyChange, PolicyChanges, PolicyChangeView
from services.followup.service.care.improvements import IN_CHARGE
from services.followup.service.measures import facts_by_group
from services.followup.service.policies import DEFAULT, Policies


class PolicyChangeLog:
    """Keeps what was changed, and shows what it did."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def record(self, caller: Caller, body: NewPolicyChange) -> Answer:
        """A policy is another from a day on. NotFound when there is no such action."""
        caller.require_any(IN_CHARGE)
        assert caller.command is not None, "a command has a key"
        async with self._database.write(caller) as uow:
            if body.action_id is not None and await improvements.lock(uow.session, body.action_id) is None:
                raise NotFound("there is nothing of this id")
            change = PolicyChange(
                change_id=business_uuid("policy_change", caller.command.scope, caller.command.key),
                recorded_by=caller.person,
                recorded_at=uow.now(),
                **body.model_dump(),
            )
            await improvements.put(uow.session, change)
            detail = {"policy": change.policy, "version": change.policy_version}
            await uow.audit("policy_change.recorded", f"policy_change/{change.change_id}", detail=detail)
            return uow.answer(_view(change), status=201)

    async def listed(self, caller: Caller, since: date) -> PolicyChanges:
        """The changes from a day on."""
        caller.require_any(IN_CHARGE)
        async with self._database.read() as session:
            return PolicyChanges(items=[_view(one) for one in await improvements.changes(session, since)])

    async def effect(self, caller: Caller, change_id: UUID, days: int) -> Effect:
        """Satisfaction and complaints in as many days before a change as after it. NotFound; InvalidInput."""
        caller.require_any(IN_CHARGE)
        longest = self._policies.measures(self._database.clock.now()).longest_period_days
        if not 0 < days <= longest:
            raise InvalidInput(f"at most {longest} days", fields=[("#/days", "too few or too many")])
        async with self._database.read() as session:
            change = await improvements.change(session, change_id)
            if change is None:
                raise NotFound("there is nothing of this id")
            span, day = timedelta(days=days), change.changed_on
            return Effect(
                change=_view(change),
                before=await self._measured(session, day - span, day),
                after=await self._measured(session, day, day + span),
            )

    async def _measured(self, session: AsyncSession, since: date, until: date) -> Measured:
        now = self._database.clock.now()
        terms, clock = self._policies.measures(now), self._policies.pack(DEFAULT, now)
        begin, end = clock.at(since), clock.at(until)
        rows = await measured.facts(session, "all", begin, end, terms.discount_rate, terms.bucket_edges)
        found = measure(facts_by_group(rows, terms.smallest_group).get("all", Facts()))
        by_name = {kpi.name: kpi for group in found.values() for kpi in group}
        satisfaction, complaints = by_name["satisfaction"], by_name["complaint_rate"]
        return Measured(
            first_day=since,
            end_day=until,
            satisfaction=satisfaction.value,
            answers=satisfaction.denominator,
            complaint_rate=complaints.value,
            conversations=complaints.denominator,
        )


def _view(change: PolicyChange) -> PolicyChangeView:
    return PolicyChangeView.model_validate(change.model_dump())
