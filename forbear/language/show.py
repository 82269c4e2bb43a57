"""What the language check says, for people, in the language of the text."""

from forbear.language.answers import Asked
from services.contact.domain.language.data import catalogue

VERDICTS = {
    "zh": {"pass": "通过", "warn": "提醒：可以发送，建议改说", "block": "拦截：不能发送"},
    "en": {"pass": "pass", "warn": "warning: may be sent, better said otherwise", "block": "blocked: must not be sent"},
}
SUICIDE_RISK = {
    "zh": "警报 SUICIDE_RISK：停止谈还款，不要挂断，直接询问，请第二人协助",
    "en": "alarm SUICIDE_RISK: stop talking about payment, stay on the line, ask directly, get a second person",
}
ALARMS = {"SUICIDE_RISK": SUICIDE_RISK}


def shown(said: Asked) -> str:
    """Several lines: the verdict, each finding with what to say instead, the alarms."""
    chinese = said.language == "zh"
    lines = [VERDICTS[said.language][said.verdict.verdict]]
    for finding in said.verdict.findings:
        known = catalogue().classes[finding.meaning]
        if chinese:
            lines += [f"  第{finding.meaning}类 {known.name_zh}：“{finding.quote}”", f"    改说：{finding.prefer}"]
        else:
            lines += [f'  class {finding.meaning}, {known.name}: "{finding.quote}"', f"    say: {finding.prefer}"]
    lines += [ALARMS[alarm][said.language] for alarm in said.verdict.alarms]
    return "\n".join(lines)
