"""The gateway: accepts a message once, lets it arrive in business time, and tells its customer what happened."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.acts import Act, Acts
from sandbox.gateway import repository
from sandbox.gateway.fate import fate_of
from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock

SETTLE = "gateway.settle"


class MessageRequest(BaseModel):
    """Body of POST /gateway/messages. `callback` is accepted for the customer's convenience; receipts go to contact."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    idempotency_key: str = Field(min_length=1, max_length=200)
    channel: Literal["sms", "email", "voice", "letter", "app"]
    to: str = Field(min_length=3, max_length=200)
    text: str = Field(min_length=1, max_length=4000)
    sender: str = Field(min_length=1, max_length=100)
    reference: str | None = Field(
        default=None, max_length=200, description="the customer's own, shown to the recipient"
    )
    callback: str | None = Field(default=None, max_length=500)


class KeyReused(Exception):
    """The idempotency key came with another message before."""


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
        acts.register_act(SETTLE, self._settle)

    def on_arrival(self, hook: ArrivalHook) -> None:
        """Have `hook` called for each message that arrives."""
        self._hooks.append(hook)

    async def accept(self, request: MessageRequest) -> tuple[str, bool]:
        """Accept a message; gives the provider's id and whether it is new. KeyReused for another message."""
        digest = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        provider_id = _provider_id(request.idempotency_key)
        now = self._clock.now()
        at = now + fate_of(self._seed, request.idempotency_key).delay
        payload = {"key": request.idempotency_key}
        async with self._store.reading() as tx:
            new = await repository.accept(
                tx,
                {
                    "key": request.idempotency_key,
                    "provider_id": provider_id,
                    "channel": request.channel,
                    "recipient": request.to,
                    "sender": request.sender,
                    "body": request.text,
                    "reference": request.reference,
                    "request_sha": digest,
                    "accepted_at": now,
                },
                Act(f"{SETTLE}/{request.idempotency_key}", at, SETTLE, request.to, payload),
            )
            if not new and (await repository.message(tx, request.idempotency_key))["request_sha"] != digest:
                raise KeyReused
        return provider_id, new

    async def status(self, key: str) -> dict[str, Any] | None:
        """What the gateway knows of a message; None when it never accepted it."""
        async with self._store.reading() as tx:
            found = await repository.message(tx, key)
        if found is None:
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
        fate = fate_of(self._seed, key)
        status = "delivered" if fate.arrives else "failed"
        receipt = {
            "type": "receipt",
            "provider_id": _provider_id(key),
            "idempotency_key": key,
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
