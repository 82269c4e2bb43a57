"""What the bank's postings made of a promise to pay: the promise that was recorded here ends with it."""

from services.common.contracts.events.agreements import PromiseBroken, PromiseEvent, PromiseKept
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.repository import talks


async def promise_judged(uow: UnitOfWork, said: PromiseEvent) -> None:
    """promise.kept, promise.broken: settled by it, and once more when a payment is taken back or found later.

    One that was withdrawn stays that, and a promise that nobody recorded here is none of ours.
    """
    state = {PromiseKept.type: "kept", PromiseBroken.type: "broken"}[said.type]
    commitment = await talks.lock_commitment(uow.session, said.promise_id)
    if commitment is None or commitment.state in ("withdrawn", state):
        return
    before = commitment.state
    commitment.state, commitment.settled_at, commitment.settled_by = state, uow.now(), uow.caller.person
    await uow.audit(
        "commitment.judged",
        f"commitment/{said.promise_id}",
        case_id=commitment.case_id,
        before={"state": before},
        after={"state": state},
        detail={"last_good_day": said.last_good_day.isoformat()},
    )
