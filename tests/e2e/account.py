"""An account at the bank and the person behind it, made up from the name of a story so that a run repeats."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.portfolio.row import COLUMNS
from services.common.kernel.months import add_months

LATEST_DUE_DAY = 28


@dataclass(frozen=True)
class Account:
    """A card with 12,000.00 ahead; past due it owes 2,240.00 more, for as many periods as have passed."""

    account_ref: str
    borrower_ref: str
    name: str
    phone: str
    oldest_unpaid_due_date: date | None
    as_of: date

    @classmethod
    def of(cls, story: str, days_past_due: int, as_of: date) -> "Account":
        """The account of a story. A due day after the 28th is moved to it, so it may be some days later past due."""
        slug = re.sub(r"[^a-z0-9]+", "-", story.lower()).strip("-")[:50]
        number = int(hashlib.sha256(story.encode()).hexdigest(), 16)
        oldest = None
        if days_past_due:
            oldest = as_of - timedelta(days=days_past_due)
            oldest = oldest.replace(day=min(oldest.day, LATEST_DUE_DAY))
        return cls(f"A-{slug}", f"B-{slug}", f"王{number % 9973}", f"+86134{number % 10**8:08d}", oldest, as_of)

    def money(self, amount: str) -> dict[str, str]:
        """An amount as the services read it."""
        return {"amount": amount, "currency": "CNY"}

    @property
    def arrears(self) -> dict[str, str]:
        return self.money("2240.00" if self.oldest_unpaid_due_date else "0.00")

    @property
    def balance(self) -> dict[str, str]:
        return self.money("12000.00")

    def case(self, origin: str) -> dict[str, Any]:
        """The body that opens a case."""
        oldest = self.oldest_unpaid_due_date
        return {
            "borrower": {
                "borrower_ref": self.borrower_ref,
                "name": self.name,
                "phone": self.phone,
                "language": "zh",
                "time_zone": "Asia/Shanghai",
            },
            "account": {"account_ref": self.account_ref, "product": "credit_card", "currency": "CNY"},
            "arrears": self.arrears,
            "balance": self.balance,
            "oldest_unpaid_due_date": oldest.isoformat() if oldest else None,
            "origin": origin,
        }

    def extract(self) -> str:
        """The account as a portfolio extract of one row."""
        oldest = self.oldest_unpaid_due_date
        late = oldest is not None
        row = {
            "borrower_ref": self.borrower_ref,
            "name": self.name,
            "phone": self.phone,
            "language": "zh",
            "time_zone": "Asia/Shanghai",
            "email": "",
            "postal_address": "",
            "account_ref": self.account_ref,
            "product": "credit_card",
            "currency": "CNY",
            "principal": "24000.00",
            "annual_rate": "0.12",
            "term_months": 24,
            "months_paid": 12 - self._periods_past_due(),
            "due_day": oldest.day if oldest else 16,
            "monthly_payment": "1129.76",
            "balance": "12000.00",
            "arrears_principal": "1900.00" if late else "0.00",
            "arrears_interest": "280.00" if late else "0.00",
            "arrears_fees": "60.00" if late else "0.00",
            "oldest_unpaid_due_date": oldest.isoformat() if oldest else "",
            "as_of": self.as_of.isoformat(),
            "monthly_income": "11000.00",
            "living_costs": "2850.00",
            "priority_expenses": "3120.00",
            "cause": "INCOME_DROP",
            "habit": "pays",
        }
        return f"{','.join(COLUMNS)}\n{','.join(str(row[name]) for name in COLUMNS)}\n"

    def _periods_past_due(self) -> int:
        periods = 0
        while self.oldest_unpaid_due_date and add_months(self.oldest_unpaid_due_date, periods) < self.as_of:
            periods += 1
        return periods
