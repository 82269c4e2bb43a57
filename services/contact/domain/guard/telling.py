"""A decision in words, in Chinese and in English: the rule, the numbers and the next legal moment."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from services.contact.domain.guard.decision import Permit, Refusal
from services.contact.domain.guard.questions import Verdict


def sentence(verdict: Verdict) -> dict[str, str]:
    """What a rule says and what it found."""
    return {
        "zh": verdict.sentence_zh + _beyond(verdict.reason_zh, verdict.sentence_zh),
        "en": " ".join(filter(None, (verdict.sentence, _beyond(verdict.reason, verdict.sentence)))),
    }


def _beyond(reason: str, sentence: str) -> str:
    return "" if reason == sentence else reason


def summary(answer: Permit | Refusal) -> dict[str, str]:
    """The whole answer for a person: which rules refused, and from when on it may be tried."""
    if isinstance(answer, Permit):
        return {"zh": "可以联系。", "en": "The contact may be made."}
    refused = [(one.rule, sentence(one)) for one in answer.verdicts if one.refuses]
    zh = "".join(f"{rule}：{said['zh']}" for rule, said in refused)
    en = " ".join(f"{rule}: {said['en']}" for rule, said in refused)
    if answer.earliest is None or not answer.facts.zones:
        return {
            "zh": f"不得联系。{zh}没有仅凭等待即可合法的时间。",
            "en": f"Refused. {en} Waiting alone brings no legal moment.",
        }
    local = _local(answer.earliest, answer.facts.zones[0])
    return {"zh": f"不得联系。{zh}最早合法时间：{local}。", "en": f"Refused. {en} Next legal moment: {local}."}


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
