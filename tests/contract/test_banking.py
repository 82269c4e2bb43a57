"""The contract of the core-banking port, for every adapter; here Fineract's, on the sandbox bank with a database."""

from datetime import date
from decimal import Decimal

import pytest

from services.common.banking.errors import CoreAccountUnknown, CoreRefused
from services.common.banking.port import CoreBanking, CoreRelief, CoreStatus, schedule_hash
from tests.contract.banking_terms import RELIEFS, cny, terms
from tests.contract.sandbox_world import SandboxInProcess


async def test_client_is_read_with_language_and_zone(core: CoreBanking) -> None:
    client = await core.get_client("B1")
    assert (client.name, client.phone) == ("王秀英", "+8613400000001")
    assert (client.language, client.time_zone) == ("zh", "Asia/Shanghai")
    assert "王" not in repr(client)


async def test_account_is_read_as_of_the_banks_day(core: CoreBanking) -> None:
    account = await core.get_account("A1")
    assert (account.balance, account.arrears.total, account.claim) == (cny("12000"), cny("2240"), cny("14240"))
    assert (account.arrears.principal, account.arrears.interest, account.arrears.fees) == (
        cny("1900"), cny("280"), cny("60"),
    )  # fmt: skip
    assert (account.oldest_unpaid_due_date, account.as_of) == (date(2026, 1, 16), date(2026, 3, 2))
    assert (account.annual_rate, account.remaining_periods) == (Decimal("0.12"), 12)
    # 12000 over 12 months at 1 % a month.
    assert account.monthly_payment == cny("1066.19")
    assert account.borrower_ref == "B1"


async def test_what_is_not_there_is_unknown(core: CoreBanking) -> None:
    with pytest.raises(CoreAccountUnknown):
        await core.get_account("nobody/../A1")
    with pytest.raises(CoreAccountUnknown):
        await core.get_client("nobody")


async def test_interest_stop_splits_the_worked_case_exactly(core: CoreBanking) -> None:
    plan = terms(account_ref="SUS", instalments=60, waived_fees=cny("520.00"))
    shown = await core.preview(plan)
    assert [line.amount for line in shown.instalments[:-1]] == [cny("864.00")] * 59
    assert (shown.instalments[-1].amount, shown.total) == (cny("864.45"), cny("51840.45"))
    assert shown.instalments[1].due_date == date(2026, 4, 30)
    assert shown.reference is None

    answer = await core.activate(plan, "key-sus")
    kept = await core.read_plan("SUS", "key-sus")
    assert answer.status is CoreStatus.DONE and kept is not None
    assert (kept.hash, kept.reference) == (shown.hash, answer.reference)
    assert kept.hash == schedule_hash([(n, d, a) for n, d, a in shown.instalments])


async def test_extension_amortises_the_whole_claim_at_the_old_rate(core: CoreBanking) -> None:
    shown = await core.preview(terms(relief_type=CoreRelief.EXTEND, instalments=24))
    # 14240 over 24 months at 1 % a month: 14240 * 0.01 / (1 - 1.01**-24) = 670.326...
    assert {line.amount for line in shown.instalments[:-1]} == {cny("670.33")}
    assert len(shown.instalments) == 24
    with pytest.raises(CoreRefused, match="rate"):
        await core.preview(terms(relief_type=CoreRelief.EXTEND, annual_rate=Decimal("0.06")))


async def test_a_preview_changes_nothing(core: CoreBanking) -> None:
    before = await core.get_account("A1")
    for relief in CoreRelief:
        await core.preview(terms(relief_type=relief))
    assert await core.get_account("A1") == before


@RELIEFS
async def test_activation_is_done_once_for_its_key(
    outside: SandboxInProcess, core: CoreBanking, relief: CoreRelief
) -> None:
    plan = terms(relief_type=relief, instalments=18)
    shown = await core.preview(plan)
    first = await core.activate(plan, "key-1")
    again = await core.activate(plan, "key-1")
    assert first == again and first.status is CoreStatus.DONE
    kept = await core.read_plan("A1", "key-1")
    assert kept is not None and kept.hash == shown.hash
    assert first.reference is not None and await core.read_plan("A1", first.reference) == kept
    in_force = (await outside.client.get("/sandbox/bank/restructurings")).json()
    assert [(r["account_ref"], r["schedule_hash"]) for r in in_force] == [("A1", kept.hash)]
    account = await core.get_account("A1")
    assert (account.arrears.total, account.oldest_unpaid_due_date) == (cny("0"), None)
    assert account.remaining_periods == 18


async def test_a_later_plan_takes_the_place_of_the_earlier(core: CoreBanking) -> None:
    await core.activate(terms(), "key-1")
    await core.activate(terms(relief_type=CoreRelief.EXTEND, instalments=20), "key-2")
    assert await core.read_plan("A1", "key-1") is None
    kept = await core.read_plan("A1", "key-2")
    assert kept is not None and len(kept.instalments) == 20
