"""When arrears that the bank reports again are news, and when a closed case has dealt with them."""

from __future__ import annotations

from datetime import date

from services.common.kernel.rule import business_rule


@business_rule(
    id="OPN-01",
    group="opening",
    summary="Arrears that began before a case of the same account was closed open no new case by themselves.",
)
def dealt_with(oldest_unpaid_due_date: date, last_closed_on: date | None) -> bool:
    return last_closed_on is not None and oldest_unpaid_due_date <= last_closed_on
