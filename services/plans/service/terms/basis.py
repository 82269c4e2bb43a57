"""What a version of a plan rests on: the documents that supported it when it was drafted, and whether they still do."""

from collections.abc import Sequence

from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import EvidenceState
from services.plans.errors import BasisChanged, BasisLost
from services.plans.models import Plan
from services.plans.repository import basis


async def require_basis(uow: UnitOfWork, plan: Plan) -> None:
    """Raise `BasisLost` when a document that the version rests on was revoked."""
    if EvidenceState.REVOKED in (await basis.of_plan(uow.session, plan)).values():
        raise BasisLost(f"version {plan.version} rests on a document that was revoked")


async def require_same_basis(uow: UnitOfWork, plan: Plan, supporting: Sequence[str]) -> None:
    """The same, and `BasisChanged` when what supports a plan today is not what the version was drafted on: what was
    assessed is assessed again when the evidence changes (field practice 002-18)."""
    rests_on = await basis.of_plan(uow.session, plan)
    if EvidenceState.REVOKED in rests_on.values():
        raise BasisLost(f"version {plan.version} rests on a document that was revoked")
    if {str(one) for one in rests_on} != set(supporting):
        raise BasisChanged(f"version {plan.version} was drafted on other evidence")
