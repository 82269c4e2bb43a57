"""What a relief means for the borrower, in a sentence in Chinese and English, from the plan's own numbers."""

from decimal import Decimal

from services.plans.domain.catalogue import ReliefType
from services.plans.domain.reliefs.terms import CoreInstruction, Method
from services.plans.schemas.base import PlanTermsRecord

Pair = tuple[str, str]


def amount(terms: PlanTermsRecord, change: Pair) -> Pair:
    """Payment, number and total, never one without the others."""
    payment, count, total = terms.payment, terms.instalments, terms.comparison.after_total
    highest = terms.highest_payment or payment
    months = 0 if terms.instruction is None else terms.instruction.on_top_months
    if 0 < months < count:
        return (
            f"前 {months} 期每期 {payment}，之后每期约 {terms.last_payment}，共 {count} 期，合计 {total}，"
            f"{change[0]}。",
            f"You pay {payment} for {months} months, then about {terms.last_payment}, {count} times, {total} in all, "
            f"{change[1]}.",
        )
    if count == 1:
        return f"一次还 {payment}，合计 {total}，{change[0]}。", f"You pay {payment} once, {total} in all, {change[1]}."
    if highest == payment:
        return (
            f"每月还 {payment}，共 {count} 期，合计 {total}，{change[0]}。",
            f"You pay {payment} a month, {count} times, {total} in all, {change[1]}.",
        )
    return (
        f"首期还 {payment}，其余每期最多 {highest}，共 {count} 期，合计 {total}，{change[0]}。",
        f"You pay {payment} first, then {highest} at most, {count} times, {total} in all, {change[1]}.",
    )


def rate(relief: ReliefType, terms: PlanTermsRecord) -> Pair:
    """Which interest runs."""
    told = terms.instruction
    if relief is ReliefType.INT_STOP:
        return "方案期内不计利息。", "No interest runs while the plan is kept."
    if relief is ReliefType.SETTLE:
        return "按期结清不再计利息。", "No interest is added while the settlement is paid."
    contract = _percent(terms.annual_rate)
    if told is not None and told.method is Method.ANNUITY and told.annual_rate != terms.annual_rate:
        return (
            f"年利率 {_percent(told.annual_rate)}%，原合同为 {contract}%。",
            f"The yearly rate is {_percent(told.annual_rate)}%; in your contract it is {contract}%.",
        )
    return f"年利率 {contract}%，与原合同相同。", f"The yearly rate is {contract}%, as in your contract."


def method(relief: ReliefType, terms: PlanTermsRecord, name: Pair) -> Pair:
    """How it is paid."""
    told, last = terms.instruction, terms.last_payment
    zh, en = f"方式：{name[0]}，", f"{name[1]}: "
    if relief is ReliefType.PTP:
        return (
            f"{zh}还清所承诺的逾期金额，合同照常履行。",
            f"{en}the promised part of what is past due; the contract goes on.",
        )
    if told is not None and relief is ReliefType.SETTLE:
        return (
            f"{zh}付清后其余 {told.released} 免除，不再追讨。",
            f"{en}when it is paid, the other {told.released} is written off and never asked for again.",
        )
    if told is not None and relief is ReliefType.REDUCED:
        return (
            f"{zh}每月还 {terms.payment}，{terms.review_date} 复查，届时仍欠 {told.parked}，再商定后续安排。",
            f"{en}{terms.payment} a month; on {terms.review_date} we look again, and {told.parked} is then still owed.",
        )
    if told is not None and told.pause_months:
        return (
            f"{zh}先 {told.pause_months} 个月不还款，{_of_pause(told)[0]}之后按月还款，最后一期 {last}。",
            f"{en}nothing for {told.pause_months} months, {_of_pause(told)[1]}then monthly; "
            f"the last payment is {last}.",
        )
    if told is not None and told.on_top_months:
        return (
            f"{zh}其余逾期 {told.on_top} 分 {told.on_top_months} 个月与每期一并还，最后一期 {last}。",
            f"{en}the other {told.on_top} past due is paid with the first {told.on_top_months} payments; "
            f"the last payment is {last}.",
        )
    return f"{zh}按月等额还款，最后一期 {last}。", f"{en}equal monthly payments, the last one is {last}."


def waived(terms: PlanTermsRecord) -> Pair:
    """What the plan costs, and what is waived."""
    told = terms.instruction
    if told is not None and told.principal_discount.is_positive:
        return (
            f"本方案不收取手续费，减免本金 {told.principal_discount}、利息 {terms.waived_interest}、"
            f"费用 {terms.waived_fees}。",
            f"The plan costs no fee; {told.principal_discount} of the principal, interest of {terms.waived_interest} "
            f"and fees of {terms.waived_fees} are waived.",
        )
    if (terms.waived_interest + terms.waived_fees).is_zero:
        return "本方案不收取手续费，也不减免已产生的息费。", "The plan costs no fee, and nothing accrued is waived."
    return (
        f"本方案不收取手续费，减免利息 {terms.waived_interest}、费用 {terms.waived_fees}。",
        f"The plan costs no fee; interest of {terms.waived_interest} and fees of {terms.waived_fees} are waived.",
    )


def _of_pause(told: CoreInstruction) -> Pair:
    if told.forgone_interest.is_positive:
        return f"期间利息 {told.forgone_interest} 免除，", f"whose interest of {told.forgone_interest} is waived, "
    if told.on_top.is_positive:
        return f"期间利息 {told.on_top} 之后分期还，", f"whose interest of {told.on_top} is paid in parts later, "
    return "期间利息计入欠款，", "whose interest joins the debt, "


def _percent(annual_rate: Decimal) -> str:
    return f"{(annual_rate * 100).normalize():f}"
