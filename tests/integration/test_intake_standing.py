"""Ability and willingness come from evidence; both pick the treatment, and an overview of debts is offered."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.contacts import ContactExhausted, ContactPlanned
from services.common.kernel.ids import business_uuid
from services.common.kernel.policy_file import load_dated
from services.intake.domain.quadrant import Quadrant, QuadrantPolicy, quadrant, willingness
from services.intake.service.standing import Means
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, inbound, triaged
from tests.integration.intake_house import START, TODAY, House, cny

POLICY = load_dated("services.intake", "quadrants", QuadrantPolicy).on(TODAY).value


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def means(result: str) -> Means:
    """What plans made of a statement."""
    judged = Means.Judged(
        result=result,
        total_income=cny("8000.00"),
        total_priority=cny("3000.00"),
        total_living=cny("2800.00"),
        surplus=cny("2200.00"),
    )
    return Means(
        assessment_id=business_uuid("assessment", result),
        taken_at=START,
        policy_version="affordability-1",
        unsecured_debts={"this_bank": cny("10000.00"), "another": cny("4000.00")},
        own_debt="this_bank",
        judged=judged,
    )


async def derive(house: House, case_id: UUID) -> dict[str, Any]:
    answer = await house.ask("POST", f"/cases/{case_id}/standing")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def given_up(house: House, case_id: UUID) -> None:
    """Nobody reached the borrower in a round."""
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))


@pytest.mark.practice("002-09")
@pytest.mark.parametrize(
    ("result", "answers", "expected", "treatment"),
    [
        ("AFFORDABLE", True, "can_and_will", "self_help"),
        ("UNAFFORDABLE", True, "cannot_but_will", "relief"),
        ("DEFICIT", True, "cannot_but_will", "relief"),
        ("AFFORDABLE", False, "can_but_will_not", "consequences"),
        ("DEFICIT", False, "cannot_and_will_not", "reach_out"),
    ],
)
async def test_evidence_places_the_borrower_and_picks_the_treatment(
    house: House, result: str, answers: bool, expected: str, treatment: str
) -> None:
    case_id = await triaged(house)
    found = await derive(house, case_id)
    assert (found["quadrant"], found["treatment"]) == ("unknown", "standard"), "no evidence, no opinion"
    assert (found["able"], found["willing"], found["budget"]) == (None, None, None)

    if answers:
        await house.hear("contact", inbound(case_id))
    else:
        await given_up(house, case_id)
        assert (await derive(house, case_id))["willing"] is None, "nobody is unwilling before the reason is known"
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    house.plans.stated = means(result)
    found = await derive(house, case_id)
    assert (found["quadrant"], found["treatment"]) == (expected, treatment)
    assert (await house.case(case_id))["treatment"] == treatment, "it is the treatment of the case from now on"
    spoke = {(one["step"], one["speaks"]) for one in found["willingness"]}
    assert (("contact.inbound_recorded", "for") if answers else ("contact.exhausted", "against")) in spoke
    assert found["ability"]["result"] == result and found["ability"]["policy_version"] == "affordability-1"
    kept = "SELECT detail->>'quadrant' FROM audit_entry WHERE action = 'standing.derived' ORDER BY id DESC LIMIT 1"
    assert await house.scalar(kept) == expected


@pytest.mark.practice("002-09")
async def test_an_overview_of_debts_and_a_budget_are_offered(house: House) -> None:
    case_id, other = await triaged(house), await triaged(house, "A2")
    house.plans.stated = means("AFFORDABLE")
    found = await derive(house, case_id)
    assert {one["case_id"]: one["owed"]["amount"] for one in found["debts"]} == {
        str(case_id): "10000.00",
        str(other): "10000.00",
    }
    assert found["others"] == {"another": {"amount": "4000.00", "currency": "CNY"}}
    assert {name: money["amount"] for name, money in found["budget"].items()} == {
        "income": "8000.00",
        "priority": "3000.00",
        "living": "2800.00",
        "left": "2200.00",
    }
    assert "free" in found["offered"]["en"].lower() and "免费" in found["offered"]["zh"]


@pytest.mark.rule("QUA-01")
def test_willingness_is_what_was_done() -> None:
    good, bad, other = "evidence.received", "contact.silent", "case.triaged"
    assert willingness([other], True, POLICY) is None
    assert willingness([good, bad, other], True, POLICY) is True, "as much for as against"
    assert willingness([good, bad, bad], True, POLICY) is False
    assert willingness([good, bad, bad], False, POLICY) is None
    assert quadrant(None, True) is quadrant(True, None) is Quadrant.UNKNOWN
    assert set(POLICY.treatments) == set(Quadrant) - {Quadrant.UNKNOWN}
