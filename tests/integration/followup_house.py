"""Followup on a real database and a clock moved by hand, with the bank and the other services played by events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text

from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.bank import DayClosed, PaymentPosted
from services.common.contracts.events.contacts import MessageSent
from services.common.contracts.events.plans import PlanActivated, ScheduledInstalment
from services.common.contracts.topics import all_topics
from services.common.contracts.workflows import FollowUpInput
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.database import Database
from services.common.runtime.encryption import configure_encryption
from services.common.runtime.key_ring import KeyRing, decode_key
from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from services.followup.bootstrap import UseCases
from services.followup.models import TABLES, Agreement, Instalment
from services.followup.workflows.messages import Look
from tests.integration.one_service import START, OneService

PARTITIONS = all_topics()["bank.payments"].partitions
#: When the first instalment of a plan is due, and the last day on which it is paid in time.
DUE = date(2026, 4, 1)
LAST_GOOD = DUE + timedelta(days=3)


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


class House(OneService):
    """The service, and what the world says to it."""

    def __init__(self, url: str) -> None:
        clock = FixedClock(START)
        ring = KeyRing.parse(SANDBOX_SECRETS["data_key"])
        configure_encryption(ring, decode_key(SANDBOX_SECRETS["digest_key"], "digest_key"))
        database = Database("followup", url, clock, TABLES)
        self.cases = UseCases(database)
        super().__init__(database, clock, self.cases.handlers, self.cases.routers)

    # -- the world ---------------------------------------------------------------------------------------------------

    async def hear_bank(self, payload: EventPayload, event_id: str, partition: int = 0) -> str:
        """An event of the bank; what became of it."""
        return await self.apply(payload, event_id, "/bank", partition=partition)

    async def pay(self, ref: str, account: str, amount: str, day: date, reverses: str | None = None) -> str:
        """A posting on the bank's feed."""
        return await self.hear_bank(posting(ref, account, amount, day, reverses), ref)

    async def close_day(self, day: date, partitions: Iterable[int] = range(PARTITIONS)) -> None:
        """The bank closes a day on partitions of its feed (all, unless told otherwise)."""
        for partition in partitions:
            await self.hear_bank(DayClosed(business_date=day), f"day-closed-{day}/{partition}", partition)

    def move_to(self, day: date, hour: int = 12) -> None:
        """Let time pass until an hour (UTC) of a day."""
        self.clock.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    # -- the service -------------------------------------------------------------------------------------------------

    async def look(self, plan: PlanActivated) -> Look:
        """What the workflow does when it is woken."""
        return await self.cases.follow_up.look(FollowUpInput(case_id=plan.case_id, agreement_id=plan.agreement_id))

    # -- what can be seen --------------------------------------------------------------------------------------------

    async def agreement(self, plan: PlanActivated) -> Agreement:
        async with self.database.read() as session:
            query = select(Agreement).where(Agreement.agreement_id == plan.agreement_id)  # type: ignore[arg-type]
            return (await session.execute(query)).scalar_one()

    async def lines(self, plan: PlanActivated) -> list[tuple[int, str, Decimal | int]]:
        """Number, state and paid amount of each instalment."""
        async with self.database.read() as session:
            query = select(Instalment).where(Instalment.agreement_id == plan.agreement_id)  # type: ignore[arg-type]
            found = (await session.execute(query)).scalars()
            return sorted((one.number, one.state, one.paid) for one in found)

    async def outbox(self, plan: PlanActivated, kind: str = "event") -> list[tuple[str, dict[str, Any]]]:
        """Names and bodies of what was left for the relay about the case, in order."""
        table = TABLES.outbox
        async with self.database.read() as session:
            rows = await session.execute(
                select(table).where(table.c.case_id == plan.case_id, table.c.kind == kind).order_by(table.c.id)
            )
            return [(row.name, orjson.loads(row.body) if row.body else {}) for row in rows]

    async def names(self, plan: PlanActivated, kind: str = "event") -> list[str]:
        """Names without prefix and version of what was left for the relay."""
        return [name.removeprefix("forbear.").removesuffix(".v1") for name, _ in await self.outbox(plan, kind)]

    async def open_obligations(self, case_id: UUID) -> dict[str, tuple[str, datetime]]:
        """Owner and due instant of what is waited for, by kind."""
        table = TABLES.obligation
        async with self.database.read() as session:
            rows = await session.execute(select(table).where(table.c.case_id == case_id, table.c.state == "open"))
            return {row.kind: (row.owner, row.due_at) for row in rows}

    async def forget_all(self) -> None:
        """Begin again with empty tables."""
        tables = (
            "regulatory_clock, agreement, instalment, posting, closed_day, closing, promise, payment_file, ended_case, "
        )
        tables += "triaged_case, case_end, unmatched_posting, renegotiation, check_in, feedback, outbox, inbox, "
        tables += "obligation, task, event_stream, inbox_stream, held_message, command_log"
        async with self.database.engine.begin() as connection:
            await connection.execute(text(f"TRUNCATE {tables}"))
        self.versions.clear()


def posting(ref: str, account: str, amount: str, day: date, reverses: str | None = None) -> PaymentPosted:
    """A payment, or the reversal of one."""
    return PaymentPosted(
        account_ref=account,
        posting_ref=ref,
        amount=cny(amount),
        value_date=day,
        booking_date=day,
        kind="reversal" if reverses else "payment",
        reverses=reverses,
    )


def plan_for(
    account: str,
    *,
    months: int = 3,
    amount: str = "500.00",
    first_due: date = DUE,
    activated_on: date = date(2026, 3, 2),
    round_: int = 1,
) -> PlanActivated:
    """An activated plan of equal instalments, thirty days apart."""
    case_id = business_uuid("case", account)
    schedule = tuple(
        ScheduledInstalment(number=n + 1, due_date=first_due + timedelta(days=30 * n), amount=cny(amount))
        for n in range(months)
    )
    return PlanActivated(
        case_id=case_id,
        round=round_,
        plan_id=business_uuid("plan", account, str(round_)),
        version=1,
        agreement_id=business_uuid("agreement", account, str(round_)),
        borrower_id=business_uuid("borrower", account),
        account_ref=account,
        relief_type="EXTEND",
        pack="cn",
        language="zh",
        total=Money.total((line.amount for line in schedule), "CNY"),
        schedule=schedule,
        schedule_hash="0" * 64,
        core_reference=f"core-{account}",
        activated_on=activated_on,
        days_past_due=40,
    )


def sent(house: House, plan_agreement: str, case_id: object, number: int, way: int = 0) -> MessageSent:
    """What contact says of a notice that went out; another `way` is another permit."""
    return MessageSent.model_validate(
        {
            "case_id": case_id,
            "message_id": business_uuid("message", plan_agreement, str(number)),
            "purpose": "missed_notice",
            "object_ref": f"{plan_agreement}:{number}",
            "permit_id": business_uuid("permit", plan_agreement, *("again",) * way),
            "at": house.clock.now(),
        }
    )


async def notices(house: House, plan: PlanActivated) -> list[str]:
    """What the notices are called that contact was asked for."""
    sent_out = [body for _, body in await house.outbox(plan, "start")]
    return [body["object_ref"] for body in sent_out if body["purpose"] == "missed_notice"]
