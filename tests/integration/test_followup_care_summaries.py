"""What is written back when a case ends well: once, with the list of channels that were agreed to."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from services.common.banking.customers import FineractCustomers
from services.common.banking.errors import CoreRefused
from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.plans import PlanActivated
from services.common.contracts.workflows import CaseInput
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import Caller
from services.followup.domain.relationship import may_contact_by
from services.followup.service.care.summaries import Asked, Summaries
from services.followup.service.policies import Policies
from services.followup.service.rebuilding import must_run
from tests.contract.sandbox_world import SandboxInProcess, account_row, sandbox_in_process
from tests.contract.test_banking_customers import kept
from tests.databases import Databases, FreshDatabase
from tests.integration.followup_house import House, plan_for
from tests.integration.test_followup_ends import triaged


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


@pytest.fixture
async def bank(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as outside:
        await outside.load(account_row())
        yield outside


class Wishes:
    """What contact would say of one borrower."""

    def __init__(self, asked: Asked | None) -> None:
        self.asked = asked

    async def asked_of_us(self, case_id: UUID, caller: Caller) -> Asked:
        if self.asked is None:
            raise NotFound("contact has not heard of this case")
        return self.asked


async def closed(house: House, reason: str, known: bool = True) -> PlanActivated:
    plan = plan_for("A1")
    case = triaged().model_copy(update={"case_id": plan.case_id, "borrower_id": plan.borrower_id, "account_ref": "A1"})
    if known:
        await house.hear("intake", case)
    await house.hear("plans", plan)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason=reason, closed_at=house.clock.now()))
    return plan


async def written(
    house: House, bank: SandboxInProcess, plan: PlanActivated, asked: Asked | None
) -> list[dict[str, Any]]:
    summaries = Summaries(house.database, Policies(), Wishes(asked), FineractCustomers(bank.client))
    await summaries.write(CaseInput(case_id=plan.case_id))
    await summaries.write(CaseInput(case_id=plan.case_id))
    return await kept(bank)


async def to_run(house: House) -> list[str]:
    async with house.database.read() as session:
        return [one.workflow_id async for one in must_run(session)]


@pytest.mark.practice("000-10")
@pytest.mark.rule("FUP-13")
@pytest.mark.parametrize("reason", ["PLAN_COMPLETED", "CURED", "SETTLED"])
async def test_a_case_that_ends_well_is_written_back_with_what_the_customer_asks(
    house: House, bank: SandboxInProcess, reason: str
) -> None:
    plan = await closed(house, reason)
    assert "ClosingSummary" in [name for name, _ in await house.outbox(plan, "start")]
    assert await to_run(house) == [f"closing-summary/{plan.case_id}"]
    asked = Asked("en", "email", ("sms",), ("email", "sms"))
    [row] = await written(house, bank, plan, asked)
    assert (row["ended"], row["plans"], row["instalmentsMissed"], row["language"]) == (reason, 1, 0, "en")
    assert (row["mayContactBy"], row["stoppedChannels"]) == (["email"], ["sms"]), "what was stopped is not agreed to"
    assert row["label"] == "relationship"
    assert await to_run(house) == []


@pytest.mark.practice("000-10")
async def test_silence_is_no_consent(house: House, bank: SandboxInProcess) -> None:
    plan = await closed(house, "CURED")
    [row] = await written(house, bank, plan, None)
    assert (row["mayContactBy"], row["language"]) == ([], "zh")
    assert may_contact_by(["sms"], ["sms"]) == ()


@pytest.mark.parametrize(("reason", "known"), [("NO_AGREEMENT", True), ("SOLD", True), ("CURED", False)])
async def test_nothing_is_written_back_of_other_ends(house: House, reason: str, known: bool) -> None:
    plan = await closed(house, reason, known)
    assert "ClosingSummary" not in [name for name, _ in await house.outbox(plan, "start")]


async def test_what_the_bank_refuses_stays_to_be_written(house: House, bank: SandboxInProcess) -> None:
    plan = await closed(house, "CURED")
    async with house.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE crm_summary SET ended = 'not a state'")
    with pytest.raises(CoreRefused):
        await written(house, bank, plan, Asked())
    assert await to_run(house) == [f"closing-summary/{plan.case_id}"]
