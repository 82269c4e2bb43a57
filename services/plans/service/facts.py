"""From the core's snapshot and the statement of means to the facts that the domain computes with."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from services.common.banking.port import AccountSnapshot
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.plans.domain.authority import Concession
from services.plans.domain.catalogue import ReliefCatalogue, ReliefType
from services.plans.domain.options import AccountFacts, BorrowerFacts, Option, Terms, Wish, option
from services.plans.models import StatementOfMeansRow
from services.plans.policies import NegotiationTerms
from services.plans.schemas.base import ComparisonView, PlanTermsRecord

_NO_DISCOUNT = Decimal(0)


def account_facts(snapshot: AccountSnapshot) -> AccountFacts:
    """The account as the core has it now."""
    return AccountFacts(
        product=snapshot.product,
        balance_not_yet_due=snapshot.balance,
        arrears_due_now=snapshot.arrears.total,
        accrued_interest=snapshot.arrears.interest,
        fees=snapshot.arrears.fees,
        annual_rate=snapshot.annual_rate,
        remaining=snapshot.remaining_periods,
    )


def borrower_facts(own_share: Money, willing: bool, snapshot: AccountSnapshot) -> BorrowerFacts:
    """Difficulty is when the debt exceeds the ability to pay (CARD70): the claim is more than a month's share."""
    return BorrowerFacts(
        in_difficulty=snapshot.claim > own_share,
        willing=willing,
        max_instalment=own_share,
    )


def own_share_of(statement: StatementOfMeansRow) -> Money:
    """The highest instalment of a stored assessment."""
    return Money.of(statement.own_share, statement.currency)


def wish_of(
    snapshot: AccountSnapshot,
    first_due: date,
    instalments: int | None,
    waived_interest: Money | None,
    waived_fees: Money | None,
) -> Wish:
    """What is asked for; nothing is waived unless it is said."""
    zero = Money.zero(snapshot.currency)
    return Wish(first_due, instalments, waived_interest or zero, waived_fees or zero)


def require_first_due(first_due: date, day: date, clocks: NegotiationTerms) -> None:
    """Raise `InvalidInput` unless a plan that is drafted on `day` may begin on `first_due`."""
    window = clocks.first_due
    if not timedelta(window.earliest) <= first_due - day <= timedelta(window.latest):
        raise InvalidInput(
            f"the first payment is {window.earliest} to {window.latest} days from today",
            fields=[("#/first_due_date", "too near or too far")],
        )


def any_plan_fits(
    snapshot: AccountSnapshot, borrower: BorrowerFacts, catalogue: ReliefCatalogue, usual_days: int
) -> bool:
    """Whether some relief could be affordable at all, if everything that may be waived were waived."""
    account = account_facts(snapshot)
    plain = wish_of(snapshot, snapshot.as_of + timedelta(days=usual_days), None, None, None)
    generous = replace(plain, waived_interest=snapshot.arrears.interest, waived_fees=snapshot.arrears.fees)
    return any(option(terms.relief, account, borrower, generous, catalogue).eligible for terms in catalogue.reliefs)


def comparison_of(terms: Terms, snapshot: AccountSnapshot) -> ComparisonView:
    """Before and after, with the end dates. Going on as agreed ends `remaining` months after today."""
    found = terms.comparison
    return ComparisonView(
        before_payment=found.before_payment,
        before_payments=snapshot.remaining_periods,
        before_end_date=add_months(snapshot.as_of, snapshot.remaining_periods),
        before_total=found.before_total,
        after_payment=found.after_payment,
        after_last_payment=found.after_last_payment,
        after_payments=found.after_payments,
        after_end_date=terms.end_date,
        after_total=found.after_total,
        payment_change=found.payment_change,
        payment_change_percent=found.payment_change_percent,
        total_cost_change=found.total_cost_change,
        term_change_months=found.term_change_months,
        diminished_percent=found.diminished_percent,
        diminished_over_threshold=found.diminished_over_threshold,
    )


def terms_record(
    terms: Terms,
    wish: Wish,
    snapshot: AccountSnapshot,
    own_share: Money,
    *,
    repeat: bool,
    restructured: bool,
    policy_versions: dict[str, str],
) -> PlanTermsRecord:
    """The terms as they are stored with a version."""
    return PlanTermsRecord(
        instalments=terms.instalments,
        first_due_date=wish.first_due,
        end_date=terms.end_date,
        annual_rate=snapshot.annual_rate,
        waived_interest=wish.waived_interest,
        waived_fees=wish.waived_fees,
        accrued=snapshot.arrears.interest + snapshot.arrears.fees,
        extension_months=terms.extension_months,
        repeat=repeat,
        restructured=restructured,
        payment=terms.payment,
        last_payment=terms.schedule[-1].amount,
        own_share=own_share,
        comparison=comparison_of(terms, snapshot),
        account_as_of=snapshot.as_of,
        policy_versions=policy_versions,
    )


def concession_of(relief: ReliefType, terms: PlanTermsRecord) -> Concession:
    """What a version gives up, in the measures of the authority matrix."""
    return Concession(
        relief=relief,
        extension_months=terms.extension_months,
        waived_interest=terms.waived_interest,
        waived_fees=terms.waived_fees,
        accrued=terms.accrued,
        # Neither relief touches the principal.
        principal_discount_percent=_NO_DISCOUNT,
        repeat=terms.repeat,
    )


def refused_rules(found: Option) -> tuple[list[str], str]:
    """The ids of the rules that refuse an option, and their reasons as one sentence."""
    rules = [verdict.rule for verdict in found.refusals]
    return rules, "; ".join(verdict.reason for verdict in found.refusals)
