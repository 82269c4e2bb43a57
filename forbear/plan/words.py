"""Words of the command in Chinese and English."""

from typing import Literal

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{day} 可选方案", "Options on {day}"),
    "claim": ("欠款合计 {claim}，借款人每月最多可付 {share}", "Claim {claim}; the borrower can pay {share} a month"),
    "relief": ("方案", "relief"),
    "offered": ("可提供", "offered"),
    "before": ("原合同", "as agreed today"),
    "payment": ("每期", "payment"),
    "highest": ("最高一期", "highest"),
    "count": ("期数", "payments"),
    "first": ("首期", "first"),
    "end": ("末期", "last"),
    "total": ("还款合计", "all payments"),
    "change": ("比原合同", "against today"),
    "given_up": ("减免", "given up"),
    "worth": ("现值占债权", "worth to lender"),
    "diminished": ("现值损失", "loss of value"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "not_offered": ("不可提供的原因", "Not offered, and why"),
    "hold": ("暂缓至 {until}，期间利息 {interest}", "nothing asked until {until}; interest meanwhile {interest}"),
    "review": ("{date} 复查，届时余 {parked}", "review on {date}, {parked} then open"),
    "afterwards": ("之后如无新约定，按 {payment} 继续 {count} 期", "then {count} of {payment} if nothing is agreed"),
    "pause": ("先暂停 {months} 个月", "after {months} months without payment"),
    "rate": ("年利率 {rate}%", "at {rate}% a year"),
    "released": ("结清后免除 {released}", "the other {released} is written off when it is paid"),
    "at_hand": ("首期 {payment} 用手头资金支付", "the first, {payment}, from what is at hand"),
    "notes": ("说明", "Notes"),
    "over_threshold": (
        "现值损失超过门槛，可能须认定为违约",
        "loses more value than the threshold: may count as default",
    ),
    "lump_sum": (
        "一次性还款只在介绍以上方案之后提出。",
        "A lump sum is asked for only after the reliefs above were shown.",
    ),
    "decide": ("由人工决定：{what}", "people decide: {what}"),
    "chart": ("每期还款", "Payments by month"),
    "months": ("月", "month"),
}


def word(name: str, language: Language, **values: object) -> str:
    """A word with its values."""
    zh, en = WORDS[name]
    return (zh if language == "zh" else en).format(**values)
