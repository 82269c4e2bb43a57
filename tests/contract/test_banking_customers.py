"""The contract of the bank's records of its customers: a summary is kept once, and is never called collection."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.common.banking.customers import ClosingSummary, FineractCustomers
from services.common.banking.errors import CoreAccountUnknown
from services.common.banking.port import CoreStatus
from tests.contract.sandbox_world import SandboxInProcess

BANK = "/fineract-provider/api/v1"
SUMMARY = ClosingSummary(
    account_ref="A1",
    ended="PLAN_COMPLETED",
    ended_on=date(2026, 3, 2),
    plans=1,
    instalments_missed=0,
    language="zh",
    preferred_channel="email",
    may_contact_by=("email",),
    stopped_channels=("sms",),
)


async def kept(outside: SandboxInProcess) -> list[dict[str, Any]]:
    loan = (await outside.client.get(f"{BANK}/loans/external-id/A1")).json()
    rows: list[dict[str, Any]] = (
        await outside.client.get(f"{BANK}/datatables/forbear_relationship/{loan['clientId']}")
    ).json()
    return rows


@pytest.mark.practice("000-10")
async def test_a_summary_is_kept_once_with_its_customer(outside: SandboxInProcess) -> None:
    customers = FineractCustomers(outside.client)
    first = await customers.write_summary(SUMMARY, "key-1")
    again = await customers.write_summary(SUMMARY, "key-1")
    assert first.status is CoreStatus.DONE and again.reference == first.reference
    [row] = await kept(outside)
    assert (row["label"], row["ended"], row["mayContactBy"]) == ("relationship", "PLAN_COMPLETED", ["email"])


async def test_what_the_bank_does_not_know_or_take_is_no_answer(outside: SandboxInProcess) -> None:
    customers = FineractCustomers(outside.client)
    with pytest.raises(CoreAccountUnknown):
        await customers.write_summary(replace(SUMMARY, account_ref="nobody"), "key-1")
    refused = await customers.write_summary(replace(SUMMARY, ended="collect more"), "key-2")
    assert refused.status is CoreStatus.REFUSED and refused.code is not None
    assert await kept(outside) == []
