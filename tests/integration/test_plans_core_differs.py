"""A core that would run, or runs, another schedule than the agreed one: told apart, refused, and told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.common.banking.fineract import FineractBanking
from services.common.banking.port import CoreSchedule, PlanTerms
from services.common.contracts.workflows import RoundInput
from services.common.kernel.money import Money
from services.plans.bootstrap import UseCases
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


class OtherDays(FineractBanking):
    """A core that says yes to the agreed schedule and then runs it on other days."""

    async def read_plan(self, account_ref: str, key: str) -> CoreSchedule | None:
        found = await super().read_plan(account_ref, key)
        if found is None:
            return None
        lines = [(line.number, line.due_date + timedelta(days=1), line.amount) for line in found.instalments]
        return CoreSchedule.of(found.reference, lines, found.total.currency)


async def activated_by(house: House, case: Case, core: FineractBanking) -> str:
    activities = UseCases(replace(house.context, core=core)).activities
    return (await activities.activate_in_core(RoundInput(case_id=case.case_id, round=1))).outcome


async def test_what_the_core_runs_otherwise_is_not_in_force_and_everybody_is_told(house: House) -> None:
    case = await house.signed()
    assert await activated_by(house, case, OtherDays(house.outside.client)) == "refused"
    told = dict(await house.outbox(case))["plan.activation_refused"]
    assert (told["reason_code"], told["runs_otherwise"], told["version"]) == ("core_schedule_differs", True, 1)
    assert "plan.activated" not in await house.said(case)
    assert (await house.get(case.plan())).json()["state"] == "ACTIVATION_REFUSED"
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    assert await house.scalar("SELECT state FROM activation") == "refused"
    assert [body["purpose"] for _, body in await house.outbox(case, "start")][-1] == "activation_refused"
    assert (await house.open_tasks(case))["draft_plan"]["reason"] == "activation_refused"
    look = await house.look(case)
    assert (look.outcome, look.activate) == (None, False) and "activation" not in await house.obligations(case)
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate"), "the core has run it"


async def test_what_the_core_runs_otherwise_is_found_as_well_when_its_answer_was_lost(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/faults", kind="time_out_after_accepting", account_ref="A1", count=1)
    assert await activated_by(house, case, OtherDays(house.outside.client)) == "refused"
    assert dict(await house.outbox(case))["plan.activation_refused"]["runs_otherwise"] is True


async def test_a_schedule_that_was_never_sent_does_not_run(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/faults", kind="refuse", count=1, code="error.msg.loan.frozen")
    assert (await house.activate(case)).outcome == "refused"
    assert dict(await house.outbox(case))["plan.activation_refused"]["runs_otherwise"] is False


class Dearer(FineractBanking):
    """A core whose schedule is the agreed one, but that one payment is of another amount."""

    place, amount = 0, Decimal(0)

    async def preview(self, terms: PlanTerms) -> CoreSchedule:
        found = await super().preview(terms)
        lines, currency = list(found.instalments), found.total.currency
        lines[self.place] = lines[self.place]._replace(amount=Money.of(self.amount, currency))
        return CoreSchedule.of(None, lines, currency)


def dearer(house: House, place: int, amount: str) -> Dearer:
    core = Dearer(house.outside.client)
    core.place, core.amount = place, Decimal(amount)
    return core


@pytest.mark.parametrize(
    ("place", "amount", "code"),
    [
        (0, "2030.01", "core_instalment_unaffordable"),
        (8, "2030.01", "core_instalment_unaffordable"),
        (-1, "2030.01", "core_instalment_unaffordable"),
        (0, "2030.00", "core_schedule_differs"),
        (8, "2030.00", "core_schedule_differs"),
        (-1, "2030.00", "core_schedule_differs"),
    ],
)
async def test_a_payment_above_the_own_share_is_told_apart_from_another_schedule(
    house: House, place: int, amount: str, code: str
) -> None:
    """2,030.00 are the borrower's own share of a month."""
    case = await house.signed()
    assert await activated_by(house, case, dearer(house, place, amount)) == "refused"
    told = dict(await house.outbox(case))["plan.activation_refused"]
    assert (told["reason_code"], told["runs_otherwise"]) == (code, False)
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate") is None, "nothing was sent"
