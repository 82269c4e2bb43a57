"""Sentences of the rules of reliefs, in Chinese and English, for clerks: what is asked for, whether it is met or not.

Figures stand where the braces are.
"""

from services.plans.domain.reliefs.judging import Judged

SENTENCES: dict[str, tuple[str, str]] = {
    "OPT-01": ("须为本政策提供此项安排的产品。", "The catalogue of the day must offer this for the product."),
    "OPT-02": ("须确有经济困难并愿意还款。", "The borrower must be in financial difficulty and willing to pay."),
    "CN-14": ("方案为{asked}个月，最多{most}个月。", "The plan has {asked} months; at most {most} are allowed."),
    "OPT-03": ("延长{asked}个月，最多{most}个月。", "The term grows by {asked} months; at most {most} are allowed."),
    "OPT-04": (
        "最高一期为{asked}，借款人每月最多可付{most}。",
        "The highest payment is {asked}; the borrower can pay {most} a month.",
    ),
    "OPT-05": (
        "展期须多于剩余{left}期，现为{asked}期。",
        "An extension has more than the {left} payments left, not {asked}.",
    ),
    "OPT-06": ("合同须有未到期的还款。", "The contract must have payments left that are not due yet."),
    "OPT-07": ("须有逾期金额。", "Something must be past due."),
    "OPT-08": (
        "每期至少为最小货币单位，期数不可过多。",
        "There must not be so many payments that some would be nothing.",
    ),
    "OPT-09": (
        "入不敷出时不能安排分期：只能暂缓、象征性还款并约定复查日，或转介债务咨询。",
        "A deficit bears no instalment: only a hold, a token payment with a review date, or debt advice.",
    ),
    "OPT-10": (
        "方案现值为债权的{worth}%，至少须{least}%，双方才都有所得。",
        "The plan is worth {worth}% of the claim today; for both sides to gain it must be {least}%.",
    ),
    "OPT-11": ("须为核心系统能执行的安排。", "The bank's core must be able to run the relief."),
    "OPT-12": ("须由人工逐案决定，不作计算。", "People decide this case by case; nothing is computed."),
    "OPT-13": (
        "逾期{found}天，须为{least}至{most}天。",
        "The account is {found} days past due; {least} to {most} are asked for.",
    ),
    "OPT-14": (
        "债务逾期{found}个月，须为{least}至{most}个月。",
        "The debt is {found} months old; {least} to {most} are asked for.",
    ),
    "OPT-15": ("须属于此项安排面向的情形。", "The relief must be meant for a situation like the borrower's."),
    "OPT-16": ("须在本案适用的规则包下提供。", "It must be offered under the rule packs of the case."),
    "OPT-17": ("该项计划自{first}至{last}开放。", "The programme is open from {first} to {last}."),
    "OPT-18": (
        "同一账户{months}个月内最多{times}次。",
        "An account has this relief at most {times} time(s) in {months} months.",
    ),
    "OPT-19": ("暂停{asked}个月，最多{most}个月。", "The pause is {asked} months; at most {most} are allowed."),
    "OPT-20": (
        "到期日不变时，暂停{asked}个月后须仍有还款（剩余{left}期）。",
        "With the end kept, a pause of {asked} months must leave some of the {left} payments.",
    ),
    "OPT-21": ("开户须满{least}个月，现为{found}个月。", "The account must be {least} months old; known: {found}."),
    "OPT-22": ("须连续还款{least}期，现为{found}期。", "{least} payments in a row are needed; known: {found}."),
    "OPT-23": (
        "减额还款{asked}个月，最多{most}个月。",
        "Smaller payments last {asked} months; at most {most} are allowed.",
    ),
    "OPT-24": ("减额{asked}须低于目前每期{usual}。", "A smaller payment, {asked}, must be below today's {usual}."),
    "OPT-25": (
        "入不敷出时最多象征性还款{most}，现为{asked}。",
        "In a deficit a payment is a token of at most {most}, not {asked}.",
    ),
    "OPT-26": ("本政策须规定{currency}的象征性金额。", "The catalogue must name a token payment in {currency}."),
    "OPT-27": (
        "年利率{asked}%须低于合同的{contract}%，且不低于{least}%。",
        "A rate of {asked}% must be below the contract's {contract}% and not below {least}%.",
    ),
    "OPT-28": ("须有可减免的金额。", "Something must have accrued that may be waived."),
    "OPT-29": ("减免{asked}，最多{most}。", "{asked} would be waived; at most {most} is allowed."),
    "OPT-30": (
        "其余逾期分{asked}个月补足，最多{most}个月。",
        "The rest is caught up in {asked} months; at most {most} are allowed.",
    ),
    "OPT-31": (
        "减免本金{asked}（{percent}%），最多{most}%。",
        "{asked} of the principal ({percent}%) would go; at most {most}% may.",
    ),
    "OPT-32": ("须为可折扣结清的逾期时长。", "The debt must be of an age that is settled for less."),
    "OPT-33": ("结清分{asked}期，最多{most}期。", "The settlement has {asked} parts; at most {most} are allowed."),
    "OPT-34": (
        "结清现值为债权的{worth}%，须至少{least}%，且不低于预计回收{otherwise}。",
        "The settlement is worth {worth}% of the claim; it must be {least}%, and no less than {otherwise}.",
    ),
    "OPT-35": ("承诺{asked}，不超过逾期金额{most}。", "{asked} is promised; no more than the {most} past due may be."),
    "CN-16": (
        "信用卡余额已在分期中（至{ends}），只能通过个性化分期再作安排。",
        "The card balance is in instalments until {ends}; only a personalised plan may take their place.",
    ),
    "US-33": (
        "利息并入本金须有书面政策，规定次数上限和依据。",
        "Interest joins the balance only under a policy that says how often at most, and on what ground.",
    ),
    "US-30": (
        "服役前债务年利率最高{most}%（方案为{rate}%），超出部分的利息{above}须免除（方案免除{waived}）。",
        "A debt from before service bears at most {most}%, not {rate}%; interest above it, {above}, is forgiven, "
        "not only {waived}.",
    ),
    "OPT-36": ("须有余款留待日后偿还。", "Something of the claim must be left to be paid later."),
}

DECIDED_BY_PEOPLE: dict[str, tuple[str, str]] = {
    "credit_decision": ("新贷款的授信审批", "the credit decision on a new loan"),
    "new_rate_and_term": ("新贷款的利率和期限", "the rate and the term of the new loan"),
    "debts_repaid": ("用新贷款结清哪些债务", "which debts the new loan repays"),
    "costs_of_the_new_loan": ("新贷款的费用", "what the new loan costs"),
    "valuation": ("押品估值", "the value of the security"),
    "consent_of_owners": ("所有权人的同意", "the consent of its owners"),
    "what_is_released_or_sold": ("解除、置换或变现哪项押品", "what is released, swapped or sold"),
    "remaining_debt": ("变现后剩余债务的处理", "what becomes of the debt that remains"),
}

DEBT_ADVICE = (
    "收支不足以安排分期：请介绍免费的债务咨询，并可先暂缓或象征性还款。",
    "Nothing is left for instalments: refer to free debt advice; a hold or a token payment is possible meanwhile.",
)


def sentence(judged: Judged) -> tuple[str, str]:
    """The sentence of a rule with its figures, in Chinese and English."""
    zh, en = SENTENCES[judged.rule]
    return zh.format_map(judged.facts), en.format_map(judged.facts)
