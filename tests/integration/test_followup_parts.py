"""What the real postings of an agreement went to, as people see it: kept with each verdict, and asked for any day."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.contracts.events.plans import PlanActivated, PlanDebt
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, House, cny, plan_for

NINETIETH, NINETY_FIRST = date(2026, 4, 1), date(2026, 4, 2)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def card_plan(fees: str = "100.00") -> PlanActivated:
    """Three payments of 500 on a card that is late since the first of January; the last two cost 10 each."""
    plan = plan_for("A-1")
    lines = [
        line.model_copy(update={"interest": cny("0.00" if line.number == 1 else "10.00")}) for line in plan.schedule
    ]
    debt = PlanDebt(
        product="credit_card",
        principal=cny("1180.00"),
        interest=cny("200.00"),
        fees=cny(fees),
        late_since=date(2026, 1, 1),
    )
    return plan.model_copy(update={"debt": debt, "schedule": tuple(lines)})


async def seen(house: House, plan: PlanActivated, asked: str = "") -> tuple[dict[str, str], Mapping[str, Any]]:
    """What each part got, and the whole answer; money is conserved in it."""
    answer = (await house.get(f"/v1/agreements/{plan.agreement_id}{asked}")).json()
    parts = {one["part"]: one for one in answer["parts"]}
    assert sum(Decimal(one["paid"]["amount"]) for one in parts.values()) == Decimal(answer["paid"]["amount"])
    assert sum(Decimal(one["owed"]["amount"]) for one in parts.values()) == Decimal(answer["total"]["amount"])
    return {name: one["paid"]["amount"] for name, one in parts.items()}, answer


@pytest.mark.rule("CN-17")
async def test_the_order_changes_at_day_91_and_follows_what_is_back_dated(house: House) -> None:
    plan = card_plan()
    await house.hear("plans", plan)
    assert (await seen(house, plan))[0] == {"fees": "0.00", "interest": "0.00", "principal": "0.00"}
    await house.pay("p2", "A-1", "150.00", NINETY_FIRST)
    assert (await seen(house, plan))[0] == {"fees": "0.00", "interest": "0.00", "principal": "150.00"}
    await house.pay("p1", "A-1", "250.00", NINETIETH)
    assert (await seen(house, plan))[0] == {"fees": "50.00", "interest": "200.00", "principal": "150.00"}
    await house.pay("r1", "A-1", "250.00", NINETY_FIRST, reverses="p1")
    assert (await seen(house, plan))[0] == {"fees": "0.00", "interest": "0.00", "principal": "150.00"}


@pytest.mark.rule("CN-17")
async def test_it_can_be_asked_for_an_earlier_day(house: House) -> None:
    plan = card_plan()
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "250.00", NINETIETH)
    await house.pay("p2", "A-1", "1300.00", NINETY_FIRST)
    now, answer = await seen(house, plan)
    assert now == {"fees": "100.00", "interest": "220.00", "principal": "1180.00"}
    assert answer["unapplied"]["amount"] == "50.00"
    assert (await seen(house, plan, f"?as_of={DUE}"))[0] == {
        "fees": "50.00", "interest": "200.00", "principal": "0.00",
    }  # fmt: skip


async def test_an_agreement_without_its_parts_shows_none(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "250.00", NINETIETH)
    assert (await house.get(f"/v1/agreements/{plan.agreement_id}")).json()["parts"] is None


async def test_parts_that_do_not_sum_are_refused(house: House) -> None:
    assert await house.hear("plans", card_plan(fees="99.99")) == "dead"
