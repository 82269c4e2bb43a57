"""Histories of contact in any order with many clients at once, and what must be true of them, counted from the tables
without the guard."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from services.common.contracts.events.cases import CaseTriaged
from tests.integration.contact_facts import case_of, phone_of, reply_of
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, american

CLIENTS = 10
BURSTS = 14
ZONES = {"cn": "Asia/Shanghai", "us": NEW_YORK}
HOURS = {"cn": range(8, 22), "us": range(8, 21)}
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
APART = timedelta(hours=2)
VAIN, SPOKEN = "NO_ANSWER", "RPC_ABUSIVE"
# Every demand by voice that was tried, or may still be under a permit, and every contact that was let out.
CALLS = """
    SELECT c.pack, a.borrower_id::text AS person, a.case_id::text AS case_id, a.number_digest AS number, a.at,
        a.counts_as_conversation AS spoken
    FROM attempt a JOIN contact_case c USING (case_id)
    WHERE a.channel = 'voice' AND a.case_id = ANY(:cases)
    UNION ALL
    SELECT c.pack, p.borrower_id::text, p.case_id::text, p.number_digest, p.decided_at, false
    FROM permit p JOIN contact_case c USING (case_id)
    WHERE p.channel = 'voice' AND p.verdict = 'permitted' AND p.used_at IS NULL AND p.expires_at > :now
        AND p.case_id = ANY(:cases)
"""
LET_OUT = """
    SELECT c.pack, p.channel, p.decided_at AS at, p.used_at,
        EXISTS (SELECT FROM hold h WHERE h.borrower_id = p.borrower_id AND h.starts_at < p.decided_at
            AND (h.ends_at IS NULL OR h.ends_at > p.decided_at)
            AND jsonb_exists(h.blocks, CASE p.channel WHEN 'voice' THEN 'demand_call' ELSE 'demand_message' END))
            AS held,
        EXISTS (SELECT FROM number n WHERE n.number_id = p.number_id AND n.barred_at < p.decided_at) AS barred
    FROM permit p JOIN contact_case c USING (case_id)
    WHERE p.verdict = 'permitted' AND p.message_class = 'demand' AND p.case_id = ANY(:cases) AND p.decided_at <= :now
