"""Why a plan needs whom, in Chinese and English: the sentences behind the codes of the matrix."""

from collections.abc import Mapping
from typing import Final

from services.plans.schemas.authority import Sentence

LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    "agent": ("专员", "agent"),
    "senior_agent": ("资深专员", "senior agent"),
    "supervisor": ("主管", "supervisor"),
    "manager": ("经理", "manager"),
    "committee": ("审批委员会", "committee"),
}
# {0} is what was measured, {1} the level.
_WHY: Final[Mapping[str, tuple[str, str]]] = {
    "interim_days": ("临时安排为{0}天，须由{1}批准。", "The interim relief lasts {0} days: the {1} may grant that."),
    "deferral_months": ("延期{0}个月，须由{1}批准。", "Payments pause for {0} months: the {1} may grant that."),
    "extension_months": ("期限延长{0}个月，须由{1}批准。", "The term grows by {0} months: the {1} may grant that."),
    "waived": ("减免息费{0}，须由{1}批准。", "Interest and fees of {0} are waived: the {1} may grant that."),
    "principal_discount_percent": (
        "本金减免{0}%，须由{1}批准。",
        "{0} % of the principal goes: the {1} may grant that.",
    ),
    "settlement_recovery_percent": (
        "结清可收回现值的{0}%，须由{1}批准。",
        "The settlement brings {0} % of the present value: the {1} may grant that.",
    ),
    "minimum_of_relief": ("{0}类纾困至少须由{1}批准。", "Relief of the kind {0} is for the {1} at least."),
    "minimum_of_pack": (
        "按{0}规则，此类纾困至少须由{1}批准。",
        "Under the rules of {0} this relief is for the {1} at least.",
    ),
    "repeat": (
        "该账户在{0}个月内已有纾困，须上一级（{1}）批准。",
        "The account had relief within {0} months: one level more, the {1}.",
    ),
}
_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "manager_with_risk": (
        "经理及以上层级批准的方案须风险部门会签。",
        "From the manager's level on, risk signs too.",
    ),
    "diminished_obligation": (
        "现值损失超过EU-02的门槛，须风险部门会签。",
        "The loss of present value is over the limit of EU-02: risk signs too.",
    ),
    "restructured_non_performing": (
        "重组前已属不良，须风险部门会签（CN-21）。",
        "A debt that did not perform is restructured (CN-21): risk signs too.",
    ),
    "restructured_again": ("再次重组，须风险部门会签（CN-22）。", "It is restructured again (CN-22): risk signs too."),
    "vulnerable": ("本案须专员关怀，由专门人员会签。", "The case asks for a specialist's care, who signs too."),
}


def level_name(level: str) -> Sentence:
    """A level as people call it."""
    zh, en = LEVELS[level]
    return Sentence(zh=zh, en=en)


def why(code: str, measured: str, level: str) -> Sentence:
    """Why a measure asks for a level. A code that has no sentence is said as it is."""
    zh, en = _WHY.get(code, ("{0}：须由{1}批准。", "{0}: for the {1}."))
    names = LEVELS[level]
    return Sentence(zh=zh.format(measured, names[0]), en=en.format(measured, names[1]))


def why_signed(code: str, by: str) -> Sentence:
    """Why a further signature is asked for; a bank's own reason is said by its code."""
    zh, en = _SIGNS.get(code, (f"{code}：须{by}会签。", f"{code}: {by} signs too."))
    return Sentence(zh=zh, en=en)
