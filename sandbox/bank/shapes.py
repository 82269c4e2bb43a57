"""The bank's answers in Fineract's shapes."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sandbox.bank.books import Loan
from sandbox.bank.delinquency import Pause, days_past_due
from sandbox.bank.ledger import Filled, Standing
from sandbox.bank.schedule import Installment
from sandbox.bank.wire import wire_date, wire_number, wire_percent
from services.common.kernel.currencies import MINOR_DIGITS
from services.common.kernel.money import Money

_RESCHEDULE_STATUS = {
    "requested": (100, "loanRescheduleStatusType.pendingApproval"),
    "waiting": (100, "loanRescheduleStatusType.pendingApproval"),
    "active": (200, "loanRescheduleStatusType.approved"),
    "replaced": (200, "loanRescheduleStatusType.approved"),
    "rejected": (300, "loanRescheduleStatusType.rejected"),
}


def client_shape(row: Any) -> dict[str, Any]:
    """GET /clients/{id}; `additionalDetails` is what a bank keeps in a data table of its own."""
    return {
        "id": row["client_id"],
        "accountNo": f"{row['client_id']:09d}",
        "externalId": row["external_id"],
        "status": {"id": 300, "code": "clientStatusType.active", "value": "Active"},
        "active": True,
        "displayName": row["display_name"],
        "mobileNo": row["mobile_no"],
        "emailAddress": row["email"],
        "additionalDetails": {
            "language": row["language"],
            "timeZone": row["time_zone"],
            "postalAddress": row["postal_address"],
        },
    }


def loan_shape(loan: Loan, position: Standing, pauses: Sequence[Pause]) -> dict[str, Any]:
    """GET /loans/{id} without associations. Fineract's `principalOutstanding` is all principal, due or not."""
    oldest = position.oldest_unpaid_due_date
    return {
        "id": loan.loan_id,
        "accountNo": f"{loan.loan_id:09d}",
        "externalId": loan.account_ref,
        "status": _loan_status(position),
        "clientId": loan.client_id,
        "clientExternalId": loan.borrower_ref,
        "loanProductName": loan.product,
        "currency": _currency(loan.currency),
        "principal": wire_number(loan.principal),
        "annualInterestRate": wire_percent(loan.annual_rate),
        "numberOfRepayments": len(position.periods),
        "summary": {
            "currency": _currency(loan.currency),
            "principalOutstanding": wire_number(position.balance + position.arrears_principal),
            "principalOverdue": wire_number(position.arrears_principal),
            "interestOverdue": wire_number(position.arrears_interest),
            "feeChargesOverdue": wire_number(position.arrears_fees),
            "totalOverdue": wire_number(position.arrears),
            "overdueSinceDate": wire_date(oldest),
            "totalOutstanding": wire_number(position.outstanding),
        },
        "totalOverpaid": wire_number(position.unapplied),
        "delinquent": {
            "pastDueDays": (position.today - oldest).days if oldest else 0,
            "delinquentDays": days_past_due(oldest, position.today, pauses),
            "delinquentDate": wire_date(oldest),
            "delinquentAmount": wire_number(position.arrears),
            "delinquencyPausePeriods": [
                {
                    "active": start <= position.today <= end,
                    "pausePeriodStart": wire_date(start),
                    "pausePeriodEnd": wire_date(end),
                }
                for start, end in pauses
            ],
        },
    }


def schedule_shape(currency: str, periods: Iterable[Filled]) -> dict[str, Any]:
    """`repaymentSchedule`, of a loan or of a preview."""
    lines = list(periods)
    return {
        "currency": _currency(currency),
        "periods": [_period(line) for line in lines],
        "totalRepaymentExpected": wire_number(Money.total((line.period.total for line in lines), currency)),
        "totalOutstanding": wire_number(Money.total((line.unpaid for line in lines), currency)),
    }


def unpaid(lines: Iterable[Installment]) -> list[Filled]:
    """The lines of a preview, on which nothing can have been paid."""
    return [Filled(line, *[Money.zero(line.principal.currency)] * 3) for line in lines]


def posting_shape(row: Any, currency: str, reversed_refs: frozenset[str]) -> dict[str, Any]:
    """A posting as a transaction; Fineract shows a reversal as a mark on the payment, this bank as a line too."""
    reverses = row["reverses"]
    return {
        "id": row["posting_id"],
        "externalId": row["posting_ref"],
        "type": {"code": "loanTransactionType.chargeback" if reverses else "loanTransactionType.repayment"},
        "date": wire_date(row["value_date"]),
        "submittedOnDate": wire_date(row["booking_date"]),
        "currency": _currency(currency),
        "amount": wire_number(Money.of(row["amount"], currency)),
        "manuallyReversed": row["posting_ref"] in reversed_refs,
    }


def re_age_shape(row: Any, currency: str) -> dict[str, Any]:
    """A re-age as a transaction; one whose place another restructuring took is marked reversed."""
    return {
        "id": row["restructuring_id"],
        "externalId": row["external_id"],
        "type": {"code": "loanTransactionType.reAge"},
        "date": wire_date(row["active_on"]),
        "currency": _currency(currency),
        "manuallyReversed": row["status"] == "replaced",
    }


def reschedule_shape(row: Any, loan: Loan) -> dict[str, Any]:
    """One line of GET /rescheduleloans; `current` tells whether its schedule is the one in force."""
    number, code = _RESCHEDULE_STATUS[row["status"]]
    return {
        "id": row["restructuring_id"],
        "loanId": loan.loan_id,
        "clientId": loan.client_id,
        "externalId": row["external_id"],
        "statusEnum": {"id": number, "code": code, "approved": number == 200, "rejected": number == 300},
        "rescheduleFromDate": wire_date(date.fromisoformat(row["terms"]["from_date"])),
        "current": row["status"] == "active",
    }


def _period(line: Filled) -> dict[str, Any]:
    return {
        "period": line.period.number,
        "dueDate": wire_date(line.period.due_date),
        "complete": not line.unpaid.is_positive,
        "principalDue": wire_number(line.period.principal),
        "interestDue": wire_number(line.period.interest),
        "feeChargesDue": wire_number(line.period.fees),
        "totalDueForPeriod": wire_number(line.period.total),
        "totalPaidForPeriod": wire_number(line.paid),
        "totalOutstandingForPeriod": wire_number(line.unpaid),
    }


def _loan_status(position: Standing) -> dict[str, Any]:
    if position.outstanding.is_positive:
        return {"id": 300, "code": "loanStatusType.active", "value": "Active", "active": True}
    if position.unapplied.is_positive:
        return {"id": 700, "code": "loanStatusType.overpaid", "value": "Overpaid", "active": False}
    return {"id": 600, "code": "loanStatusType.closed.obligations.met", "value": "Closed", "active": False}


def _currency(code: str) -> dict[str, Any]:
    return {"code": code, "decimalPlaces": MINOR_DIGITS[code]}
