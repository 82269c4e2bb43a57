"""From the core's snapshot and the statement of means to the facts that the domain computes with."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from services.common.banking.port import AccountSnapshot, CoreRelief
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.plans.domain.authority import Concession
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.interest_suspension import percent
from services.plans.domain.options import Option
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Circumstances, EarlierRelief, Wish
from services.plans.domain.reliefs.terms import Terms
from services.plans.models import StatementOfMeansRow
from services.plans.option_texts import sentence
from services.plans.policies import NegotiationTerms
from services.plans.schemas.base import ClaimRecord, ComparisonView, PlanTermsRecord
from services.plans.schemas.options import Wanted

CORE_RUNS = frozenset(ReliefType(relief.value) for relief in CoreRelief)
"""The reliefs that can be activated."""


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


def borrower_facts(
    own_share: Money, willing: bool, snapshot: AccountSnapshot, *, deficit: bool = False
) -> BorrowerFacts:
    """Difficulty is when the debt exceeds the ability to pay (CARD70): the claim is more than a month's share."""
    return BorrowerFacts(
        in_difficulty=snapshot.claim > own_share,
        willing=willing,
        max_instalment=own_share,
        deficit=deficit,
    )


def own_share_of(statement: StatementOfMeansRow) -> Money:
    """The highest instalment of a stored assessment."""
    return Money.of(statement.own_share, statement.currency)


def circumstances_of(
    snapshot: AccountSnapshot,
    pack: str = "",
    cause: str | None = None,
    earlier: Iterable[EarlierRelief] = (),
    *,
    account_months: int | None = None,
    payments_in_a_row: int | None = None,
) -> Circumstances:
    """What the conditions of the catalogue are asked of, as far as it is known here."""
    oldest = snapshot.oldest_unpaid_due_date
    return Circumstances(
        day=snapshot.as_of,
        days_past_due=0 if oldest is None else max(0, (snapshot.as_of - oldest).days),
        age_months=0 if oldest is None else whole_months(oldest, snapshot.as_of),
        packs=frozenset(pack.split("+")) - {""},
        cause=cause,
        account_months=account_months,
        payments_in_a_row=payments_in_a_row,
        earlier=tuple(earlier),
    )


def wish_of(snapshot: AccountSnapshot, first_due: date, wanted: Wanted) -> Wish:
    """What is asked for; nothing is waived unless it is said."""
    zero = Money.zero(snapshot.currency)
    for field in ("waived_interest", "waived_fees", "amount", "principal_discount", "at_hand"):
        money: Money | None = getattr(wanted, field)
        if money is not None and money.currency != snapshot.currency:
            raise InvalidInput("the account is in another currency", fields=[(f"#/{field}", "another currency")])
    return Wish(
        first_due=first_due,
        instalments=wanted.instalments,
        waived_interest=wanted.waived_interest or zero,
        waived_fees=wanted.waived_fees or zero,
        months=wanted.months,
        amount=wanted.amount,
        annual_rate=wanted.annual_rate,
        principal_discount=wanted.principal_discount,
        at_hand=wanted.at_hand,
        keep_maturity=wanted.keep_maturity,
    )


def require_first_due(first_due: date, day: date, clocks: NegotiationTerms) -> None:
    """Raise `InvalidInput` unless a plan that is drafted on `day` may begin on `first_due`."""
    window = clocks.first_due
    if not timedelta(window.earliest) <= first_due - day <= timedelta(window.latest):
        raise InvalidInput(
            f"the first payment is {window.earliest} to {window.latest} days from today",
            fields=[("#/first_due_date", "too near or too far")],
        )


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
        after_end_date=(terms.afterwards or terms.schedule)[-1].due_date,
        after_total=found.after_total,
        payment_change=found.payment_change,
        payment_change_percent=found.payment_change_percent,
        total_cost_change=found.total_cost_change,
        term_change_months=found.term_change_months,
        diminished_percent=found.diminished_percent,
        diminished_over_threshold=found.diminished_over_threshold,
        npv_before=found.npv_before,
        npv_after=found.npv_after,
    )


def claim_of(snapshot: AccountSnapshot) -> ClaimRecord:
    """What is owed by its parts; the principal is all of it, due or not."""
    arrears = snapshot.arrears
    return ClaimRecord(principal=snapshot.balance + arrears.principal, interest=arrears.interest, fees=arrears.fees)


def terms_record(
    terms: Terms,
    snapshot: AccountSnapshot,
    own_share: Money,
    *,
    repeat: bool,
    restructured: bool,
    policy_versions: dict[str, str],
) -> PlanTermsRecord:
    """The terms as they are stored with a version."""
    told = terms.instruction
    principal = account_facts(snapshot).principal
    return PlanTermsRecord(
        instalments=terms.instalments,
        first_due_date=terms.schedule[0].due_date,
        end_date=terms.end_date,
        annual_rate=snapshot.annual_rate,
        waived_interest=told.waived_interest,
        waived_fees=told.waived_fees,
        accrued=snapshot.arrears.interest + snapshot.arrears.fees,
        extension_months=terms.extension_months,
        repeat=repeat,
        restructured=restructured,
        payment=terms.payment,
        last_payment=terms.schedule[-1].amount,
        own_share=own_share,
        comparison=comparison_of(terms, snapshot),
        account_as_of=snapshot.as_of,
        claim=claim_of(snapshot),
        policy_versions=policy_versions,
        instruction=told,
        highest_payment=terms.highest_payment,
        deferral_months=told.pause_months,
        principal_discount_percent=percent(told.principal_discount.exact / principal.exact * 100, 4)
        if principal.is_positive
        else Decimal(0),
        settlement_recovery_percent=terms.recovery_percent,
        review_date=told.review_date,
    )


def concession_of(relief: ReliefType, terms: PlanTermsRecord) -> Concession:
    """What a version gives up, in the measures of the authority matrix. The interest of a pause that is waived is
    interest waived; a pause moves the end, which is measured as a pause and not as an extension too."""
    told = terms.instruction
    forgone = Money.zero(terms.payment.currency) if told is None else told.forgone_interest
    interim = (terms.first_due_date - terms.account_as_of).days if relief is ReliefType.PTP else 0
    return Concession(
        relief=relief,
        extension_months=max(0, terms.extension_months - terms.deferral_months),
        waived_interest=terms.waived_interest + forgone,
        waived_fees=terms.waived_fees,
        accrued=terms.accrued,
        principal_discount_percent=terms.principal_discount_percent,
        repeat=terms.repeat,
        deferral_months=terms.deferral_months,
        interim_days=interim,
        settlement_recovery_percent=terms.settlement_recovery_percent,
    )


def refused_rules(found: Option) -> tuple[list[str], str]:
    """The ids of the rules that refuse an option, and their reasons as one text."""
    return [one.rule for one in found.refusals], " ".join(sentence(one)[1] for one in found.refusals)


def whole_months(earlier: date, later: date) -> int:
    """Months that have passed in full between two days."""
    """Months that have passed in full; `later` is not before `earlier`."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if add_months(earlier, months) <= later else months - 1
