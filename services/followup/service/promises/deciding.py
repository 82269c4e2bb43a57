"""What people see of promises, and what a supervisor decides about them."""

from __future__ import annotations

from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.followup.domain.promise import PromiseStatus
from services.followup.errors import PromiseDecided
from services.followup.models import PromiseRow
from services.followup.repository import promises
from services.followup.schemas import DecidePromise, PromiseView
from services.followup.schemas import Promises as Listed
from services.followup.service.promises.following import cancel
from services.followup.service.promises.judging import PromiseVerdicts, promise_of
from services.followup.vocabulary import ACCEPT_PROMISE, BROKEN_PROMISES

IN_CHARGE = ("supervisor", "manager")


class PromiseDecisions:
    """Shows promises and takes decisions about them."""

    def __init__(self, database: Database, verdicts: PromiseVerdicts) -> None:
        self._database = database
        self._verdicts = verdicts

    async def of_case(self, caller: Caller, case_id: UUID) -> Listed:
        """The promises of a case, by their days; none for one that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await promises.of_case(session, case_id, caller)
        return Listed(items=[promise_view(one) for one in found])

    async def decide(self, caller: Caller, promise_id: UUID, body: DecidePromise) -> Answer:
        """A supervisor accepts or refuses a promise that waits, or has seen that too many were broken.

        NotFound; PromiseDecided when nothing is asked of it.
        """
        caller.require_any(IN_CHARGE)
        async with self._database.write(caller) as uow:
            row = await promises.lock_one(uow.session, promise_id, caller)
            if row is None:
                raise NotFound("there is no promise of this id")
            if caller.if_match is not None:
                caller.require_version(row.version)
            waits = row.state == PromiseStatus.PROPOSED
            kind = BROKEN_PROMISES if body.decision == "seen" else ACCEPT_PROMISE
            if waits is (body.decision == "seen") or not await uow.close_task(kind, str(promise_id), body.decision):
                raise PromiseDecided("nothing of this kind waits to be decided about the promise")
            detail = {"decision": body.decision}
            await uow.audit("promise.decided", f"promise/{promise_id}", case_id=row.case_id, detail=detail)
            if body.decision == "refuse":
                await cancel(uow, [row], "refused")
            elif body.decision == "accept":
                row.state, row.version = PromiseStatus.ACTIVE.value, row.version + 1
                await promises.write(uow.session, [row])
                await self._verdicts.judge(uow, [row.account_ref])
                row = await promises.lock_one(uow.session, promise_id, caller)
                assert row is not None
            return uow.answer(promise_view(row), etag=row.version)


def promise_view(row: PromiseRow) -> PromiseView:
    """A promise as it is shown."""
    return PromiseView(
        promise_id=row.promise_id,
        case_id=row.case_id,
        account_ref=row.account_ref,
        amount=row.money(row.amount),
        promised_date=row.promised_date,
        made_on=row.made_on,
        last_good_day=row.last_good_day,
        required=promise_of(row).required,
        paid_in_time=row.money(row.paid_in_time),
        state=PromiseStatus(row.state),
        cancelled_for=row.cancelled_for,
        version=row.version,
    )
