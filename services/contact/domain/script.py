"""The order of a conversation: who we are, whom we speak with, what happened; only then the account and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from services.common.kernel.rule import business_rule, rule_of


class Step(StrEnum):
    """The steps in their order. Preparing is the brief, and comes before them."""

    GREETING = "greeting"
    RIGHT_PARTY = "right_party"
    PURPOSE = "purpose"
    CONVENIENCE = "convenience"
    CAUSE = "cause"
    READ_BACK = "read_back"
    ACCOUNT = "account"
    REQUEST = "request"
    OPTIONS = "options"
    EVIDENCE = "evidence"
    COMMITMENT = "commitment"
    CLOSE = "close"


STEPS: Final = tuple(Step)
Mode = Literal["normal", "deescalation", "distress"]
Feeling = Literal["calm", "anxious", "distressed", "angry", "avoidant"]


@dataclass(frozen=True, slots=True)
class TalkState:
    """What was recorded of a conversation so far; None is not known yet. `optional` are steps that may be left out;
    `taken` is how many were recorded, of `most`.
    """

    done: tuple[Step, ...] = ()
    optional: frozenset[Step] = frozenset()
    verified: bool | None = None
    convenient: bool | None = None
    cause: str | None = None
    feeling: str | None = None
    distress: bool = False
    taken: int = 0
    most: int | None = None

    @property
    def mode(self) -> Mode:
        """Distress stays until the end; anger passes when another feeling is recorded."""
        if self.distress:
            return "distress"
        return "deescalation" if self.feeling == "angry" else "normal"


@dataclass(frozen=True, slots=True)
class Lock:
    """Why a step cannot be taken now, in words."""

    rule: str
    en: str
    zh: str


_GROUP = "conversation"


@business_rule(
    id="TALK-01", group=_GROUP, summary="Nothing about the debt is said before it is verified who is listening."
)
def right_party_first(step: Step, verified: bool | None) -> bool:
    return STEPS.index(step) <= STEPS.index(Step.RIGHT_PARTY) or verified is True


@business_rule(
    id="TALK-02", group=_GROUP, summary="Who has no time now is asked for a better moment, and for nothing else."
)
def no_push(step: Step, convenient: bool | None) -> bool:
    return STEPS.index(step) <= STEPS.index(Step.CONVENIENCE) or step is Step.CLOSE or convenient is not False


@business_rule(
    id="TALK-03",
    group=_GROUP,
    summary="No amount is spoken of before the cause of the arrears is recorded, or that it was not told.",
)
def cause_before_demand(step: Step, cause: str | None) -> bool:
    return step is not Step.ACCOUNT or cause is not None


@business_rule(id="TALK-04", group=_GROUP, summary="Steps are taken in their order; only some may be left out.")
def in_order(step: Step, done: Sequence[Step], optional: frozenset[Step]) -> bool:
    return all(one in done or one in optional for one in STEPS[: STEPS.index(step)])


@business_rule(
    id="TALK-05",
    group=_GROUP,
    summary="While the borrower is angry no amount is spoken of; who speaks of self-harm is asked for nothing.",
)
def demands_are_off(step: Step, mode: str) -> bool:
    if mode == "distress":
        return step is Step.CLOSE
    return mode == "normal" or step is not Step.ACCOUNT


@business_rule(
    id="TALK-11",
    group=_GROUP,
    summary="A conversation has room for so many steps, those taken again among them; then it is only closed.",
)
def has_room(step: Step, done: Sequence[Step], taken: int, most: int | None) -> bool:
    return most is None or taken < most or (step is Step.CLOSE and step not in done)


_ZH: Final = {
    "TALK-01": "未核实对方身份之前，不谈及欠款的任何内容。",
    "TALK-02": "对方现在不方便的，只约更合适的时间，不作其他要求。",
    "TALK-03": "记录逾期原因（或注明未说明）之前，不谈金额。",
    "TALK-04": "各步骤按顺序进行，仅部分可以略过。",
    "TALK-11": "一次对话可记录的步骤有限（含重复步骤），达到上限后只能结束。",
    "TALK-05": "对方情绪激动时不谈金额；对方提到自伤时，不作任何要求。",
}


def locked(step: Step, talk: TalkState) -> Lock | None:
    """Why `step` may not be taken now; None when it may. What protects the borrower is asked before the order."""
    asked: tuple[tuple[Callable[..., bool], bool], ...] = (
        (has_room, has_room(step, talk.done, talk.taken, talk.most)),
        (right_party_first, right_party_first(step, talk.verified)),
        (demands_are_off, demands_are_off(step, talk.mode)),
        (no_push, no_push(step, talk.convenient)),
        (cause_before_demand, cause_before_demand(step, talk.cause)),
        (in_order, _ends_early(step, talk) or in_order(step, talk.done, talk.optional)),
    )
    for predicate, passed in asked:
        if not passed:
            rule = rule_of(predicate)
            return Lock(rule.id, rule.summary, _ZH[rule.id])
    return None


def _ends_early(step: Step, talk: TalkState) -> bool:
    """Whoever has no time, or is in distress, is said goodbye to at once."""
    return step is Step.CLOSE and (talk.convenient is False or talk.mode == "distress")


def next_step(talk: TalkState) -> Step | None:
    """The first step that was not taken and may be; None when nothing is left but to record the outcome."""
    last = max((STEPS.index(step) for step in talk.done), default=-1)
    return next((step for step in STEPS[last + 1 :] if locked(step, talk) is None), None)
