"""Deputies while somebody is away, and the declared links of the bank's people to borrowers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.common.kernel.errors import Forbidden, InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.signing import Delegation
from services.plans.errors import UnknownPlan
from services.plans.models import DelegationRow, Negotiation, Plan, PlanCase, StaffRelation
from services.plans.refusals import DelegationOver, UnknownDelegation, UnknownRelation
from services.plans.repository import authority
from services.plans.repository.access import EVERYTHING
from services.plans.schemas.authority import (
    DeclareRelation,
    DelegationList,
    DelegationView,
    GiveDelegation,
    RelationView,
)
from services.plans.service.context import READERS, Context
from services.plans.service.flow import lock_plan

PEOPLE = READERS - {"system"}
DECLARES_FOR_OTHERS = frozenset({"manager", "compliance"})
ENDS_RELATIONS = frozenset({"compliance"})


async def lock_plan_as_deputy(context: Context, uow: UnitOfWork, plan_id: UUID) -> tuple[PlanCase, Negotiation, Plan]:
    """The newest version of a plan, also for who does not see its case but stands in for somebody now. UnknownPlan."""
    try:
        return await lock_plan(uow, plan_id, context.seen_by(uow.caller))
    except UnknownPlan:
        if uow.caller.sees_all or not await authority.stands_in(uow.session, uow.caller.subject, uow.now()):
            raise
    return await lock_plan(uow, plan_id, EVERYTHING)


class Deputies:
    """Gives and ends delegations."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def give(self, caller: Caller, body: GiveDelegation) -> Answer:
        """Let somebody stand in for somebody. Forbidden beyond what the giver's roles may give; InvalidInput."""
        async with self._context.database.write(caller) as uow:
            now = uow.now()
            policy = self._context.policies.authority.on(self._context.day(now))
            terms = policy.value.delegation
            caller.require_any(terms.givers)
            mine = {one for role in caller.roles for one in terms.givers.get(role, ())}
            beyond = sorted(set(body.authorities) - mine)
            if beyond:
                raise Forbidden(f"this role does not give: {', '.join(beyond)}")
            if body.to_subject in (body.from_subject, caller.person):
                raise InvalidInput(
                    "nobody stands in for themselves, or makes themselves a deputy",
                    fields=[("#/to_subject", "somebody else")],
                )
            if not timedelta(0) < body.ends_at - body.starts_at <= timedelta(days=terms.longest_days):
                raise InvalidInput(
                    f"a delegation lasts {terms.longest_days} days at most", fields=[("#/ends_at", "out of bounds")]
                )
            if body.ends_at <= now:
                raise InvalidInput("the delegation would be over", fields=[("#/ends_at", "in the past")])
            named = (body.from_subject, body.to_subject, body.starts_at.isoformat(), now.isoformat())
            row = DelegationRow(
                delegation_id=business_uuid("delegation", *named),
                from_subject=body.from_subject,
                to_subject=body.to_subject,
                authorities=sorted(set(body.authorities)),
                starts_at=body.starts_at,
                ends_at=body.ends_at,
                given_by=caller.person,
                given_at=now,
                policy_version=policy.version,
            )
            await authority.give(uow.session, row)
            await uow.audit(
                "delegation.given", f"delegation/{row.delegation_id}", after=_audited(row), detail=_audited(row)
            )
            return uow.answer(_view(row, uow), status=201, etag=1, location=f"/v1/delegations/{row.delegation_id}")

    async def revoke(self, caller: Caller, delegation_id: UUID) -> Answer:
        """End a delegation now; what was decided by it stands. UnknownDelegation, DelegationOver."""
        async with self._context.database.write(caller) as uow:
            now = uow.now()
            givers = self._context.policies.matrix(self._context.day(now)).delegation.givers
            row = await authority.lock(uow.session, delegation_id)
            if row is None:
                raise UnknownDelegation("there is no delegation of this id")
            if caller.person not in (row.from_subject, row.given_by):
                caller.require_any(givers)
            caller.require_version(1 if row.revoked_at is None else 2)
            now = uow.now()
            if row.revoked_at is not None or row.ends_at <= now:
                raise DelegationOver("the delegation is not in force any more")
            before = _audited(row)
            row.revoked_at, row.revoked_by = now, caller.person
            await authority.revoke(uow.session, delegation_id, caller.person, now)
            await uow.audit(
                "delegation.revoked", f"delegation/{delegation_id}", before=before, after=_audited(row), detail=before
            )
            return uow.answer(_view(row, uow), etag=2)

    async def list(self, caller: Caller, subject: str | None) -> DelegationList:
        """Delegations in force or to come."""
        caller.require_any(PEOPLE)
        now = self._context.database.clock.now()
        async with self._context.database.read() as session:
            rows = await authority.not_over(session, subject, now)
        return DelegationList(items=[DelegationView(**_shown(row), in_force=row.starts_at <= now) for row in rows])


class Relations:
    """Declares whose account is whose, so that nobody decides for themselves or for relatives."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def declare(self, caller: Caller, body: DeclareRelation) -> Answer:
        """Keep a link: everybody their own, managers and compliance that of others. Forbidden."""
        caller.require_any(PEOPLE)
        subject = body.subject or caller.person
        if subject != caller.person:
            caller.require_any(DECLARES_FOR_OTHERS)
        async with self._context.database.write(caller) as uow:
            borrower_id = business_uuid("borrower", self._context.institution, body.borrower_ref)
            now = uow.now()
            row = StaffRelation(
                relation_id=business_uuid("relation", subject, str(borrower_id), now.isoformat()),
                subject=subject,
                borrower_id=borrower_id,
                kind=body.kind,
                declared_by=caller.person,
                declared_at=now,
            )
            await authority.declare(uow.session, row)
            detail = {"subject": subject, "borrower_id": str(borrower_id), "kind": str(body.kind)}
            await uow.audit("relation.declared", f"relation/{row.relation_id}", after=detail, detail=detail)
            return uow.answer(_relation(row), status=201, etag=1, location=f"/v1/relations/{row.relation_id}")

    async def end(self, caller: Caller, relation_id: UUID) -> Answer:
        """End a link: compliance alone, so that nobody unties themselves. UnknownRelation."""
        caller.require_any(ENDS_RELATIONS)
        async with self._context.database.write(caller) as uow:
            row = await authority.lock_relation(uow.session, relation_id)
            if row is None or row.subject == caller.person:
                raise UnknownRelation("there is no relation of this id that you may end")
            caller.require_version(1 if row.ended_at is None else 2)
            if row.ended_at is None:
                row.ended_at, row.ended_by = uow.now(), caller.person
                await authority.end_relation(uow.session, relation_id, caller.person, row.ended_at)
                await uow.audit("relation.ended", f"relation/{relation_id}", detail={"subject": row.subject})
            return uow.answer(_relation(row), etag=2)


def _shown(row: DelegationRow) -> dict[str, Any]:
    return {name: value for name, value in dict(row).items() if name in DelegationView.model_fields}


def _view(row: DelegationRow, uow: UnitOfWork) -> DelegationView:
    period = Delegation("", row.from_subject, row.to_subject, frozenset(), row.starts_at, row.ends_at, row.revoked_at)
    return DelegationView.model_validate({**_shown(row), "in_force": period.counts(uow.now())})


def _relation(row: StaffRelation) -> RelationView:
    return RelationView.model_validate({k: v for k, v in dict(row).items() if k in RelationView.model_fields})


def _audited(row: DelegationRow) -> dict[str, Any]:
    return {
        "from": row.from_subject,
        "to": row.to_subject,
        "authorities": ",".join(row.authorities),
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    }
