"""What the borrower objected to is not offered again: not on other days, and not in another round of the case."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_people import problem
from tests.integration.plans_service import Case

BORROWER = {"subject": "svc-portal", "x_acting_for": "borrower:B1"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def objected(house: House, case: Case, reason: str, how: str) -> httpx.Response:
    """The borrower says what is wrong with the offer, and answers it so."""
    body = {"objection": reason} | ({"own_words": "otherwise"} if how == "counter" else {})
    return await house.post(f"{case.plan()}/{how}", body, f"{how}-{reason}", "system", **BORROWER)


async def second_round(house: House, case: Case) -> None:
    """A further round, some days later; what was verified still counts."""
    house.later(days=5)
    await house.reopened(case, 2)
    await house.requested(case, 2)
    assert (await house.take_means(case, "means-2")).json()["phase"] == "draft"


@pytest.mark.practice("004-06")
@pytest.mark.parametrize("how", ["decline", "objections", "counter"])
async def test_in_a_further_round_the_same_offer_is_refused_again(house: House, how: str) -> None:
    """Whether it was declined with a reason, let lapse after an objection, or countered before the round ended."""
    case = await house.offered()
    assert (await objected(house, case, "INSTALMENT_TOO_HIGH", how)).status_code == 201
    if how == "objections":
        house.later(days=14)
        assert (await house.look(case)).outcome == "no_agreement"
    await second_round(house, case)
    later = {"first_due_date": "2026-04-15"}
    assert problem(await house.draft(case, "same", **later)) == "409 same-offer-again"
    assert await house.scalar("SELECT count(*) FROM plan") == 1
    assert (await house.draft(case, "other", instalments=24, **later)).status_code == 201


async def test_what_nobody_objected_to_may_be_offered_again(house: House) -> None:
    case = await house.offered()
    assert (await house.post(f"{case.plan()}/decline", {}, "no", "system", **BORROWER)).status_code == 201
    await second_round(house, case)
    assert (await house.draft(case, "same", first_due_date="2026-04-15")).status_code == 201


@pytest.mark.parametrize(
    ("reason", "day", "expected"),
    [
        ("INSTALMENT_TOO_HIGH", "2026-04-10", 409),
        ("FIRST_PAYMENT_TOO_SOON", "2026-04-10", 201),
        ("NEEDS_TIME", "2026-04-10", 201),
        ("FIRST_PAYMENT_TOO_SOON", "2026-03-20", 409),
    ],
)
async def test_another_day_answers_only_who_needs_more_time(house: House, reason: str, day: str, expected: int) -> None:
    case = await house.offered()
    assert (await objected(house, case, reason, "counter")).status_code == 201
    assert (await house.draft(case, "again", first_due_date=day)).status_code == expected
