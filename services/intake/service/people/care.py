"""The care that a person's flags ask for together; others are told of it, never of the flags."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.cases import CareChanged
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.flags import Care, FlagKind
from services.intake.models import VulnerabilityFlag
from services.intake.policies import Policies
from services.intake.repository import flags


def in_force(flag: VulnerabilityFlag, policies: Policies, now: datetime) -> bool:
    """Whether a flag counts at `now`: one that expires counts until its day, also where nobody is left to end it."""
    if flag.ended_at is not None:
        return False
    return not expires(flag, policies, now) or flag.review_on > policies.cases(now).today(now)


def expires(flag: VulnerabilityFlag, policies: Policies, now: datetime) -> bool:
    """Whether a flag ends by itself when nobody renews it."""
    return policies.flags(now).kinds[FlagKind(flag.kind)].expires


def care_of(found: Iterable[VulnerabilityFlag], policies: Policies, now: datetime) -> tuple[Care, ...]:
    """What flags that are in force ask for."""
    return policies.flags(now).care_of(FlagKind(flag.kind) for flag in found if in_force(flag, policies, now))


async def care_now(session: AsyncSession, borrower_id: UUID, policies: Policies, now: datetime) -> tuple[Care, ...]:
    """The care a person needs at `now`."""
    return care_of(await flags.of_person(session, borrower_id), policies, now)


async def tell_care(uow: UnitOfWork, case_id: UUID, borrower_id: UUID, policies: Policies) -> None:
    """Tell the care that a locked person needs from now on."""
    now = uow.now()
    await uow.session.flush()
    care = await care_now(uow.session, borrower_id, policies, now)
    said = {"case_id": case_id, "borrower_id": borrower_id, "care": care, "at": now}
    await uow.emit(CareChanged.model_validate(said))
