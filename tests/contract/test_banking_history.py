"""The past of an account through the core-banking port: its opening, payments that stand, re-agings in force."""

from datetime import date

from services.common.banking.port import CoreBanking, CorePayment
from tests.contract.banking_terms import cny, terms
from tests.contract.sandbox_world import SandboxInProcess

CORE = "/fineract-provider/api/v1"


async def paid(outside: SandboxInProcess, amount: str, on: str, key: str) -> str:
    """Book a payment at the bank; its number there."""
    loan = (await outside.client.get(f"{CORE}/loans/external-id/A1")).json()["id"]
    body = {"transactionDate": on, "transactionAmount": amount, "dateFormat": "yyyy-MM-dd", "locale": "en"}
    path = f"{CORE}/loans/{loan}/transactions?command=repayment"
    answer = await outside.client.post(path, json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    return f"{CORE}/loans/{loan}/transactions/{answer.json()['resourceId']}?command=undo"


async def test_an_account_nobody_paid_on_has_its_opening_alone(core: CoreBanking) -> None:
    """Ten of its months were paid before the oldest unpaid due date, the sixteenth of January 2026."""
    history = await core.account_history("A1")
    assert (history.opened_on, history.payments, history.re_aged_on) == (date(2025, 2, 16), (), ())


async def test_payments_stand_unless_they_were_reversed(core: CoreBanking, outside: SandboxInProcess) -> None:
    await paid(outside, "100.00", "2026-02-20", "p1")
    undo = await paid(outside, "70.00", "2026-03-01", "p2")
    await paid(outside, "30.00", "2026-01-20", "p3")
    body = {"transactionDate": "2026-03-02", "transactionAmount": 0, "dateFormat": "yyyy-MM-dd", "locale": "en"}
    undone = await outside.client.post(undo, json=body, headers={"Idempotency-Key": "u2"})
    assert undone.status_code == 200, undone.text
    assert (await core.account_history("A1")).payments == (
        CorePayment(date(2026, 1, 20), cny("30.00")), CorePayment(date(2026, 2, 20), cny("100.00")),
    )  # fmt: skip


async def test_a_re_aging_is_told_by_its_day(core: CoreBanking) -> None:
    await core.activate(terms(account_ref="SUS", instalments=60, waived_fees=cny("520.00")), "key-sus")
    history = await core.account_history("SUS")
    assert history.re_aged_on == (date(2026, 3, 2),)
    # The schedule is a new one; when the account was opened stays as it was.
    assert history.opened_on is not None and history.opened_on < date(2026, 2, 16)


async def test_the_schedule_in_force_has_every_line_of_the_account(core: CoreBanking) -> None:
    schedule, account = await core.get_schedule("A1"), await core.get_account("A1")
    assert schedule.reference is None
    ahead = [line for line in schedule.instalments if line.due_date >= account.as_of]
    assert len(ahead) == account.remaining_periods and ahead[0].amount == account.monthly_payment
    past = [line for line in schedule.instalments if line.due_date < account.as_of]
    assert past[-1].due_date >= date(2026, 1, 16), "what is past due is in it too"
