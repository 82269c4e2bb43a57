"""What is seen of a case by whom waited for its lock: what the one before left, not what there was before the wait."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.common.contracts.events.cases import CaseTriaged
from services.common.runtime.caller import Caller
from services.plans.repository import rounds
from services.plans.repository.access import EVERYTHING
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case
from tests.waiting import until

CALLER = Caller.service("plans", "race")


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def seen_after_waiting(house: House, case: Case, change: Any) -> tuple[int, int, str]:
    """Round of the case, round and phase of the negotiation, as seen by whom waited while `change` was made."""

    async def wait() -> tuple[int, int, str]:
        async with house.database.write(CALLER) as uow:
            found = await rounds.lock_case(uow.session, case.case_id, EVERYTHING)
            assert found is not None
            return found[0].round, found[1].round, str(found[1].phase)

    async def waits() -> bool:
        return bool(await house.scalar("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

    async with house.database.write(CALLER) as uow:
        found = await rounds.lock_case(uow.session, case.case_id, EVERYTHING)
        assert found is not None
        await change(uow, found[1])
        waiting = asyncio.create_task(wait())
        await until(waits, "the second waits for the lock")
    return await waiting


async def test_who_waited_sees_the_phase_that_the_round_came_to(house: House) -> None:
    case = await house.triaged()

    async def moved(uow: Any, negotiation: Any) -> None:
        await rounds.ask(uow.session, negotiation, case.case_id, "reschedule")

    assert await seen_after_waiting(house, case, moved) == (1, 1, "means")


async def test_who_waited_sees_the_round_that_began(house: House) -> None:
    case = await house.triaged()

    async def reopened(uow: Any, negotiation: Any) -> None:
        await rounds.open_round(uow.session, case.case_id, 2, uow.now())

    assert await seen_after_waiting(house, case, reopened) == (2, 2, "waiting")


async def test_a_case_that_is_told_of_again_keeps_its_round(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    async with house.database.write(CALLER) as uow:
        again = CaseTriaged.model_validate(_told(case) | {"days_past_due": 60, "product": "personal_loan", "round": 1})
        await house.cases.service.rounds.triaged(uow, again)
    seen = await house.scalar(
        "SELECT days_past_due || ' ' || product || ' ' || phase FROM plan_case JOIN negotiation USING (case_id, round)"
    )
    assert seen == "60 personal_loan means"


def _told(case: Case) -> dict[str, Any]:
    """What intake says of a case."""
    return {
        "case_id": case.case_id,
        "borrower_id": case.case_id,
        "account_ref": case.account_ref,
        "origin": "bank",
        "pack": "cn",
        "pack_version": "cn-1",
        "bucket": "M2",
        "arrears": {"amount": "1.00", "currency": "CNY"},
        "balance": {"amount": "1.00", "currency": "CNY"},
        "language": "zh",
        "time_zones": ("Asia/Shanghai",),
        "contactable": True,
    }
