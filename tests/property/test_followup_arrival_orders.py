"""Whatever order the bank's messages arrive in, and however often: the same instalments, and what was said agrees.

The real use cases on a real database, through the inbox, with some postings sent to the API as well.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.common.contracts.events.bank import DayClosed
from services.followup.models import Instalment
from tests.databases import FreshDatabase
from tests.integration.followup_house import PARTITIONS, House, plan_for, posting

pytestmark = pytest.mark.engines

PLAN = plan_for("A-1", months=3, amount="100.00", first_due=date(2026, 4, 1))
PAID = {"PAID", "CAUGHT_UP"}


@dataclass(frozen=True)
class Said:
    """One message of the bank: a posting, or the close of a day on one partition."""

    ref: str
    day: date
    amount: str = ""
    reverses: str | None = None
    partition: int | None = None


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Said], list[Said]]:
    """What the bank says in the order of its days, and the same in another order with repetitions."""
    offsets = st.integers(min_value=-5, max_value=75)
    amounts = st.sampled_from(["40.00", "96.00", "100.00"])
    payments = [
        Said(f"p{number}", date(2026, 4, 1) + timedelta(days=draw(offsets)), draw(amounts))
        for number in range(draw(st.integers(min_value=0, max_value=5)))
    ]
    taken_back = [
        Said(f"r{one.ref}", one.day + timedelta(days=draw(st.integers(0, 20))), one.amount, reverses=one.ref)
        for one in payments
        if draw(st.integers(0, 3)) == 0
    ]
    last = date(2026, 4, 1) + timedelta(days=draw(st.integers(min_value=0, max_value=80)))
    days = sorted({last, *(date(2026, 4, 4) + timedelta(days=30 * n) for n in range(3))})
    closings = [
        Said(f"close-{day}/{partition}", day, partition=partition)
        for day in days
        if day <= last
        for partition in range(PARTITIONS)
    ]
    in_order = sorted([*payments, *taken_back, *closings], key=lambda said: (said.day, said.partition is not None))
    repeated = draw(st.lists(st.sampled_from(in_order), max_size=6))
    return in_order, draw(st.permutations([*in_order, *repeated]))


async def play(house: House, history: list[Said], api_every: int) -> list[dict[str, Any]]:
    """Say all of it; every so many postings come by the API too. The rows of the instalments at the end."""
    await house.forget_all()
    await house.hear("plans", PLAN)
    for number, said in enumerate(history):
        if said.partition is not None:
            await house.hear_bank(DayClosed(business_date=said.day), said.ref, said.partition)
            continue
        payload = posting(said.ref, "A-1", said.amount, said.day, said.reverses)
        if number % api_every == 0:
            body = payload.model_dump(mode="json")
            assert (await house.post("/v1/payments", body, f"k{number}", "system")).is_success
        assert await house.hear_bank(payload, said.ref) in ("applied", "repeat")
    async with house.database.read() as session:
        rows = (await session.execute(select(Instalment))).scalars().all()
        return sorted((row.model_dump() for row in rows), key=lambda row: row["number"])


async def state_hash(house: House, query: str = "") -> str:
    """The hash of the verdict as it is kept; of judging all facts anew, with a query."""
    return str((await house.get(f"/v1/agreements/{PLAN.agreement_id}{query}")).json()["state_hash"])


async def last_said(house: House) -> dict[int, str]:
    """The last event about each instalment."""
    found: dict[int, str] = {}
    for name, body in await house.outbox(PLAN):
        if "instalment" in name:
            found[body["number"]] = name.split(".")[2]
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), api_every=st.integers(2, 5))
async def test_every_order_of_arrival_gives_the_same(
    house: House, history: tuple[list[Said], list[Said]], api_every: int
) -> None:
    in_order, shuffled = history
    expected = await play(house, in_order, api_every)
    standing, verdict = (await house.agreement(PLAN)).standing, await state_hash(house)
    assert await play(house, shuffled, api_every) == expected
    assert await state_hash(house) == verdict
    agreement = await house.agreement(PLAN)
    assert agreement.standing == standing
    if agreement.state == "completed":
        return  # what comes after the end changes the rows and the work list, but no decision
    assert await state_hash(house, "?known_on=2030-01-01") == verdict, "judged anew from all facts: the same"
    said = await last_said(house)
    for row in expected:
        if row["state"] in PAID:
            assert said[row["number"]] == "paid"
        if row["state"] == "MISSED":
            assert said[row["number"]] == "missed"
    names = [name for name in await house.names(PLAN) if name in ("instalment.missed", "agreement.recovered")]
    assert (agreement.state == "at_risk") == (standing in ("AT_RISK", "BROKEN_CANDIDATE"))
    assert (bool(names) and names[-1] == "instalment.missed") == (agreement.state == "at_risk")


async def test_a_wrong_verdict_would_be_seen(house: House) -> None:
    paid = [Said("p1", date(2026, 4, 4), "100.00")]
    late = [Said("p1", date(2026, 4, 5), "100.00")]
    closings = [Said(f"close/{number}", date(2026, 4, 4), partition=number) for number in range(PARTITIONS)]
    assert await play(house, [*paid, *closings], 9) != await play(house, [*late, *closings], 9)
