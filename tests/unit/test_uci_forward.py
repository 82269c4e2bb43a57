"""The page about the real portfolio says what the code counts; the small buckets are counted again here."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench.uci_forward.clients import Client, overdue_clients
from bench.uci_forward.judging import Outcome, by_bucket, outcome, played
from bench.uci_forward.page import COMMAND, PATH, bucket_table
from bench.uci_forward.plans import APRIL, SEPTEMBER, Refused, Start, longest, plan
from services.common.kernel.money import Money
from services.followup.domain.verdict import Standing

PAGE = (Path(__file__).resolve().parents[2] / PATH).read_text("utf-8")
SMALL = {"M3", "M4", "M5", "M6", "M7+"}


@pytest.fixture(scope="module")
def clients() -> list[Client]:
    return overdue_clients()


def rows(table: str) -> set[str]:
    return {line for line in table.splitlines() if line.startswith(tuple(f"| {bucket} " for bucket in SMALL))}


def section(start: Start) -> str:
    return PAGE.partition(f"## From {start.title}'s bill")[2].partition("\n## ")[0]


@pytest.mark.parametrize("start", [APRIL, SEPTEMBER], ids=lambda start: start.title)
def test_the_page_has_the_numbers_of_the_small_buckets(clients: list[Client], start: Start) -> None:
    small = [one for one in clients if one.bucket in SMALL]
    counted = rows(bucket_table(by_bucket(small, start, longest(small[0], start))))
    assert len(counted) == len(SMALL)
    assert counted == rows(section(start))


def test_payments_in_another_order_give_other_numbers(clients: list[Client]) -> None:
    turned = [replace(one, paid=one.paid[::-1]) for one in clients if one.bucket in SMALL]
    assert rows(bucket_table(by_bucket(turned, APRIL, longest(turned[0], APRIL)))) != rows(section(APRIL))


def test_every_overdue_client_is_on_the_page(clients: list[Client]) -> None:
    owing = sum(one.bills[APRIL.bill].is_positive for one in clients)
    assert f"| together | {len(clients):,} | {owing:,} |" in section(APRIL)
    assert len(clients) == 6818 and COMMAND in PAGE


def test_the_first_payment_is_that_of_april(clients: list[Client]) -> None:
    """Row 23 has 2007, 3582, 0, 3601, 0, 1820 from `X18` on, which is September."""
    found = next(one for one in clients if one.account_ref == "UCI-CARD-23")
    assert [int(paid.amount) for paid in found.paid] == [1820, 0, 3601, 0, 3582, 2007]
    assert found.bills[APRIL.bill] == Money.of("46012", "TWD")
    assert found.bills[SEPTEMBER.bill] == Money.of("41087", "TWD")
    one = played(found, APRIL, 60)
    assert one is not None
    assert [(posting.value_date.month, int(posting.amount.amount)) for posting in one.postings] == [
        (4, 1820), (6, 3601), (8, 3582), (9, 2007),
    ]  # fmt: skip


def client(bill: str, *paid: str) -> Client:
    owed = Money.of(bill, "TWD")
    return Client(
        account_ref="UCI-CARD-0",
        pack="sample",
        product="credit_card",
        bucket="M1",
        bills={APRIL.bill: owed, SEPTEMBER.bill: owed},
        paid=tuple(Money.of(amount, "TWD") for amount in paid),
    )


def test_an_instalment_is_kept_short_missed_or_caught_up_by_the_order_of_months() -> None:
    one = played(client("6000", "100", "0", "200", "40", "0", "0"), APRIL, 60)
    assert one is not None
    assert [(posting.value_date, int(posting.amount.amount)) for posting in one.postings] == [
        (date(2005, 4, 30), 100),
        (date(2005, 6, 30), 200),
        (date(2005, 7, 30), 40),
    ]
    verdict = one.verdict()
    assert [outcome(line) for line in verdict.instalments[:6]] == [
        Outcome.KEPT, Outcome.CAUGHT_UP, Outcome.KEPT, Outcome.SHORT, Outcome.MISSED, Outcome.MISSED,
    ]  # fmt: skip
    assert verdict.standing is Standing.BROKEN_CANDIDATE
    assert outcome(one.verdict(2).instalments[1]) is Outcome.MISSED


def test_who_owes_nothing_has_no_plan_and_a_plan_beyond_policy_is_refused() -> None:
    assert plan(client("0", "1", "1", "1", "1", "1", "1"), APRIL, 60) is None
    with pytest.raises(Refused, match="CN-14"):
        plan(client("6000"), APRIL, 61)
