"""Whatever happens in whatever order: no agreement is broken before grace is over, and before its borrower was told.

The real use cases on a real database. Beside them a few lines keep what was said, and say whether broken is allowed.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.common.contracts.events.cases import ReliefRequested, RequestEnded
from services.common.contracts.events.contacts import MessageRefused, MessageUnreachable
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, notices, plan_for, sent

pytestmark = pytest.mark.engines

TALKS_LAST = timedelta(days=30)
GRACE = timedelta(days=3)
REQUEST = business_uuid("request", "A-1")

Act = tuple[str, int]
acts = st.one_of(
    st.tuples(st.just("days"), st.integers(1, 12)),
    st.tuples(st.just("close"), st.integers(0, 2)),
    st.tuples(st.just("pay"), st.sampled_from([40, 100, 200])),
    st.tuples(st.sampled_from(["sent", "refused", "unreachable"]), st.integers(1, 4)),
    st.tuples(st.sampled_from(["serve", "look", "ask", "end"]), st.just(0)),
)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


@dataclass
class Told:
    """What was said so far, as somebody would note it who knows nothing of the code."""

    plan: PlanActivated
    closed: date | None = None
    sent_for: dict[int, int] = field(default_factory=dict)
    served_in: set[int] = field(default_factory=set)
    asked_on: Any = None

    @property
    def last_good_day(self) -> date:
        return self.plan.schedule[0].due_date + GRACE

    def allows_broken(self, episode: int, now: Any) -> bool:
        grace_is_over = self.closed is not None and self.closed >= self.last_good_day
        noticed = episode in self.served_in or any(number >= episode for number in self.sent_for)
        talks = self.asked_on is not None and now < self.asked_on + TALKS_LAST
        return grace_is_over and noticed and not talks


def about_notice(plan: PlanActivated, number: int) -> dict[str, object]:
    facts: dict[str, object] = {"case_id": plan.case_id, "message_id": plan.plan_id, "purpose": "missed_notice"}
    return facts | {"object_ref": f"{plan.agreement_id}:{number}"}


async def do(house: House, act: Act, told: Told, number: int) -> None:
    (kind, value), plan = act, told.plan
    known = await house.agreement(plan)
    today = house.clock.now().date()
    if kind == "days":
        house.clock.advance(timedelta(days=value))
    elif kind == "close":
        told.closed = max(told.closed or date.min, today - timedelta(days=1 + value))
        await house.close_day(told.closed)
    elif kind == "pay":
        await house.pay(f"p{number}", "A-1", f"{value}.00", today)
    elif kind == "sent":
        # Contact tells only of what it was asked to send.
        if f"{plan.agreement_id}:{value}" in await notices(house, plan):
            told.sent_for[value] = number
            await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, value, way=number))
    elif kind == "refused":
        said = about_notice(plan, value) | {"rule": "CN-02", "earliest": None}
        await house.hear("contact", MessageRefused.model_validate(said))
    elif kind == "unreachable":
        said = about_notice(plan, value) | {"reason": "no_number"}
        await house.hear("contact", MessageUnreachable.model_validate(said))
    elif kind == "serve":
        notice = {"means": "letter", "served_on": today.isoformat()}
        answer = await house.post(f"/v1/agreements/{plan.agreement_id}/notices", notice, f"serve-{number}")
        if answer.is_success:
            told.served_in.add(known.episode_from)
    elif kind == "ask" and told.asked_on is None:
        told.asked_on = house.clock.now()
        asked = {"case_id": plan.case_id, "request_id": REQUEST, "agreement_id": plan.agreement_id, "round": 1}
        body = asked | {"request_type": "DELAY", "requested_on": today}
        await house.hear("intake", ReliefRequested.model_validate(body))
    elif kind == "end" and told.asked_on is not None:
        told.asked_on = house.clock.now() - TALKS_LAST
        await house.hear("intake", RequestEnded(case_id=plan.case_id, request_id=REQUEST, outcome="withdrawn"))
    else:
        await house.look(plan)


async def assert_fair(house: House, history: list[Act]) -> bool:
    """Do all of it; whether the agreement was broken, which nothing before may have forbidden."""
    await house.forget_all()
    today = house.clock.now().date()
    plan = plan_for("A-1", amount="100.00", activated_on=today, first_due=today + timedelta(days=1))
    await house.hear("plans", plan)
    told = Told(plan)
    for number, act in enumerate(history):
        episode = (await house.agreement(plan)).episode_from
        await do(house, act, told, number)
        if (await house.agreement(plan)).state == "broken":
            assert told.allows_broken(episode, house.clock.now()), (act, told)
            before = (await house.names(plan))[: (await house.names(plan)).index("agreement.broken")]
            assert "instalment.missed" in before, "at risk comes before broken"
            assert await notices(house, plan), "contact comes before broken"
            return True
    return False


BREAKS: list[Act] = [("days", 5), ("close", 0), ("sent", 1), ("days", 16), ("close", 0), ("look", 0)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(acts, min_size=6, max_size=25))
@example(history=BREAKS)
@example(history=[act for act in BREAKS if act[0] != "sent"])
@example(history=[*BREAKS[:3], ("ask", 0), *BREAKS[3:], ("days", 20), ("look", 0), ("end", 0), ("look", 0)])
async def test_no_order_of_events_breaks_an_agreement_unheard(house: House, history: list[Act]) -> None:
    await assert_fair(house, history)


@pytest.mark.parametrize("left_out", ["close", "sent", "days"])
async def test_an_agreement_is_broken_when_all_of_it_happened_and_only_then(house: House, left_out: str) -> None:
    assert await assert_fair(house, BREAKS)
    assert not await assert_fair(house, [act for act in BREAKS if act[0] != left_out])
