"""The gateway of every channel: accepts a message once, lets it arrive in business time, and tells what happened."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.acts import Act, Acts
from sandbox.gateway import repository
from sandbox.gateway.fate import fate_of
from sandbox.gateway.faults import GatewayFaults
from sandbox.gateway.shapes import Shape
from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock

SETTLE = "gateway.settle"
#: Not for the moment, never, or because there is no such address.
NOT_TAKEN = ("busy", "refuse", "nobody")


class KeyReused(Exception):
    """The idempotency key came with another message before."""


class NotTaken(Exception):
    """The message is not taken; `kind` is one of NOT_TAKEN."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class AnswerLost(Exception):
    """The message was taken, and its customer does not hear so."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message in somebody's inbox. `key` is the idempotency key it was accepted under, `reference` the sender's."""

    key: str
    reference: str | None
    recipient: str
    channel: str
    sender: str
    body: str
    arrived_at: datetime


#: Called in the transaction in which a message arrives; plans what the person does about it.
ArrivalHook = Callable[[Arrival, Tx], Awaitable[None]]


class Gateway:
    """One gateway with its customer's webhook as the only way back."""

    def __init__(self, store: Store, clock: Clock, acts: Acts, seed: int) -> None:
        self._store = store
        self._clock = clock
        self._seed = seed
        self._hooks: list[ArrivalHook] = []
        self.faults = GatewayFaults(store)
        acts.register_act(SETTLE, self._settle)

    def on_arrival(self, hook: ArrivalHook) -> None:
        """Have `hook` called for each message that arrives."""
        self._hooks.append(hook)

    async def accept(self, request: Shape) -> tuple[str, bool]:
        """Accept a message; gives the provider's id and whether it is new.

        KeyReused for another message, NotTaken and AnswerLost as ordered.
        """
        taken = request.taken()
        digest = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        provider_id = _provider_id(request.idempotency_key)
        now = self._clock.now()
        at = now + fate_of(self._seed, request.idempotency_key, taken.channel).delay
        payload = {"key": request.idempotency_key}
        async with self._store.reading() as tx:
            fault = await self.faults.next(taken.channel, tx)
            if fault in NOT_TAKEN:
                raise NotTaken(fault)
            new = await repository.accept(
                tx,
                {
                    "key": request.idempotency_key,
                    "provider_id": provider_id,
                    "channel": taken.channel,
                    "recipient": taken.recipient,
                    "sender": taken.sender,
                    "subject": taken.subject,
                    "body": taken.body,
                    "reference": request.reference,
                    "request_sha": digest,
                    "bounces": fault == "bounce",
                    "accepted_at": now,
                },
                Act(f"{SETTLE}/{request.idempotency_key}", at, SETTLE, taken.recipient, payload),
            )
            if not new and (await repository.message(tx, request.idempotency_key))["request_sha"] != digest:
                raise KeyReused
        if fault == "lost_answer":
            raise AnswerLost
        return provider_id, new

    async def status(self, channel: str, key: str) -> dict[str, Any] | None:
        """What the gateway knows of a message; None when it never accepted it in this channel."""
        async with self._store.reading() as tx:
            found = await repository.message(tx, key)
        if found is None or found["channel"] != channel:
            return None
        return {
            "provider_id": found["provider_id"],
            "idempotency_key": key,
            "status": found["status"],
            "accepted_at": found["accepted_at"],
            "settled_at": found["settled_at"],
        }

    async def reply(self, tx: Tx, reply_id: str, channel: str, sender: str, text: str) -> None:
        """A person writes: told to the customer as an inbound message, once for each `reply_id`."""
        body = {
            "type": "inbound",
            "provider_id": f"in-{hashlib.sha256(reply_id.encode()).hexdigest()[:20]}",
            "channel": channel,
            "from": sender,
            "text": text,
            "received_at": self._clock.now().isoformat(),
        }
        await repository.add_webhook(tx, f"inbound/{reply_id}", json.dumps(body, ensure_ascii=False))

    async def _settle(self, act: Act, tx: Tx) -> None:
        key = str(act.payload["key"])
        message = await repository.message(tx, key)
        fate = fate_of(self._seed, key, message["channel"])
        if message["bounces"]:
            fate = replace(fate, arrives=False, receipt=True)
        status = "bounced" if message["bounces"] else "delivered" if fate.arrives else "failed"
        receipt = {
            "type": "receipt",
            "provider_id": _provider_id(key),
            "idempotency_key": key,
            "channel": message["channel"],
            "status": status,
            "received_at": act.at.isoformat(),
        }
        told = (f"receipt/{key}", json.dumps(receipt)) if fate.receipt else None
        found = await repository.settle(tx, key, status, act.at, told)
        if fate.arrives:
            arrival = Arrival(
                key,
                found["reference"],
                found["recipient"],
                found["channel"],
                found["sender"],
                found["body"],
                act.at,
            )
            for hook in self._hooks:
                await hook(arrival, tx)


def _provider_id(key: str) -> str:
    return f"gw-{hashlib.sha256(key.encode()).hexdigest()[:20]}"
