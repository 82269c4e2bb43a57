"""Holds that follow from an agreement: its debt is left alone while it is performed, or while the core runs another."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest_asyncio

from services.common.contracts.events.plans import AgreementSigned, PlanActivated, PlanActivationRefused
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, engaged, plan_events
from tests.integration.intake_house import House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def signed(house: House) -> tuple[UUID, AgreementSigned, PlanActivated]:
    """A case whose agreement waits for the core; its signature, and what is said when the core runs it."""
    case_id = await engaged(house)
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    *before, signature, activation = plan_events(case_id)
    for event in (*before, signature):
        assert await house.hear("plans", event) == "applied"
    return case_id, signature, activation


async def refused(house: House, signature: AgreementSigned, *, runs_otherwise: bool) -> None:
    said = PlanActivationRefused(
        case_id=signature.case_id, plan_id=signature.plan_id, version=signature.version, round=signature.round,
        reason_code="core_schedule_differs", runs_otherwise=runs_otherwise,
    )  # fmt: skip
    assert await house.hear("plans", said) == "applied"


async def in_force(house: House, case_id: UUID) -> dict[str, dict[str, Any]]:
    """The holds of a case that are not lifted, by kind."""
    shown = (await house.ask("GET", f"/cases/{case_id}/holds", roles=("supervisor",))).json()["items"]
    standing = [one for one in shown if one["lifted_at"] is None]
    found = {one["kind"]: one for one in standing}
    assert len(found) == len(standing), "one of a kind"
    return found


async def test_a_core_that_runs_another_plan_holds_the_debt_until_it_runs_the_agreed_one(house: House) -> None:
    case_id, signature, activation = await signed(house)
    assert "AGREEMENT_ACTIVE" in await in_force(house, case_id)
    await refused(house, signature, runs_otherwise=True)
    held = await in_force(house, case_id)
    assert "AGREEMENT_ACTIVE" not in held
    out_of_sync = held["CORE_OUT_OF_SYNC"]
    assert set(out_of_sync["blocks"]) == {
        "demand_call", "demand_message", "visit", "enforcement", "credit_reporting",
    }  # fmt: skip
    assert out_of_sync["ends_at"] is None
    assert (await house.case(case_id))["state"] == "PLAN_DRAFTED"

    again = signature.model_copy(update={"version": 2})
    *_, drafted, submitted, approved, _, _ = plan_events(case_id)
    for event in (drafted, submitted, approved):
        assert await house.hear("plans", event.model_copy(update={"version": 2})) == "applied"
    assert await house.hear("plans", again) == "applied"
    assert {"AGREEMENT_ACTIVE", "CORE_OUT_OF_SYNC"} <= set(await in_force(house, case_id)), (
        "not before the core runs it"
    )
    assert await house.hear("plans", activation.model_copy(update={"version": 2})) == "applied"
    held = await in_force(house, case_id)
    assert "AGREEMENT_ACTIVE" in held and "CORE_OUT_OF_SYNC" not in held


async def test_a_plan_that_the_core_only_refused_holds_nothing(house: House) -> None:
    case_id, signature, _ = await signed(house)
    await refused(house, signature, runs_otherwise=False)
    assert not {"AGREEMENT_ACTIVE", "CORE_OUT_OF_SYNC"} & set(await in_force(house, case_id))


async def test_who_works_cases_cannot_lift_what_only_the_core_can_mend(house: House) -> None:
    case_id, signature, _ = await signed(house)
    await refused(house, signature, runs_otherwise=True)
    hold_id = (await in_force(house, case_id))["CORE_OUT_OF_SYNC"]["hold_id"]
    for role in ("supervisor", "compliance"):
        lifting = await house.ask("POST", f"/holds/{hold_id}/lift", roles=(role,), if_match=1)
        assert lifting.status_code == 403, lifting.text
    assert "CORE_OUT_OF_SYNC" in await in_force(house, case_id)
