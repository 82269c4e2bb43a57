"""What may be applied for before anything is known of the means; and what each reason of hardship asks for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from services.common.kernel.ids import business_uuid
from services.intake.schemas import Cause
from services.plans.domain.catalogue import ReliefType
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house

# What the trade has met most: epidemic, loss of the job, an accident or an illness in the family, a marriage that ends.
AT_LEAST = {
    "EPIDEMIC": {"closure_notice", "business_licence_status"},
    "UNEMPLOYMENT": {"termination_notice", "unemployment_benefit_record", "social_insurance_record", "bank_flow"},
    "FAMILY_ACCIDENT": {"police_record", "insurance_record", "hospital_record"},
    "ILLNESS": {"diagnosis", "admission_note", "discharge_note", "medical_invoices"},
    "DIVORCE_SEPARATION": {"court_order", "separation_agreement", "divorce_registration"},
}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def programmes(house: House, days: int, **told: Any) -> dict[str, dict[str, Any]]:
    oldest = house.context.day(house.clock.now()) - timedelta(days=days)
    asked = {"product": "credit_card", "pack": "cn", "oldest_unpaid_due_date": oldest.isoformat()} | told
    answer = await house.post("/v1/programmes", asked, str(business_uuid("asked", str(days), str(told))))
    assert answer.status_code == 200, answer.text
    return {one["relief_type"]: one for one in answer.json()["programmes"]}


async def test_what_fits_is_known_before_the_means_are(house: House) -> None:
    found = await programmes(house, 45)
    assert set(found) == {relief.value for relief in ReliefType}
    assert found["EXTEND"]["fits"] and found["HOLD_INTERIM"]["fits"]
    assert {one["code"] for one in found["EXTEND"]["still_asked"]} == {"means", "willingness"}
    assert found["HOLD_INTERIM"]["still_asked"] == [], "a short hold needs no proof"
    assert all(rule["reason_zh"] and rule["reason"] for one in found.values() for rule in one["conditions"])
    # A programme for old debts fits old debts, one for certain causes says that the cause is still asked.
    discount = (await programmes(house, 400))["PRIN_DISC"]
    assert not found["PRIN_DISC"]["fits"] and discount["fits"]
    assert "cause" in {one["code"] for one in discount["still_asked"]}
    assert (await programmes(house, 400, hardship_reason="EPIDEMIC"))["PRIN_DISC"]["fits"]
    assert not (await programmes(house, 400, hardship_reason="NOT_DISCLOSED"))["PRIN_DISC"]["fits"]
    unknown = await programmes(house, 45, product="spacecraft")
    assert not any(one["fits"] for one in unknown.values())


@pytest.mark.practice("002-11")
@pytest.mark.parametrize("reason", AT_LEAST)
async def test_a_reason_loads_its_checklist(house: House, reason: str) -> None:
    case = await house.triaged()
    assert await house.requested(case) == "applied"
    before = (await house.get(f"{case.path}/evidence")).json()
    assert before["accepted"] == [] and before["needed"] == 0
    taken = await house.take_means(case, hardship_reason=reason)
    assert taken.status_code == 201 and taken.json()["evidence_items"] == 1
    after = (await house.get(f"{case.path}/evidence")).json()
    assert (set(after["accepted"]), after["needed"]) == (AT_LEAST[reason], 1)
    assert after["separate_consent"] is (reason == "ILLNESS") and after["methods"]


@pytest.mark.practice("002-11")
async def test_every_reason_that_intake_takes_has_a_checklist(house: House) -> None:
    reasons = house.context.policies.evidence.on(house.context.day(house.clock.now())).value.reasons
    assert set(get_args(Cause)) == set(reasons) >= set(AT_LEAST)
    for cause, terms in reasons.items():
        assert terms.accepted or cause == "NOT_DISCLOSED", cause
        assert terms.needed <= len(terms.accepted)
    case = await house.triaged()
    await house.requested(case)
    refused = await house.take_means(case, hardship_reason="BAD_LUCK")
    assert refused.status_code == 422, "a reason is chosen from the list"
