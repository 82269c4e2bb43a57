"""Keeping promises of both sides: what staff may promise is saved, ours become tasks, nothing beyond authority is."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.common.contracts.events.contacts import PromiseMade
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.commitments import Side, reach, who_may, within_authority
from services.contact.errors import BeyondAuthority
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import talks
from services.contact.schemas.telling import Promise
from services.contact.service.heard import hold_here
from services.contact.service.talks.deadlines import end_of_day
from services.contact.talk_policies import ConversationPolicy

INTERIM = "HOLD_INTERIM"
SETTLE_PATH = "/v1/commitments/{commitment_id}/settlement"


class Promising:
    """Saves promises. The case is locked, or at least known, by the caller."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def keep(
        self,
        uow: UnitOfWork,
        case: ContactCase,
        borrower_id: UUID,
        conversation_id: UUID,
        promises: Sequence[Promise],
        occasion: str,
    ) -> list[UUID]:
        """Save what both sides promised in a conversation. BeyondAuthority, InvalidInput; then nothing is saved."""
        today = local_day(uow.now(), case.time_zones[0])
        policy = self._policies.conversation.on(today).value
        made = len(await talks.commitments_in(uow.session, conversation_id)) if promises else 0
        if made + len(promises) > policy.most_promises:
            raise InvalidInput(
                "these are more promises than a conversation has room for",
                fields=[("#/commitments", "are too many, with those made before")],
            )
        for number, promise in enumerate(promises):
            _allowed(uow, policy, promise, today, f"#/commitments/{number}")
        return [
            await self._put(uow, case, borrower_id, conversation_id, promise, f"{occasion}/{number}", policy)
            for number, promise in enumerate(promises)
        ]

    async def promise(
        self,
        uow: UnitOfWork,
        case: ContactCase,
        borrower_id: UUID,
        conversation_id: UUID | None,
        kind: str,
        deadline: datetime,
        occasion: str,
        reason: str,
        said: str | None = None,
    ) -> UUID:
        """Save what the procedure promises the borrower, with its task; nobody's authority is asked for that.

        It is worded by the policy in the language of the case, for the borrower reads it. `said` are the words with
        which it was asked for, for the person who keeps it.
        """
        today = local_day(uow.now(), case.time_zones[0])
        policy = self._policies.conversation.on(today).value
        due_on = local_day(deadline, case.time_zones[0])
        commitment_id = promise_id(case.case_id, occasion, kind)
        text = policy.procedure[kind].in_language(case.language)
        promise = Promise(side=Side.LENDER, kind=kind, text=text, due_on=due_on)
        await self._save(uow, case, borrower_id, conversation_id, promise, commitment_id, "open", said)
        await _ask_for(uow, case, commitment_id, kind, deadline, reason, policy)
        return commitment_id

    async def _put(
        self,
        uow: UnitOfWork,
        case: ContactCase,
        borrower_id: UUID,
        conversation_id: UUID,
        promise: Promise,
        occasion: str,
        policy: ConversationPolicy,
    ) -> UUID:
        commitment_id = business_uuid("commitment", str(conversation_id), occasion)
        until = end_of_day(promise.due_on, case.time_zones[0])
        if promise.kind == INTERIM:
            # The system carries this one out, so it is kept as it is made.
            await hold_here(
                uow,
                case_id=case.case_id,
                borrower_id=borrower_id,
                origin="hardship",
                blocks=policy.heard_blocks["interim"],
                ends_at=until,
                occasion=commitment_id,
            )
            await self._save(uow, case, borrower_id, conversation_id, promise, commitment_id, "kept")
            return commitment_id
        made = await self._save(uow, case, borrower_id, conversation_id, promise, commitment_id, "open")
        if made and promise.amount is not None and case.account_ref:
            await uow.emit(
                PromiseMade(
                    case_id=case.case_id,
                    promise_id=commitment_id,
                    borrower_id=borrower_id,
                    account_ref=case.account_ref,
                    pack=case.pack,
                    amount=promise.amount,
                    promised_date=promise.due_on,
                    made_on=local_day(uow.now(), case.time_zones[0]),
                )
            )
        if promise.side is Side.LENDER:
            await _ask_for(uow, case, commitment_id, promise.kind, until, promise.kind, policy)
        return commitment_id

    async def _save(
        self,
        uow: UnitOfWork,
        case: ContactCase,
        borrower_id: UUID,
        conversation_id: UUID | None,
        promise: Promise,
        commitment_id: UUID,
        state: str,
        said: str | None = None,
    ) -> bool:
        now, person = uow.now(), uow.caller.person
        settled = state != "open"
        made = await talks.put_commitment(
            uow.session,
            {
                "commitment_id": commitment_id,
                "case_id": case.case_id,
                "borrower_id": borrower_id,
                "conversation_id": conversation_id,
                "side": promise.side.value,
                "kind": promise.kind,
                "text": promise.text,
                "said": said,
                "due_on": promise.due_on,
                "amount": None if promise.amount is None else promise.amount.amount,
                "currency": None if promise.amount is None else promise.amount.currency,
                "made_at": now,
                "made_by": person,
                "state": state,
                "settled_at": now if settled else None,
                "settled_by": person if settled else None,
            },
        )
        if not made:
            return False
        detail = {"side": promise.side.value, "kind": promise.kind, "due_on": promise.due_on.isoformat()}
        await uow.audit("commitment.made", f"commitment/{commitment_id}", case_id=case.case_id, detail=detail)
        return True


def promise_id(case_id: UUID, occasion: str, kind: str) -> UUID:
    """The id of what the procedure promises on an occasion."""
    return business_uuid("commitment", str(case_id), occasion, kind)


def _allowed(uow: UnitOfWork, policy: ConversationPolicy, promise: Promise, today: date, pointer: str) -> None:
    if promise.due_on < today:
        raise InvalidInput("a promise is for today or later", fields=[(f"{pointer}/due_on", "is in the past")])
    kinds = policy.kinds(promise.side)
    needs_authority = promise.side is Side.LENDER or promise.kind in policy.judged_by_postings
    if promise.kind not in kinds and promise.side is not Side.LENDER:
        raise InvalidInput("unknown kind", fields=[(f"{pointer}/kind", f"one of {', '.join(sorted(kinds))}")])
    days = reach(promise.kind, uow.caller.roles, policy.authority) if promise.kind in kinds else None
    if needs_authority and not within_authority(today, promise.due_on, days):
        may = who_may(promise.kind, today, promise.due_on, policy.authority) if promise.kind in kinds else ()
        said = f"for {days} days at most" if days is not None else "not at all"
        raise BeyondAuthority(
            f"{promise.kind} until {promise.due_on}: yours to promise {said}; pass it on instead",
            fields=[(pointer, "is beyond the caller's authority")],
            who_may=list(may),
        )


async def _ask_for(
    uow: UnitOfWork,
    case: ContactCase,
    commitment_id: UUID,
    kind: str,
    deadline: datetime,
    reason: str,
    policy: ConversationPolicy,
) -> None:
    wanted = policy.lender_tasks[kind]
    await uow.open_task(
        NewTask(
            case_id=case.case_id,
            kind=wanted.task,
            ref=str(commitment_id),
            needs_role=wanted.needs_role,
            decide_path=SETTLE_PATH.replace("{commitment_id}", str(commitment_id)),
            reason=reason,
            deadline=deadline,
        )
    )
