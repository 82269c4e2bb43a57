"""The real matrix of authority, and what it says of one plan: who decides, and why."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.dated import Version
from services.common.runtime.caller import Caller
from services.plans.authority_texts import level_name, why, why_signed
from services.plans.domain.authority import AuthorityMatrix, Level, LevelLimits
from services.plans.errors import UnknownCase, UnknownPlan
from services.plans.models import Plan, PlanCase
from services.plans.repository import authority, cases, plans
from services.plans.repository.access import EVERYTHING, Seen
from services.plans.schemas.authority import (
    AuthorityView,
    CosignView,
    LimitView,
    MatrixView,
    NeededView,
    PlanAuthorityView,
    WhyView,
)
from services.plans.service.approval.signatures import asked_of
from services.plans.service.approval.submission import authority_for
from services.plans.service.asking import plan_id_of
from services.plans.service.context import READERS, Context
from services.plans.service.reading import signatures_of

PEOPLE = READERS - {"system"}


class ShowAuthority:
    """Shows what is decided by; nothing scarcer than it is."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, caller: Caller, case_id: UUID | None, plan_id: UUID | None) -> AuthorityView:
        """The matrix in force; of a case or plan in its currency, with the newest version. UnknownCase, UnknownPlan."""
        caller.require_any(PEOPLE)
        now = self._context.database.clock.now()
        day = self._context.day(now)
        found = self._context.policies.authority.on(day)
        if case_id is None and plan_id is None:
            return AuthorityView(matrix=_matrix(found, None), plan=None)
        async with self._context.database.read() as session:
            seen = await self._seen(session, caller)
            plan = None if plan_id is None else await plans.latest(session, plan_id, seen)
            if plan_id is not None and plan is None:
                raise UnknownPlan("there is no plan of this id")
            present = await cases.present(session, case_id or (plan.case_id if plan else UUID(int=0)), seen)
            if present is None or (plan is not None and plan.case_id != present[0].case_id):
                raise UnknownCase("plans does not know this case yet")
            case = present[0]
            plan = plan or await plans.latest(session, plan_id_of(case))
            about = None if plan is None else await self._of_plan(session, case, plan)
        if about is not None and about.policy != found.version:
            found = self._context.policies.authority.named(about.policy)
        return AuthorityView(matrix=_matrix(found, case.currency), plan=about)

    async def _seen(self, session: AsyncSession, caller: Caller) -> Seen:
        if not caller.sees_all:
            now = self._context.database.clock.now()
            if await authority.stands_in(session, caller.subject, now):
                return EVERYTHING
        return self._context.seen_by(caller)

    async def _of_plan(self, session: AsyncSession, case: PlanCase, plan: Plan) -> PlanAuthorityView:
        submitted = plan.asked is not None
        if submitted:
            ask = asked_of(plan)
        else:
            people = await authority.standing(session, plan.case_id, deputy=None, at=None)
            day = self._context.day(self._context.database.clock.now())
            ask = authority_for(self._context, case, plan, day, people.care, ())
        decided = await plans.decisions(session, plan.plan_id, plan.version) if submitted else []
        given = {one.part: one for one in decided if one.part is not None}
        level = plan.needed_level or ask.level
        shown = plan if submitted else plan.model_copy(update={"asked": ask.model_dump(mode="json")})
        return PlanAuthorityView(
            plan_id=plan.plan_id,
            version=plan.version,
            state=str(plan.state),
            submitted=submitted,
            policy=ask.policy,
            level=level,
            why=[WhyView(**dict(one), sentence=why(one.code, one.measured, one.level)) for one in ask.reasons],
            signatures=[
                NeededView(
                    part=one.part,
                    authority=one.authority,
                    reasons=[why_signed(code, one.authority) for code in one.reasons],
                    given_by=one.given_by,
                    on_behalf_of=given[one.part].on_behalf_of if one.part in given else None,
                )
                for one in signatures_of(shown, decided)
            ],
            concession=ask.concession,
            circumstances=ask.circumstances,
            expires_at=plan.expires_at if submitted else None,
        )


def _matrix(found: Version[AuthorityMatrix], currency: str | None) -> MatrixView:
    matrix = found.value
    return MatrixView(
        policy=found.version,
        source=found.source,
        currency=currency,
        limits=[_limit(one, matrix, currency) for one in matrix.limits],
        above=Level.COMMITTEE.code,
        minimum=dict(matrix.minimum),
        cosigns=[
            CosignView(code=one.code, by=one.by, from_level=one.from_level, sentence=why_signed(one.code, one.by))
            for one in matrix.cosigns
        ],
        repeat_within_months=matrix.repeat_within_months,
        approval_hours=matrix.approval_hours,
    )


def _limit(limit: LevelLimits, matrix: AuthorityMatrix, currency: str | None) -> LimitView:
    return LimitView(
        level=limit.level,
        name=level_name(limit.level),
        people=matrix.approvers.get(limit.level, 1),
        interim_days=dict(limit.interim_days),
        deferral_months=limit.deferral_months,
        extension_months=limit.extension_months,
        waives=list(limit.waives),
        waived=None if currency is None else limit.waived.get(currency),
        waived_percent_of_accrued=limit.waived_percent_of_accrued,
        principal_discount_percent=limit.principal_discount_percent,
        settlement_recovery_percent=limit.settlement_recovery_percent,
    )