"""


@dataclass(frozen=True)
class Call:
    """A call that was made, or may be."""

    pack: str
    person: str
    case_id: str
    number: str
    at: datetime
    spoken: bool

    @property
    def day(self) -> date:
        return self.at.astimezone(ZoneInfo(ZONES[self.pack])).date()


class History:
    """What clients do at random. The clock stands still within a burst and moves between them, by day and night."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.seed = house, seed
        self.random = random.Random(seed)
        self.cases: list[CaseTriaged] = []
        self.counted: Counter[str] = Counter()
        self.steps = 0

    async def begin(self) -> None:
        """A debtor of two debts in China, another who shares the telephone, and one in New York."""
        name, house = f"history-{self.seed}", self.house
        house.clock.move_to(START + timedelta(minutes=self.random.randrange(24 * 60)))
        first = await house.triaged(f"{name}-first", borrower=name)
        house.intake.phones[case_of(f"{name}-other").case_id] = phone_of(first)
        self.cases = [
            first,
            await house.triaged(f"{name}-second", borrower=name),
            await house.triaged(f"{name}-other"),
            await american(house, f"{name}-us"),
        ]

    async def play(self) -> None:
        """Burst after burst; after each one what must be true is true. AssertionError names what is not."""
        for _ in range(BURSTS):
            for case in self.cases:
                await self.house.post(f"/v1/cases/{case.case_id}/brief", None, self._key("brief"))
            # One debtor is asked about by all at once, more often than not: that is where caps are met.
            whom = self.random.choice(self.cases)
            some = [whom if self.random.random() < 0.8 else self.random.choice(self.cases) for _ in range(CLIENTS)]
            await asyncio.gather(*(self._client(case, self._key("step")) for case in some))
            await self.holds_true()
            self.house.clock.advance(timedelta(minutes=self.random.choice((5, 20, 45, 125, 125, 300, 700))))
            await self.house.beat()

    def _key(self, what: str) -> str:
        self.steps += 1
        return f"{what}-{self.seed}-{self.steps}"

    async def _client(self, case: CaseTriaged, key: str) -> None:
        deed = self.random.choices((self._call, self._text, self._reply, self._hold), weights=(0.82, 0.12, 0.04, 0.02))[
            0
        ]
        await deed(case, key)

    async def _call(self, case: CaseTriaged, key: str) -> None:
        answer = (await self.house.ask(case, key)).json()
        self.counted.update([answer["verdict"], *answer["rules"]])
        if answer["verdict"] == "permitted" and self.random.random() < 0.7:
            outcome = self.random.choice((VAIN, VAIN, SPOKEN))
            said: dict[str, Any] = {"permit_id": answer["permit_id"], "outcome": outcome, "summary": "s"}
            said["party_verified"] = outcome == SPOKEN
            made = await self.house.post(f"/v1/cases/{case.case_id}/conversations", said, f"{key}-made")
            assert made.status_code == 201, made.text
            self.counted.update([outcome])

    async def _text(self, case: CaseTriaged, key: str) -> None:
        answer = (await self.house.ask(case, key, channel="sms", purpose="first_contact")).json()
        self.counted.update([f"sms {answer['verdict']}"])

    async def _reply(self, case: CaseTriaged, key: str) -> None:
        words = "退订" if self.random.random() < 0.1 else "你好"
        body = reply_of(key, words, phone_of(case), self.house.clock.now())
        assert (await self.house.webhook(key, body)).status_code == 200

    async def _hold(self, case: CaseTriaged, key: str) -> None:
        if self.random.random() < 0.5:
            await self.house.hold(case, "demand_message", ends_at=self.house.clock.now() + timedelta(hours=20))

    async def holds_true(self) -> None:
        """No cap is exceeded and no hour left, by whatever was let out until now."""
        rows = await self._rows(CALLS)
        within_caps([Call(**row) for row in rows])
        for one in await self._rows(LET_OUT):
            hour = one["at"].astimezone(ZoneInfo(ZONES[one["pack"]])).hour
            assert hour in HOURS[one["pack"]], f"a contact at {hour} o'clock"
            assert not one["held"] and not one["barred"], "a contact that was stopped before"

    async def _rows(self, statement: str) -> list[dict[str, Any]]:
        values = {"now": self.house.clock.now(), "cases": [case.case_id for case in self.cases]}
        async with self.house.database.read() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]


def within_caps(calls: Iterable[Call]) -> None:
    """CN-02: six on a number and day. CN-03: three conversations with a debtor and day. US-04: seven in seven days
    about a debt, two on a day and none within two hours of another, as the house keeps it."""
    per_number: Counter[tuple[str, date]] = Counter()
    spoken: Counter[tuple[str, date]] = Counter()
    per_debt: dict[str, list[Call]] = {}
    for call in calls:
        if call.pack == "us":
            per_debt.setdefault(call.case_id, []).append(call)
        else:
            per_number[call.number, call.day] += 1
            spoken[call.person, call.day] += call.spoken
    assert max(per_number.values(), default=0) <= 6, "CN-02"
    assert max(spoken.values(), default=0) <= 3, "CN-03"
    for one in per_debt.values():
        days = [call.day for call in one]
        assert max(Counter(days).values()) <= 2, "US-04 on a day"
        for day in days:
            assert sum(day - timedelta(days=6) <= other <= day for other in days) <= 7, "US-04 in a week"
        moments = sorted(call.at for call in one)
        gaps = [after - before for before, after in pairwise(moments)]
        assert min(gaps, default=APART) >= APART, "US-04 within two hours"
