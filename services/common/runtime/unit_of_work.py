"""The one way to change anything: a transaction that carries state, audit entry, outbox rows and the stored answer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.envelope import EventPayload
from services.common.contracts.workflows import (
    MESSAGE_DELIVERY,
    QUEUE,
    DeliveryRequest,
    Message,
    message_workflow_id,
)
from services.common.kernel.clock import Clock
from services.common.kernel.errors import Conflict, InvalidInput
from services.common.runtime import audit, obligations, outbox, tasks
from services.common.runtime.caller import Caller, CommandKey
from services.common.runtime.http.answers import AlreadyAnswered, Answer
from services.common.runtime.obligations import Obligation
from services.common.runtime.sql import Sql
from services.common.runtime.tables import RuntimeTables
from services.common.runtime.tasks import NewTask

CLAIM_COMMAND = Sql(
    "INSERT INTO command_log (scope, key, request_hash) VALUES (:scope, :key, :request_hash) "
    "ON CONFLICT DO NOTHING RETURNING key"
)
KEEP_ANSWER = Sql("UPDATE command_log SET answer = :answer WHERE scope = :scope AND key = :key")
CLAIM_STEP = Sql("INSERT INTO step (key, result) VALUES (:key, '{}') ON CONFLICT DO NOTHING RETURNING key")
KEEP_RESULT = Sql("UPDATE step SET result = :result WHERE key = :key")


class IdempotencyKeyReused(InvalidInput):
    """A known Idempotency-Key came with another request."""

    problem = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"


class UnitOfWork:
    """What a use case may do inside its transaction. Made by `Database.write`, ended by its `async with`.

    Events, starts, nudges and audit entries are written together, as the transaction commits.
    """

    def __init__(
        self, session: AsyncSession, service: str, tables: RuntimeTables, clock: Clock, caller: Caller
    ) -> None:
        self.session = session
        self.service = service
        self.tables = tables
        self.caller = caller
        self.wrote_for: set[outbox.Sink] = set()
        self._rows: list[outbox.Row] = []
        self._entries: list[audit.Entry] = []
        self._clock = clock
        self._answer: Answer | None = None

    def now(self) -> datetime:
        """Business time at this moment. A decision reads it after taking its lock."""
        return self._clock.now()

    def wake_in(self, due_at: datetime) -> timedelta | None:
        """How long a workflow may sleep until `due_at`; None where time lapses and the relay nudges instead."""
        if not self._clock.flows:
            return None
        return max(due_at - self._clock.now(), timedelta(0))

    async def emit(self, payload: EventPayload) -> None:
        """Leave an event for Kafka, with the next version of its stream."""
        self._leave(outbox.event_row(self.service, payload, self.now(), self.caller))

    async def start(self, workflow: str, workflow_id: str, argument: Message, case_id: UUID) -> None:
        """Leave the start of a workflow; a second start of the same id changes nothing."""
        self._leave(outbox.start_row(workflow, QUEUE[workflow], workflow_id, argument, case_id))

    async def nudge(self, workflow_id: str, case_id: UUID | None = None) -> None:
        """Tell one of the service's own workflows to look again."""
        self._leave(outbox.nudge_row(self.service, workflow_id, case_id))

    def _leave(self, row: outbox.Row) -> None:
        self._rows.append(row)
        self.wrote_for.add(row.sink)

    async def send_message(self, request: DeliveryRequest) -> None:
        """Have contact deliver a message to the borrower, once per purpose, object and version."""
        await self.start(MESSAGE_DELIVERY, message_workflow_id(request), request, request.case_id)

    async def oblige(self, obligation: Obligation) -> None:
        """Record what is waited for; an open obligation of the same kind and ref is moved to the new due instant."""
        await obligations.oblige(self, obligation)

    async def meet(self, kind: str, ref: str) -> bool:
        """Close an open obligation as met; False when none was open."""
        return await obligations.close(self, kind, ref, "met")

    async def release(self, kind: str, ref: str) -> bool:
        """Close an open obligation that is no longer needed; False when none was open."""
        return await obligations.close(self, kind, ref, "cancelled")

    async def release_all(self, case_id: UUID) -> None:
        """Close every open obligation of a case that has ended."""
        await obligations.close_all(self, case_id)

    async def open_task(self, task: NewTask) -> UUID:
        """Ask for a person: task row, event to the desk, the person's obligation. One task per kind and ref."""
        return await tasks.open_task(self, task)

    async def close_task(self, kind: str, ref: str, outcome: str) -> bool:
        """Close the task and its obligation and nudge the workflow that waits; False when it was not open."""
        return await tasks.close_task(self, kind, ref, outcome)

    async def close_any(self, kinds: Collection[str], ref: str, outcome: str) -> None:
        """Close the open tasks of these kinds about one thing; nothing when there are none."""
        await tasks.close_any(self, kinds, ref, outcome)

    async def close_tasks(self, case_id: UUID, outcome: str) -> None:
        """Close every open task of a case that no longer needs people."""
        await tasks.close_tasks(self, case_id, outcome)

    async def audit(
        self,
        action: str,
        subject: str,
        *,
        case_id: UUID | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Record who did what to which object. `before` and `after` are kept as hashes; `detail` as references only."""
        self._entries.append(audit.entry(self.now(), action, subject, case_id, before, after, detail))

    async def once(self, key: str) -> dict[str, Any] | None:
        """Claim step `key`. None: do the work and call `done`. A result: the step was done before."""
        if (await CLAIM_STEP.run(self.session, {"key": key})).first() is not None:
            return None
        step = self.tables.step
        return (await self.session.execute(select(step.c.result).where(step.c.key == key))).scalar_one()  # type: ignore[no-any-return]

    async def done(self, key: str, result: BaseModel) -> None:
        """Keep the result of step `key` for a repeat of it."""
        await KEEP_RESULT.run(self.session, {"key": key, "result": result.model_dump_json()})

    def answer(
        self, model: BaseModel, *, status: int = 200, etag: int | None = None, location: str | None = None
    ) -> Answer:
        """The answer to the caller, stored with the command so that a repeat gets the same one."""
        self._answer = Answer(model=model, status=status, etag=etag, location=location)
        return self._answer

    async def finish(self) -> None:
        """Write what was left behind, and the answer of the command; called once, before the commit."""
        if self._rows or self._entries:
            await outbox.write(self.session, self.caller, self._rows, self._entries)
        command = self.caller.command
        if command is None:
            return
        if self._answer is None:
            raise RuntimeError(f"a command of {command.scope} ended without an answer")
        answer = orjson.dumps(self._answer.to_stored()).decode()
        await KEEP_ANSWER.run(self.session, {"scope": command.scope, "key": command.key, "answer": answer})


async def claim_command(uow: UnitOfWork, command: CommandKey) -> None:
    """Claim the command's key for this transaction; a concurrent twin waits here for the first to end.

    Raises `AlreadyAnswered` for a repeat, `InvalidInput` when the key was used for another request.
    """
    claimed = await CLAIM_COMMAND.run(
        uow.session, {"scope": command.scope, "key": command.key, "request_hash": command.request_hash}
    )
    if claimed.first() is not None:
        return
    log = uow.tables.command_log
    stored = (
        await uow.session.execute(
            select(log.c.request_hash, log.c.answer).where(log.c.scope == command.scope, log.c.key == command.key)
        )
    ).one()
    if stored.request_hash != command.request_hash:
        raise IdempotencyKeyReused("send a new key with a new request")
    if stored.answer is None:
        raise Conflict("this command is still being worked on")
    raise AlreadyAnswered(stored.answer)
