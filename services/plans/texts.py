"""What the borrower reads before accepting, in Chinese and English, from the borrower's own numbers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.common.kernel.money import Money
from services.plans import relief_texts
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.base import PlanTermsRecord
from services.plans.schemas.offers import KeyTerm

RELIEF_NAMES: dict[ReliefType, tuple[str, str]] = {
    ReliefType.DEFER_CAP: ("延期还款（利息资本化）", "Payment pause, its interest joins the debt"),
    ReliefType.DEFER_SPREAD: ("延期还款（利息分摊）", "Payment pause, its interest is paid later"),
    ReliefType.DEFER_WAIVE: ("延期免息", "Payment pause without interest"),
    ReliefType.REDUCED: ("减额还款", "Smaller payments for a time"),
    ReliefType.EXTEND: ("展期", "Longer term"),
    ReliefType.RATE_CUT: ("降息", "Lower rate"),
    ReliefType.INT_STOP: ("停息分期", "Instalments without interest"),
    ReliefType.FEE_WAIVE: ("减免违约金费用", "Fees waived"),
    ReliefType.INT_WAIVE: ("减免利息", "Accrued interest waived"),
    ReliefType.PRIN_DISC: ("本金减免", "Part of the principal waived"),
    ReliefType.CAPITALISE: ("欠款并入本金", "Arrears added to the balance"),
    ReliefType.REAGE: ("账龄重置", "Account brought up to date"),
    ReliefType.SETTLE: ("折扣结清", "Settlement for less"),
    ReliefType.CONSOLIDATE: ("借新还旧", "A new loan repays this one"),
    ReliefType.COLLATERAL: ("押品置换/协助变现", "Security released, swapped or sold with help"),
    ReliefType.HOLD_INTERIM: ("暂缓", "Short hold"),
    ReliefType.PTP: ("承诺还款", "Promise to pay"),
}


def key_terms(relief: ReliefType, terms: PlanTermsRecord, expires_at: datetime, zone: ZoneInfo) -> list[KeyTerm]:
    """The seven terms that are accepted one by one: payment never without the total and the difference."""
    zh_amount, en_amount = relief_texts.amount(terms, _change(terms.comparison.total_cost_change))
    zh_rate, en_rate = relief_texts.rate(relief, terms)
    zh_method, en_method = relief_texts.method(relief, terms, RELIEF_NAMES[relief])
    zh_fees, en_fees = relief_texts.waived(terms)
    until = f"{expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return [
        KeyTerm(code="amount", zh=zh_amount, en=en_amount),
        KeyTerm(code="rate", zh=zh_rate, en=en_rate),
        KeyTerm(code="method", zh=zh_method, en=en_method),
        KeyTerm(
            code="term",
            zh=f"从 {terms.first_due_date} 到 {terms.end_date}，共 {terms.instalments} 个月。",
            en=f"From {terms.first_due_date} to {terms.end_date}, {terms.instalments} months.",
        ),
        KeyTerm(code="fees", zh=zh_fees, en=en_fees),
        KeyTerm(
            code="dates",
            zh=f"首期还款日 {terms.first_due_date}，以后每月同日。本方案有效期至 {until}。",
            en=f"The first payment is due on {terms.first_due_date}, then each month. The offer is open until {until}.",
        ),
        KeyTerm(
            code="consequences",
            zh="如有一期未按时还款，我们会先与您联系。仍未补足的，方案可能终止并恢复原合同条款。安排情况会如实报送征信。",
            en=(
                "If a payment is missed, we contact you first. If it stays unpaid, the plan may end and the original "
                "terms apply again. The arrangement is reported to credit bureaus as it is."
            ),
        ),
    ]


def _change(change: Money) -> tuple[str, str]:
    if change.is_negative:
        return f"比原方案少 {-change}", f"{-change} less than before"
    return f"比原方案多 {change}", f"{change} more than before"


NOT_GUARANTEED = {
    "zh": "材料已收到。我们会如实提交，结果以审批为准，不保证一定通过。",
    "en": "Your document has arrived. We submit it as it is; the decision is not guaranteed.",
}
"""What is said with everything that is handed in (field practice 002-14): no result is promised."""
