"""What became of promises, and which there are."""

from uuid import UUID

from services.common.contracts.events.contacts import PromiseWithdrawn
from services.common.kernel.clock import local_day
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import PageQuery
from services.contact.domain.commitments import Side
from services.contact.errors import CaseUnknown, CommitmentIsSettled, CommitmentUnknown
from services.contact.models import Commitment
from services.contact.policies import Policies
from services.contact.repository import cases, talks
from services.contact.schemas import Commitments as Listed
from services.contact.schemas import CommitmentShown, Settle
from services.contact.service.messages.outcome import case_of
from services.contact.service.paging import place_of

SETTLERS = frozenset({"agent", "senior_agent", "supervisor", "manager"})
HEARERS = SETTLERS | {"compliance", "system"}
"""Those who read conversations read their words here too; others see what was promised, and by when."""
READERS = HEARERS | {"risk"}
IN_CHARGE = frozenset({"supervisor", "manager"})
WORDS = {"text", "said"}


class Commitments:
    """Lists promises and settles them."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def of_case(self, caller: Caller, case_id: UUID, asked: PageQuery) -> Listed:
        """A page of the promises of both sides. CaseUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            if await cases.find_case(session, case_id) is None:
                raise CaseUnknown("contact has not heard of this case")
            found = await talks.commitments_of(session, case_id, place_of(asked), asked.limit + 1)
        hears = bool(caller.roles & HEARERS)
        page = asked.page(
            found,
            lambda one: (one.made_at, one.commitment_id),
            lambda one: shown(one) if hears else _wordless(shown(one)),
        )
        return Listed(items=page.items, next=page.next)

    async def settle(self, caller: Caller, commitment_id: UUID, body: Settle) -> Answer:
        """Say what became of a promise; its task is done with that.

        CommitmentUnknown, CommitmentIsSettled (a promise to pay is judged by what the bank posted), Forbidden.
        """
        caller.require_any(SETTLERS)
        async with self._database.write(caller) as uow:
            commitment = await talks.lock_commitment(uow.session, commitment_id)
            if commitment is None:
                raise CommitmentUnknown("there is no promise of this id")
            case = await case_of(uow, commitment.case_id)
            policy = self._policies.conversation.on(local_day(uow.now(), case.time_zones[0])).value
            wanted = policy.lender_tasks.get(commitment.kind) if commitment.side == Side.LENDER.value else None
            if wanted is not None and wanted.needs_role == "supervisor":
                caller.require_any(IN_CHARGE)
            if commitment.state != "open":
                raise CommitmentIsSettled("what became of this promise is recorded already")
            if commitment.kind in policy.judged_by_postings and body.state != "withdrawn":
                raise CommitmentIsSettled("whether a payment came is judged by the bank's postings")
            before = commitment.model_dump(exclude=WORDS, mode="json")
            commitment.state, commitment.settled_at, commitment.settled_by = body.state, uow.now(), caller.person
            if commitment.amount is not None:
                await uow.emit(PromiseWithdrawn(case_id=commitment.case_id, promise_id=commitment_id))
            if wanted is not None:
                await uow.close_task(wanted.task, str(commitment_id), body.state)
            await uow.audit(
                "commitment.settled",
                f"commitment/{commitment_id}",
                case_id=commitment.case_id,
                before=before,
                after=commitment.model_dump(exclude=WORDS, mode="json"),
                detail={"state": body.state},
            )
            return uow.answer(_wordless(shown(commitment)))


def shown(commitment: Commitment) -> CommitmentShown:
    """A promise as it is shown."""
    said = commitment.model_dump(exclude={"borrower_id", "amount", "currency"})
    amount = None
    if commitment.amount is not None and commitment.currency is not None:
        amount = Money.of(commitment.amount, commitment.currency)
    return CommitmentShown.model_validate(said | {"amount": amount})


def _wordless(commitment: CommitmentShown) -> CommitmentShown:
    return commitment.model_copy(update=dict.fromkeys(WORDS))
