"""Bulk holds: one person places a job, a workflow works it batch by batch, one person undoes what it placed."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.contracts.workflows import BULK_HOLD_JOB
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import Page, PageQuery
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.errors import BulkHoldUndone, BulkHoldUnknown
from services.intake.models import BulkHold
from services.intake.policies import Policies
from services.intake.repository import bulk
from services.intake.repository.bulk import SELECTORS, Held
from services.intake.schemas import BulkShown, BulkStanding, HoldEnd, PlaceBulkHold
from services.intake.service.holds.holding import lifters
from services.intake.service.holds.placing import Wanted
from services.intake.service.holds.terms import HoldTerms
from services.intake.workflows.messages import BulkLook, BulkStep, bulk_workflow_id

IN_CHARGE = frozenset({"supervisor", "manager", "compliance", "system"})
DUE = "bulk_hold"
BATCH = 500


class BulkHolds:
    """Places, works and undoes jobs. A batch is one transaction that holds the lock of its job."""

    def __init__(self, database: Database, policies: Policies, batch: int = BATCH) -> None:
        self._database = database
        self._policies = policies
        self._batch = batch

    async def count(self, caller: Caller, body: PlaceBulkHold) -> int:
        """How many borrowers the job would hold now. InvalidInput, Forbidden."""
        caller.require_any(IN_CHARGE)
        now = self._database.clock.now()
        self._wanted(body)
        async with self._database.read() as session:
            return await bulk.count(session, _criteria(body), body.selector.account_refs, now)

    async def place(self, caller: Caller, body: PlaceBulkHold) -> Answer:
        """Begin a job; whoever is selected at this moment is held within minutes. InvalidInput, Forbidden."""
        caller.require_any(IN_CHARGE)
        wanted = self._wanted(body)
        async with self._database.write(caller) as uow:
            now = uow.now()
            refs, criteria = body.selector.account_refs, _criteria(body)
            job = BulkHold(
                bulk_id=business_uuid("bulk_hold", str(await bulk.next_number(uow.session))),
                kind=body.kind,
                reason=body.reason,
                blocks=list(wanted.blocks),
                selector=criteria,
                accounts=None if refs is None else len(set(refs)),
                starts_at=now,
                ends_at=wanted.ends_at,
                state="placing",
                total=await bulk.count(uow.session, criteria, refs, now),
                placed=0,
                lifted=0,
                placed_by=caller.person,
                version=1,
            )
            await bulk.add(uow.session, job, refs)
            await self._begin(uow, job, BulkStep(bulk_id=job.bulk_id, undo=False))
            await uow.audit("bulk_hold.placed", f"bulk-hold/{job.bulk_id}", detail={"total": job.total})
            answer = _standing(job)
            return uow.answer(answer, status=201, etag=1, location=f"/v1/bulk-holds/{job.bulk_id}")

    async def undo(self, caller: Caller, bulk_id: UUID) -> Answer:
        """Lift what a job placed and nobody lifted since; what it has not placed yet is left out. Needs If-Match.

        BulkHoldUnknown, BulkHoldUndone, Forbidden for who may not lift holds of this kind.
        """
        async with self._database.write(caller) as uow:
            job = await bulk.lock(uow.session, bulk_id)
            if job is None:
                raise BulkHoldUnknown
            caller.require_any(lifters(self._policies, job.kind, uow) | {"system"})
            caller.require_version(job.version)
            if job.state not in ("placing", "placed"):
                raise BulkHoldUndone
            job.state, job.undone_by, job.after, job.done_at = "undoing", caller.person, None, None
            job.version += 1
            await self._begin(uow, job, BulkStep(bulk_id=bulk_id, undo=True))
            await uow.audit("bulk_hold.undone", f"bulk-hold/{bulk_id}", detail={"placed": job.placed})
            return uow.answer(_standing(job), etag=job.version)

    async def job(self, caller: Caller, bulk_id: UUID) -> BulkShown:
        """One job and how far it is. BulkHoldUnknown, Forbidden."""
        caller.require_any(IN_CHARGE)
        async with self._database.read() as session:
            found = await bulk.get(session, bulk_id)
        if found is None:
            raise BulkHoldUnknown
        return _shown(found)

    async def page(self, caller: Caller, asked: PageQuery) -> Page[BulkShown]:
        """Jobs, the newest first. Forbidden."""
        caller.require_any(IN_CHARGE)
        async with self._database.read() as session:
            found = await bulk.page(session, asked.after, asked.limit + 1)  # type: ignore[arg-type]
        return asked.page(found, lambda job: (job.starts_at, job.bulk_id), _shown)

    async def latest(self, caller: Caller, limit: int) -> list[BulkShown]:
        """The newest jobs. Forbidden."""
        caller.require_any(IN_CHARGE)
        async with self._database.read() as session:
            return [_shown(job) for job in await bulk.page(session, None, limit)]

    async def work(self, step: BulkStep) -> BulkLook:
        """The next batch of a job; nothing when it is done, or turned round meanwhile."""
        async with self._database.read() as session:
            seen = await bulk.get(session, step.bulk_id)
        if seen is None:
            raise BulkHoldUnknown
        person = seen.undone_by if step.undo else seen.placed_by
        caller = Caller.service(self._database.service, bulk_workflow_id(step), person)
        async with self._database.write(caller) as uow:
            job = await bulk.lock(uow.session, step.bulk_id)
            assert job is not None, "jobs are not deleted"
            if job.state != ("undoing" if step.undo else "placing"):
                return BulkLook(done=True)
            more = await (self._lift(uow, job) if step.undo else self._place(uow, job))
            if not more:
                job.state = "undone" if step.undo else "placed"
                job.done_at = uow.now()
                job.version += 1
                await uow.meet(DUE, str(job.bulk_id))
                await uow.audit(f"bulk_hold.{job.state}_all", f"bulk-hold/{job.bulk_id}", after=job.model_dump())
        return BulkLook(done=not more)

    async def _place(self, uow: UnitOfWork, job: BulkHold) -> bool:
        found = await bulk.next_borrowers(uow.session, job, self._batch)
        held = [
            Held(borrower_id, case_id, business_uuid("hold", "bulk", str(job.bulk_id), str(borrower_id)))
            for borrower_id, case_id in found
        ]
        if held:
            await bulk.place(uow.session, job, held)
            job.placed += len(held)
            job.after = held[-1].borrower_id
        for one in held:
            await uow.emit(
                HoldPlaced.model_validate(
                    {
                        "case_id": one.case_id,
                        "borrower_id": one.borrower_id,
                        "hold_id": one.hold_id,
                        "blocks": job.blocks,
                        "starts_at": job.starts_at,
                        "ends_at": job.ends_at,
                    }
                )
            )
            await self._audit(uow, "hold.placed", job, one)
        return len(held) == self._batch

    async def _lift(self, uow: UnitOfWork, job: BulkHold) -> bool:
        now = uow.now()
        held = await bulk.next_held(uow.session, job, now, self._batch)
        if held:
            await bulk.lift(uow.session, job, held, now)
            job.lifted += len(held)
            job.after = held[-1].borrower_id
        for one in held:
            lifted = HoldLifted(case_id=one.case_id, borrower_id=one.borrower_id, hold_id=one.hold_id, lifted_at=now)
            await uow.emit(lifted)
            await self._audit(uow, "hold.lifted", job, one)
        # A batch may come out short where somebody lifted a hold at the same moment.
        return bool(held)

    async def _audit(self, uow: UnitOfWork, action: str, job: BulkHold, one: Held) -> None:
        await uow.audit(action, f"hold/{one.hold_id}", case_id=one.case_id, detail={"bulk": str(job.bulk_id)})

    async def _begin(self, uow: UnitOfWork, job: BulkHold, step: BulkStep) -> None:
        """Have a workflow work the job, and notice if it does not."""
        workflow_id = bulk_workflow_id(step)
        await uow.start(BULK_HOLD_JOB, workflow_id, step, job.bulk_id)
        now = uow.now()
        due = now + timedelta(hours=self._policies.holds(now).bulk_hours)
        await uow.oblige(Obligation(job.bulk_id, DUE, str(job.bulk_id), "workflow", due, workflow_id))

    def _wanted(self, body: PlaceBulkHold) -> Wanted:
        now = self._database.clock.now()
        if body.kind not in self._policies.holds(now).in_bulk:
            raise InvalidInput("no such kind of hold", fields=[("#/kind", "is not one that is placed in bulk")])
        terms = HoldTerms(self._policies, self._policies.cases(now).time_zone)
        return terms.wanted(body.kind, now, HoldEnd(ends_at=body.ends_at))


def _criteria(body: PlaceBulkHold) -> dict[str, str]:
    found: dict[str, str] = body.selector.model_dump(include=set(SELECTORS), exclude_none=True)
    return found


def _standing(job: BulkHold) -> BulkStanding:
    return BulkStanding(**job.model_dump(include=set(BulkStanding.model_fields)))


def _shown(job: BulkHold) -> BulkShown:
    return BulkShown(**job.model_dump(include=set(BulkShown.model_fields)))
