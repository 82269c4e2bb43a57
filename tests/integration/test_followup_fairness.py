"""Outcomes are watched by group: somebody is alerted where those met with care fare worse than the others (UK-18)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events import plans
from services.common.contracts.events.cases import CareChanged
from services.common.kernel.ids import business_uuid
from services.common.runtime.metrics import Metrics
from services.followup.bootstrap import fairness_figure
from services.followup.service.policies import Policies
from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.test_followup_measures import BEGIN, Told, keep, report, values


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    made.clock.move_to(BEGIN + timedelta(days=10))
    yield made
    await made.close()


def decided(told: Told, name: str, care: bool, approved: int, rejected: int) -> UUID:
    """A case with so many decisions on its plans; the borrower is met with care or not."""
    case_id = told.case(name)
    if care:
        told.say(CareChanged(case_id=case_id, borrower_id=case_id, care=("slow_pace",), at=BEGIN), 1)
    for number in range(approved + rejected):
        plan_id = business_uuid("plan", name, str(number))
        version: dict[str, Any] = {"case_id": case_id, "plan_id": plan_id, "version": 1, "round": 1}
        if number < approved:
            told.say(plans.PlanApproved(**version, proposal_hash="h", expires_at=BEGIN), 2)
        else:
            told.say(plans.PlanRejected(**version), 2)
    return case_id


async def figures(house: House) -> dict[str, str]:
    """What Prometheus reads of outcomes, by name."""
    metrics = Metrics("followup", "api")
    metrics.refresh(fairness_figure(house.cases.measures.fairness, metrics))
    lines = (await metrics.text()).decode().splitlines()
    return dict(line.split(" ") for line in lines if line.startswith("forbear_outcome_fairness"))


@pytest.mark.rule("UK-18")
@pytest.mark.parametrize(
    ("with_care", "without_care", "shown", "told_of"),
    [((3, 2), (4, 1), "0.75", True), ((4, 1), (5, 0), "0.80", False), ((5, 0), (4, 1), "1.25", False)],
)
async def test_outcomes_of_borrowers_met_with_care_are_watched(
    house: House, with_care: tuple[int, int], without_care: tuple[int, int], shown: str, told_of: bool
) -> None:
    told = Told()
    decided(told, "W1", True, *with_care)
    decided(told, "W2", False, *without_care)
    await keep(house, told.events)
    assert values(await report(house))["outcome_fairness"] == shown
    found = await figures(house)
    assert float(found["forbear_outcome_fairness_floor"]) == float(Policies().measures(BEGIN).fairness_floor)
    below = float(found["forbear_outcome_fairness"]) < float(found["forbear_outcome_fairness_floor"])
    assert below is told_of, "the comparison that the alert OutcomesUnfair makes"


@pytest.mark.rule("UK-18")
async def test_too_few_decisions_and_old_ones_tell_nothing(house: House) -> None:
    told = Told()
    decided(told, "F1", True, 0, 4)
    decided(told, "F2", False, 5, 0)
    await keep(house, told.events)
    assert (await figures(house))["forbear_outcome_fairness"] == "NaN", "four decisions"
    decided(told, "F3", True, 0, 1)
    await keep(house, told.events)
    assert (await figures(house))["forbear_outcome_fairness"] == "0.0", "the fifth"
    house.clock.move_to(BEGIN + timedelta(days=40))
    assert (await figures(house))["forbear_outcome_fairness"] == "NaN", "none of the last thirty days"
