"""Fineract's wire manners, read as untrusted input: every reader names the field at fault and never its value."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from services.common.banking.errors import CoreAnswerInvalid
from services.common.banking.types import PlanTerms
from services.common.kernel.money import InvalidMoney, Money

#: Fineract wants to be told how dates and numbers of a request are written.
COMPANIONS = {"dateFormat": "yyyy-MM-dd", "locale": "en"}
_MAX_LIST = 5_000


def segment(reference: str) -> str:
    """A reference as one path segment."""
    return quote(reference, safe="")


def text(found: dict[str, Any], name: str, longest: int = 200) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise CoreAnswerInvalid(f"{name}: a text of at most {longest} characters was expected")
    return value


def number(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CoreAnswerInvalid(f"{name}: a number was expected")
    return value


def decimal(found: dict[str, Any], name: str) -> Decimal:
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise CoreAnswerInvalid(f"{name}: a number was expected")
    return Decimal(value)


def money(found: dict[str, Any], name: str, currency: str) -> Money:
    """A JSON number that is an amount of the currency, not negative. Fineract pads with zeros."""
    value = decimal(found, name)
    try:
        amount = Money.of(value, currency)
    except InvalidMoney:
        raise CoreAnswerInvalid(f"{name}: no amount of {currency}") from None
    if amount.is_negative:
        raise CoreAnswerInvalid(f"{name}: negative")
    return amount


def day(found: dict[str, Any], name: str) -> date:
    """[2026, 3, 2]."""
    value = found.get(name)
    try:
        if isinstance(value, list) and len(value) == 3 and all(type(part) is int for part in value):
            return date(*value)
    except ValueError:
        pass
    raise CoreAnswerInvalid(f"{name}: a date [year, month, day] was expected")


def mapping(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise CoreAnswerInvalid(f"{name}: an object was expected")
    return value


def listing(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = found.get(name)
    if not isinstance(value, list) or len(value) > _MAX_LIST or not all(isinstance(item, dict) for item in value):
        raise CoreAnswerInvalid(f"{name}: a list of at most {_MAX_LIST} objects was expected")
    return value


def next_due_date(loan: dict[str, Any], today: date) -> date:
    """The next period that is not yet due and not complete; the last period when all are past due."""
    periods = listing(mapping(loan, "repaymentSchedule"), "periods")
    if not periods:
        raise CoreAnswerInvalid("periods: empty")
    days = [day(period, "dueDate") for period in periods if period.get("complete") is not True]
    ahead = [due for due in days if due >= today]
    return min(ahead) if ahead else day(periods[-1], "dueDate")


def last_due_date(loan: dict[str, Any]) -> date:
    """The due date of the last period."""
    periods = listing(mapping(loan, "repaymentSchedule"), "periods")
    if not periods:
        raise CoreAnswerInvalid("periods: empty")
    return day(periods[-1], "dueDate")


def re_age_body(terms: PlanTerms, key: str | None = None) -> dict[str, Any]:
    """The body of a re-age or of its preview."""
    return {
        **COMPANIONS,
        "startDate": terms.first_due_date.isoformat(),
        "frequencyType": "MONTHS",
        "frequencyNumber": 1,
        "numberOfInstallments": terms.instalments,
        "reAgeInterestHandling": "EQUAL_AMORTIZATION_OUTSTANDING_INTEREST",
        **_waivers(terms),
        **_named(key),
    }


def reschedule_body(
    loan_id: int, terms: PlanTerms, remaining: int, starts: date, today: date, key: str | None
) -> dict[str, Any]:
    """The body of a reschedule request or of its preview; Fineract counts the terms that are added."""
    return {
        **COMPANIONS,
        "loanId": loan_id,
        "submittedOnDate": today.isoformat(),
        "rescheduleFromDate": starts.isoformat(),
        "adjustedDueDate": terms.first_due_date.isoformat(),
        "extraTerms": terms.instalments - remaining,
        "rescheduleReasonId": 1,
        "rescheduleReasonComment": terms.plan_key,
        **_waivers(terms),
        **_arranged(terms),
        **_named(key),
    }


def _arranged(terms: PlanTerms) -> dict[str, Any]:
    """Fineract's own fields for a pause and a rate, and the rest as this bank takes it."""
    made = terms.arrangement
    if made is None:
        return {}
    found: dict[str, Any] = {
        "arrangement": {
            "kind": terms.relief_type.value,
            "method": made.method.value,
            "claim": str(made.claim.amount),
            "principal": str(made.principal.amount),
            "annualRate": str(made.annual_rate),
            "instalments": terms.instalments,
            "onTop": str(made.on_top.amount),
            "onTopMonths": made.on_top_months,
            "forgoneInterest": str(made.forgone_interest.amount),
            "principalDiscount": str(made.principal_discount.amount),
            "parked": str(made.parked.amount),
            "released": str(made.released.amount),
            "amounts": [str(amount.amount) for amount in made.amounts],
        }
    }
    if made.pause_months:
        found |= {"graceOnPrincipal": made.pause_months, "graceOnInterest": made.pause_months}
    if made.annual_rate != terms.annual_rate and made.annual_rate > 0:
        found["newInterestRate"] = str(made.annual_rate * 100)
    return found


def _waivers(terms: PlanTerms) -> dict[str, str]:
    return {"waivedInterest": str(terms.waived_interest.amount), "waivedFees": str(terms.waived_fees.amount)}


def _named(key: str | None) -> dict[str, str]:
    return {} if key is None else {"externalId": key}
