"""Why a step is taken as it is: one sentence in English and in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.contact.domain.vocabulary import Channel


class Reason(NamedTuple):
    """One sentence in each language."""

    en: str
    zh: str


CHANNELS: Final[dict[Channel, tuple[str, str]]] = {
    Channel.VOICE: ("telephone", "电话"),
    Channel.SMS: ("text message", "短信"),
    Channel.EMAIL: ("e-mail", "电子邮件"),
    Channel.PUSH: ("app notice", "应用通知"),
    Channel.LETTER: ("letter", "信函"),
    Channel.PORTAL: ("portal", "网上服务"),
    Channel.VISIT: ("visit", "上门"),
}
STAGES: Final[dict[str, tuple[str, str]]] = {
    "question": ("asking what happened", "询问情况"),
    "help": ("saying what can be done", "说明可以怎样安排"),
    "talk": ("talking", "交谈"),
    "facts": ("saying what follows", "说明后果"),
}


def usual(treatment: str, product: str, bucket: str, packs: Sequence[str]) -> Reason:
    about = f"{product or 'any product'} in {bucket} under {' and '.join(packs)}"
    return Reason(
        f"This is the usual way of the treatment {treatment} for {about}.",
        f"这是{treatment}处理方式对{bucket}、{product or '各类产品'}、规则包{'、'.join(packs)}的通常做法。",
    )


def preferred(channel: Channel) -> Reason:
    en, zh = CHANNELS[channel]
    return Reason(f"The borrower prefers to be reached by {en}.", f"借款人希望通过{zh}联系。")


def gentle(channel: Channel) -> Reason:
    en, zh = CHANNELS[channel]
    return Reason(
        f"This person is to be met with care, so the gentlest way that is open comes first: {en}.",
        f"对此人须予以照顾，先用可用方式中最温和的：{zh}。",
    )


def stopped(channel: Channel, which: Sequence[Channel]) -> Reason:
    en, zh = CHANNELS[channel]
    return Reason(
        f"The borrower stopped {_en(which)}, so {en} is what is left.",
        f"借款人已停用{_zh(which)}，因此改用{zh}。",
    )


def avoided(channel: Channel, times: int, last: Channel) -> Reason:
    en, zh = CHANNELS[channel]
    return Reason(
        f"After {times} contacts in a row that were avoided, {en} is tried, which is gentler than {CHANNELS[last][0]}.",
        f"连续{times}次联系未获回应，改用比{CHANNELS[last][1]}更温和的{zh}，不增加次数。",
    )


def notice(channel: Channel) -> Reason:
    en, zh = CHANNELS[channel]
    return Reason(
        f"The round ends with a written notice by {en}, which goes out in any case, and a quiet period follows.",
        f"本轮以书面告知（{zh}）结束，该告知必须发出，其后为静默期。",
    )


def hardship() -> Reason:
    return Reason(
        "The borrower told of hardship, so nothing that asks for payment goes out.",
        "借款人已告知困难，因此不发送要求还款的内容。",
    )


def too_early(days: int) -> Reason:
    return Reason(
        f"This stage is open from day {days} of the round on, so we wait.",
        f"本轮第{days}天起才可进入这一步，因此先等待。",
    )


def stage_before(stage: str) -> Reason:
    en, zh = STAGES[stage]
    return Reason(
        f"The stage before it ({en}) has not reached the borrower yet, and none is skipped, so we wait.",
        f"前一步（{zh}）尚未送达借款人，不得跳过，因此先等待。",
    )


def no_way(last: Channel | None, which: Sequence[Channel]) -> Reason:
    if last is not None:
        return Reason(
            f"No way is left that is gentler than {CHANNELS[last][0]}, so we leave the borrower in peace meanwhile.",
            f"没有比{CHANNELS[last][1]}更温和的方式，因此暂不打扰。",
        )
    if which:
        return Reason(
            f"The borrower stopped {_en(which)} and no other way is known, so we wait.",
            f"借款人已停用{_zh(which)}，又无其他已知方式，因此先等待。",
        )
    return Reason("No way is known that may be used for this, so we wait.", "没有可用于此的已知方式，因此先等待。")


def _en(channels: Sequence[Channel]) -> str:
    return " and ".join(CHANNELS[one][0] for one in channels)


def _zh(channels: Sequence[Channel]) -> str:
    return "、".join(CHANNELS[one][1] for one in channels)
