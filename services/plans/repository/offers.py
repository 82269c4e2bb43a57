"""Offers, the borrower's answers to them, and what the core made of an agreement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Objection, Offer, Plan
from services.plans.repository.access import Seen, visible
from services.plans.repository.rows import columns, put, take
from services.plans.vocabulary import ActivationState, AgreementState, OfferState

_OFFER = f"SELECT {columns(Offer, 'o')} FROM offer o"  # noqa: S608 - made of constants
OFFER = Sql(f"{_OFFER} WHERE plan_id = :plan_id AND version = :version")
LATEST = Sql(
    f"{_OFFER} JOIN plan USING (plan_id, version) WHERE o.case_id = :case_id AND {visible('o.case_id')} "
    "ORDER BY round DESC, version DESC LIMIT 1"
)
ANSWER = Sql(
    "UPDATE offer SET state = :state, answered_at = :answered_at WHERE plan_id = :plan_id AND version = :version"
)
WITHDRAW = Sql(
    """
    WITH withdrawn AS (
        UPDATE offer SET state = 'WITHDRAWN', answered_at = :at
        WHERE plan_id = :plan_id AND version = :version AND state = 'ISSUED'
    )
    UPDATE agreement SET state = 'VOID' WHERE plan_id = :plan_id AND version = :version
    """
)
OBJECTIONS = Sql(
    f"SELECT {columns(Objection, 'o')} FROM objection o WHERE plan_id = :plan_id ORDER BY version, recorded_at"  # noqa: S608
)
OBJECTION = Sql(
    f"SELECT {columns(Objection, 'o')} FROM objection o WHERE objection_id = :objection_id"  # noqa: S608
)
FORGET = Sql("DELETE FROM objection WHERE objection_id = :objection_id")
SEEN_OBJECTIONS = Sql(
    f"SELECT {columns(Objection, 'o')} FROM objection o "  # noqa: S608 - made of constants
    f"WHERE plan_id = :plan_id AND {visible('o.case_id')} ORDER BY version, recorded_at"
)
INTEND = Sql(
    """
    INSERT INTO activation (plan_id, version, idempotency_key, state, attempts, intended_at)
    VALUES (:plan_id, :version, :key, 'pending', 1, :at)
    ON CONFLICT (plan_id, version) DO UPDATE SET attempts = activation.attempts + 1
    RETURNING attempts
    """
)
UNANSWERED = Sql(
    f"""
    SELECT {columns(Plan, "p")} FROM plan p JOIN activation a USING (plan_id, version)
    WHERE plan_id = :plan_id AND a.state IN ('pending', 'unknown') AND p.state <> 'SIGNED'
    """  # noqa: S608 - made of constants
)
INTENDED = Sql("SELECT EXISTS (SELECT FROM activation WHERE plan_id = :plan_id AND version = :version)")
REFERENCE = Sql("SELECT core_reference FROM activation WHERE plan_id = :plan_id AND version = :version")
IN_DOUBT = Sql(
    "SELECT intended_at FROM activation WHERE plan_id = :plan_id AND version = :version AND state = 'unknown'"
)
REFERENCE = Sql("SELECT core_reference FROM activation WHERE plan_id = :plan_id AND version = :version")
DOUBT = Sql("UPDATE activation SET state = 'unknown', code = :code WHERE plan_id = :plan_id AND version = :version")
# There is nothing of the core to keep when it was given up before it was asked at all.
CONCLUDE = Sql(
    """
    WITH concluded AS (
        UPDATE activation SET state = :state, code = :code, core_reference = :core_reference,
            schedule_hash = :schedule_hash, ended_at = :ended_at
        WHERE plan_id = :plan_id AND version = :version
    )
    UPDATE agreement SET state = :agreement WHERE plan_id = :plan_id AND version = :version
    """
)


async def get_offer(session: AsyncSession, plan_id: UUID, version: int) -> Offer | None:
    """The offer of a version."""
    row = (await OFFER.run(session, {"plan_id": plan_id, "version": version})).mappings().one_or_none()
    return None if row is None else take(Offer, "o", row)


async def latest_offer(session: AsyncSession, case_id: UUID, seen: Seen) -> Offer | None:
    """The newest offer of a case. By round and version: business time may stand still between two offers."""
    row = (await LATEST.run(session, {"case_id": case_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else take(Offer, "o", row)


async def answer(session: AsyncSession, offer: Offer, state: OfferState, at: datetime) -> None:
    """Let an offer be over."""
    offer.state, offer.answered_at = state, at
    await ANSWER.run(session, dict(offer))


async def withdraw(session: AsyncSession, plan: Plan, at: datetime) -> None:
    """Take back the offer of a version while it is open, and the agreement on it, where there are any."""
    await WITHDRAW.run(session, {"plan_id": plan.plan_id, "version": plan.version, "at": at})


async def objections(session: AsyncSession, plan_id: UUID) -> Sequence[Objection]:
    """The objections to a plan, oldest first."""
    found = await OBJECTIONS.run(session, {"plan_id": plan_id})
    return [take(Objection, "o", row) for row in found.mappings().all()]


async def objection_of(session: AsyncSession, objection_id: UUID) -> Objection | None:
    """One objection."""
    row = (await OBJECTION.run(session, {"objection_id": objection_id})).mappings().one_or_none()
    return None if row is None else take(Objection, "o", row)


async def repeat(session: AsyncSession, objection: Objection) -> None:
    """An objection that is made again stands as it was made last."""
    await FORGET.run(session, {"objection_id": objection.objection_id})
    await put(session, objection)


async def objections_seen(session: AsyncSession, plan_id: UUID, seen: Seen) -> Sequence[Objection]:
    """The same for whoever may have to be allowed to see them."""
    found = await SEEN_OBJECTIONS.run(session, {"plan_id": plan_id, **seen.values()})
    return [take(Objection, "o", row) for row in found.mappings().all()]


async def intend(session: AsyncSession, plan: Plan, key: str, at: datetime) -> int:
    """Keep that the core is about to be asked for a version; which attempt it is."""
    values = {"plan_id": plan.plan_id, "version": plan.version, "key": key, "at": at}
    attempts: int = (await INTEND.run(session, values)).scalar_one()
    return attempts


async def unanswered(session: AsyncSession, plan_id: UUID) -> Plan | None:
    """The version of a plan that is no longer wanted, and of which the core has not said what it did."""
    row = (await UNANSWERED.run(session, {"plan_id": plan_id})).mappings().one_or_none()
    return None if row is None else take(Plan, "p", row)


async def was_intended(session: AsyncSession, plan: Plan) -> bool:
    """Whether the core may have been asked for a version."""
    values = {"plan_id": plan.plan_id, "version": plan.version}
    return bool((await INTENDED.run(session, values)).scalar_one())


async def in_doubt_since(session: AsyncSession, plan: Plan) -> datetime | None:
    """When the core was first asked for a version, while it has not said what it did; None when it has."""
    values = {"plan_id": plan.plan_id, "version": plan.version}
    since: datetime | None = (await IN_DOUBT.run(session, values)).scalar_one_or_none()
    return since


async def reference_of(session: AsyncSession, plan: Plan) -> str:
    """What the core calls a version that it runs."""
    values = {"plan_id": plan.plan_id, "version": plan.version}
    found: str = (await REFERENCE.run(session, values)).scalar_one()
    return found


async def doubt(session: AsyncSession, plan: Plan, code: str | None) -> None:
    """Keep that the core has not said what it did."""
    await DOUBT.run(session, {"plan_id": plan.plan_id, "version": plan.version, "code": code})


async def conclude(
    session: AsyncSession,
    plan: Plan,
    at: datetime,
    state: ActivationState,
    agreement: AgreementState,
    *,
    code: str | None = None,
    core_reference: str | None = None,
    schedule_hash: str | None = None,
) -> None:
    """Keep what came of an activation, and of the agreement with it."""
    values = {
        "plan_id": plan.plan_id,
        "version": plan.version,
        "ended_at": at,
        "state": state,
        "agreement": agreement,
        "code": code,
        "core_reference": core_reference,
        "schedule_hash": schedule_hash,
    }
    await CONCLUDE.run(session, values)
