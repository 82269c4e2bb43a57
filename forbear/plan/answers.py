"""The options of a situation, computed as the service computes them; no core is asked what it can run."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from pydantic import ValidationError

from forbear.plan.situation import Situation
from services.common.banking.port import AccountSnapshot, Arrears
from services.common.kernel.errors import ForbearError
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityResult, StatementOfMeans, affordability
from services.plans.domain.annuity import annuity_payment
from services.plans.domain.options import Situation as Facts
from services.plans.domain.options import options
from services.plans.domain.reliefs.facts import EarlierRelief
from services.plans.policies import Policies
from services.plans.schemas.options import OptionsView
from services.plans.service.means.facts import (
    account_facts,
    borrower_facts,
    circumstances_of,
    require_first_due,
    wish_of,
)
from services.plans.service.terms.option_views import Shown, options_view

SHAPE = "see forbear plan --schema for the form and --examples for some"


class CannotPlan(Exception):
    """The situation cannot be read or makes no sense; the text says where, and never the value."""


def read(text: bytes) -> Situation:
    """A situation. CannotPlan names every place that is wrong."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise CannotPlan(f"this is not JSON in UTF-8; {SHAPE}") from None
    if not isinstance(found, dict):
        raise CannotPlan(f"this is not a JSON object; {SHAPE}")
    try:
        return Situation.model_validate_json(text)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'situation'}: {e['msg']}" for e in wrong)
        raise CannotPlan(f"{places}; {SHAPE}") from None


def plan(situation: Situation, policies: Policies) -> OptionsView:
    """Every relief with its rules and numbers. CannotPlan."""
    try:
        return _plan(situation, policies)
    except ForbearError as refused:
        places = "; ".join(f"{pointer.removeprefix('#/')}: {what}" for pointer, what in getattr(refused, "fields", ()))
        raise CannotPlan(f"{refused.detail}{f' ({places})' if places else ''}") from None
    except (OverflowError, ValueError):
        # Dates end with the year 9999, amounts with fifteen digits.
        raise CannotPlan("the situation leads beyond what can be computed") from None


def _plan(situation: Situation, policies: Policies) -> OptionsView:
    for name in situation.packs:
        if name not in policies.packs.by_name:
            raise CannotPlan(
                f"packs: there is no rule pack named {name}; there are {', '.join(policies.packs.by_name)}"
            )
    day, packs = situation.day, "+".join(situation.packs)
    snapshot = _snapshot(situation)
    own_share, deficit = _means(situation, policies, packs)
    found = circumstances_of(
        snapshot,
        packs,
        situation.borrower.hardship_reason,
        [EarlierRelief(one.relief_type, one.agreed_on) for one in situation.earlier],
        account_months=situation.account.open_months,
        payments_in_a_row=situation.account.payments_in_a_row,
    )
    facts = Facts(
        account_facts(snapshot),
        borrower_facts(own_share, situation.borrower.willing, snapshot, deficit=deficit),
        found,
    )
    clocks = policies.clocks(day)
    first_due = situation.wish.first_due_date or day + timedelta(days=clocks.first_due.usual)
    require_first_due(first_due, day, clocks)
    catalogue = policies.catalogue(day, packs, snapshot.product)
    answers = options(facts, wish_of(snapshot, first_due, situation.wish), catalogue)
    shown = Shown(snapshot, facts, catalogue, policies.reliefs.on(day).version)
    return options_view(business_uuid("situation", str(situation.id)), answers, shown)


def _means(situation: Situation, policies: Policies, packs: str) -> tuple[Money, bool]:
    """The highest instalment, and whether there is a deficit."""
    means, most = situation.borrower.means, situation.borrower.max_instalment
    currency = situation.account.balance.currency
    if most is not None:
        return most, most.is_zero
    assert means is not None
    stated = StatementOfMeans(
        currency, means.income, means.priority_expenses, means.living_costs, means.unsecured_debts, means.own_debt
    )
    terms = policies.affordability_terms(situation.day, packs, currency).value
    judged = affordability(stated, terms)
    return judged.own_share, judged.result is AffordabilityResult.DEFICIT


def _snapshot(situation: Situation) -> AccountSnapshot:
    account = situation.account
    payment = Money.zero(account.balance.currency)
    if account.remaining_payments:
        payment = annuity_payment(account.balance, Decimal(account.annual_rate), account.remaining_payments)
    return AccountSnapshot(
        account_ref=str(situation.id),
        borrower_ref="-",
        product=account.product,
        currency=account.balance.currency,
        balance=account.balance,
        arrears=Arrears(account.past_due.principal, account.past_due.interest, account.past_due.fees),
        oldest_unpaid_due_date=account.oldest_unpaid_due_date,
        annual_rate=account.annual_rate,
        remaining_periods=account.remaining_payments,
        monthly_payment=payment,
        as_of=situation.day,
    )
