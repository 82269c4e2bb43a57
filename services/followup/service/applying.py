"""What the payments of an agreement went to, in the order that the packs of its case say for its product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.common.kernel.dated import Dated
from services.common.kernel.policy_file import load_dated
from services.followup.domain.debt import Debt, FallingDue, allocate
from services.followup.domain.postings import Posting, effective_payments
from services.followup.domain.waterfall import (
    CARD,
    FEES,
    INTEREST,
    PRINCIPAL,
    Application,
    CardOrder,
    LoanOrder,
    card_order,
    loan_order,
)
from services.followup.models import Agreement, Instalment
from services.followup.service.policies import PACKAGE, Policies


class Applying:
    """Applies the payments that count for an agreement."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._house: Dated[LoanOrder] = load_dated(PACKAGE, "payment_order", LoanOrder)
        self._known: dict[tuple[str, str, date], CardOrder | LoanOrder] = {}

    def applied(
        self, agreement: Agreement, lines: Sequence[Instalment], postings: Iterable[Posting]
    ) -> Application | None:
        """What the parts got, what is left of them, and what none of them needs; None where the parts are not known."""
        debt = debt_of(agreement, lines)
        if debt is None or agreement.product is None:
            return None
        pack, product = agreement.pack, agreement.product
        payments = effective_payments(postings, agreement.currency).payments
        return allocate(payments, debt, lambda day, late: self.order(pack, product, day, late))

    def order(self, pack: str, product: str, day: date, days_past_due: int) -> tuple[str, ...]:
        """The parts in the order of a day."""
        key = (pack, product, day)
        if key not in self._known:
            self._known[key] = self._terms(*key)
        terms = self._known[key]
        return card_order(days_past_due, terms) if isinstance(terms, CardOrder) else loan_order(terms)

    def _terms(self, pack: str, product: str, day: date) -> CardOrder | LoanOrder:
        known = self._policies.rules_of(pack, product, day)
        if product == CARD and "CN-17" in known:
            card: CardOrder = known["CN-17"].terms(CardOrder)
            return card
        if "CN-18" in known:
            loan: LoanOrder = known["CN-18"].terms(LoanOrder)
            return loan
        return self._house.on(day).value


def debt_of(agreement: Agreement, lines: Sequence[Instalment]) -> Debt | None:
    """What an agreement repays; None where plans did not say its parts."""
    owed = (agreement.owed_principal, agreement.owed_interest, agreement.owed_fees)
    known = [agreement.money(part) for part in owed if part is not None]
    if not known:
        return None
    principal, interest, fees = known
    falling_due = [FallingDue(one.due_date, agreement.money(one.cost)) for one in lines if one.cost is not None]
    return Debt(principal, interest, fees, falling_due, agreement.late_since)


def keep(agreement: Agreement, found: Application | None) -> None:
    """Set on a locked agreement what its payments went to."""
    if found is not None:
        agreement.paid_principal = found.allocated[PRINCIPAL].amount
        agreement.paid_interest = found.allocated[INTEREST].amount
        agreement.paid_fees = found.allocated[FEES].amount
