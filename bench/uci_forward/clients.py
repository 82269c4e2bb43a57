"""The overdue clients of the UCI extract: what they were billed, how far behind they were, and what they paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from services.common.kernel.money import Money
from services.intake.domain.dpd import days_past_due
from services.intake.imports.mapping import load_mapping
from services.intake.imports.reader import inspect, rows_of
from services.intake.policies import Policies

EXTRACT = Path(__file__).resolve().parents[2] / "sandbox" / "portfolio" / "uci-credit-card-clients.csv.gz"
SEPTEMBER_BILL, APRIL_BILL = "X12", "X17"
#: What was paid from April to September 2005, in this order; the file has September first.
PAID = ("X23", "X22", "X21", "X20", "X19", "X18")


@dataclass(frozen=True, slots=True)
class Client:
    """One account that was behind in September 2005.

    `bucket` is that of intake for the days past due that its mapping reads from the months behind. `bills` are what
    was owed, by column of the file, a credit being nothing; `paid` are six months from April on.
    """

    account_ref: str
    pack: str
    product: str
    bucket: str
    bills: dict[str, Money]
    paid: tuple[Money, ...]


def overdue_clients(path: Path = EXTRACT) -> list[Client]:
    """Every client that the importer would open a case for, in the order of the file.

    ImportRefused when a column is missing, RowRefused when a row cannot be read: the extract has no such row.
    """
    mapping, policies = load_mapping("uci"), Policies()
    extract = inspect(path, mapping.columns | {SEPTEMBER_BILL, APRIL_BILL, *PAID})
    found: list[Client] = []
    for raw in rows_of(extract):
        row = dict(zip(extract.header, raw.cells, strict=True))
        if mapping.skipped(row) is not None:
            continue
        read = mapping.read(row)
        assert read.pack is not None
        money = {name: Money.of(Decimal(row[name]), read.currency) for name in (SEPTEMBER_BILL, APRIL_BILL, *PAID)}
        days = days_past_due(read.oldest_unpaid_due_date, read.as_of).effective
        found.append(
            Client(
                account_ref=read.account_ref,
                pack=read.pack,
                product=read.product,
                bucket=policies.arrears(read.as_of).bucket(days),
                bills={n: money[n].at_least(Money.zero(read.currency)) for n in (SEPTEMBER_BILL, APRIL_BILL)},
                paid=tuple(money[name] for name in PAID),
            )
        )
    return found
