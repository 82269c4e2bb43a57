"""What the core's own schedule must keep to: the agreed one, and never more than the borrower can pay."""

from datetime import date
from decimal import Decimal

import pytest

from services.common.banking.port import CoreAnswer, CoreRelief, CoreSchedule, CoreStatus, PlanTerms, schedule_hash
from services.common.kernel.money import Money
from services.plans.service.agreement.core_command import DIFFERS, UNAFFORDABLE, Answered, Intent, ask_the_core
from tests.integration.intake_house import Core

KEY = "plan/1/v1/activate"


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


def schedule(*amounts: str, reference: str | None = None) -> CoreSchedule:
    lines = [(number, date(2026, number, 28), cny(amount)) for number, amount in enumerate(amounts, 1)]
    return CoreSchedule.of(reference, lines, "CNY")


class OneAccount(Core):
    """A core that makes of any terms the schedule it was given, and counts what it was sent."""

    def __init__(self, made: CoreSchedule) -> None:
        super().__init__()
        self.made, self.sent = made, 0

    async def preview(self, terms: PlanTerms) -> CoreSchedule:
        return self.made

    async def activate(self, terms: PlanTerms, idempotency_key: str) -> CoreAnswer:
        self.sent += 1
        return CoreAnswer(CoreStatus.DONE, reference="r-1")

    async def read_plan(self, account_ref: str, key: str) -> CoreSchedule | None:
        return self.made if self.sent else None


def intent(agreed: CoreSchedule, own_share: str, *, repeated: bool = False) -> Intent:
    zero = cny("0.00")
    terms = PlanTerms(KEY, "A1", CoreRelief.EXTEND, date(2026, 1, 28), len(agreed.instalments), Decimal(0), zero, zero)
    first, last = agreed.instalments[0].amount, agreed.instalments[-1].amount
    return Intent(terms, KEY, repeated, schedule_hash(agreed.instalments), cny(own_share), first, last)


async def asked(agreed: CoreSchedule, made: CoreSchedule, own_share: str) -> tuple[Answered, int]:
    core = OneAccount(made)
    return await ask_the_core(core, intent(agreed, own_share)), core.sent


@pytest.mark.parametrize(
    ("agreed", "made", "code"),
    [
        (["500.00"], ["600.01"], UNAFFORDABLE),
        (["500.00"], ["600.00"], DIFFERS),
        (["500.00", "500.00", "500.20"], ["500.00", "500.00", "600.01"], UNAFFORDABLE),
        (["600.00", "600.00", "600.20"], ["600.00", "599.00", "600.20"], DIFFERS),
        (["600.00", "600.00", "600.20"], ["600.00", "600.20", "600.20"], UNAFFORDABLE),
        (["900.00", "600.00", "600.00"], ["900.00", "600.00", "599.00"], DIFFERS),
        (["900.00", "600.00", "600.00"], ["900.00", "600.01", "600.00"], UNAFFORDABLE),
        (["900.00", "600.00", "600.00"], ["900.01", "600.00", "600.00"], UNAFFORDABLE),
        (["500.00"], [], DIFFERS),
    ],
)
async def test_another_schedule_is_never_sent_and_one_too_high_is_told_apart(
    agreed: list[str], made: list[str], code: str
) -> None:
    """600.00 are the share; the agreed last payment holds the rounding, the agreed first what is at hand."""
    answered, sent = await asked(schedule(*agreed), schedule(*made), "600.00")
    assert (answered, sent) == (Answered(None, code), 0)


@pytest.mark.parametrize("amounts", [["600.00"], ["600.00", "600.00", "600.20"], ["900.00", "600.00", "600.00"]])
async def test_the_agreed_schedule_within_the_share_is_put_into_force(amounts: list[str]) -> None:
    agreed = schedule(*amounts)
    assert await asked(agreed, agreed, "600.00") == (Answered(agreed), 1)


async def test_even_the_agreed_schedule_is_not_sent_when_the_share_does_not_bear_it() -> None:
    agreed = schedule("500.00", "500.00", "500.00")
    assert await asked(agreed, agreed, "499.99") == (Answered(None, UNAFFORDABLE), 0)


async def test_what_runs_as_agreed_is_in_force_whatever_the_share() -> None:
    """It cannot be taken back by not believing it."""
    agreed = schedule("500.00", "500.00", "500.00")
    core = OneAccount(agreed)
    core.sent = 1
    assert await ask_the_core(core, intent(agreed, "499.99", repeated=True)) == Answered(agreed)


@pytest.mark.parametrize(("amount", "code"), [("600.01", UNAFFORDABLE), ("600.00", DIFFERS)])
async def test_what_runs_otherwise_is_said_to_run(amount: str, code: str) -> None:
    core = OneAccount(schedule(amount))
    core.sent = 1
    answered = await ask_the_core(core, intent(schedule("500.00"), "600.00", repeated=True))
    assert answered == Answered(None, code, runs_otherwise=True)
