"""Dated parameters of conversations: what is needed before and after them, and the words of the script."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from services.common.kernel.dated import PolicyValue
from services.contact.domain.commitments import Side
from services.contact.domain.script import STEPS, Step


@dataclass(frozen=True, slots=True)
class Words(PolicyValue):
    """The same in both languages."""

    zh: str
    en: str

    def with_values(self, values: Mapping[str, str]) -> "Words":
        """The words with what stands in braces filled in."""
        return Words(self.zh.format(**values), self.en.format(**values))

    def in_language(self, language: str) -> str:
        """The words in the language of a case; texts in any other are in English."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class LenderTask(PolicyValue):
    """Which task a promise of ours becomes, and whose it is."""

    task: str
    needs_role: str


@dataclass(frozen=True, slots=True)
class ConversationPolicy(PolicyValue):
    """`policy/conversation.yaml`, where each parameter is explained."""

    brief_hours: int
    core_days_old: int
    sourced: frozenset[str]
    finish_hours: int
    most_promises: int
    talk_ended: frozenset[str]
    not_silent: frozenset[str]
    authority: Mapping[str, Mapping[str, int]]
    borrower_kinds: frozenset[str]
    judged_by_postings: frozenset[str]
    lender_tasks: Mapping[str, LenderTask]
    procedure: Mapping[str, Words]
    supervisor_until: time
    complaint_answer_days: int
    heard_blocks: Mapping[str, tuple[str, ...]]
    complaint_hold_days: int
    dispute_hold_days: int
    distress_join_minutes: int
    distress_calm_hours: int

    def kinds(self, side: Side) -> frozenset[str]:
        """What a side may promise in a conversation, by anybody."""
        if side is Side.BORROWER:
            return self.borrower_kinds
        promised = {kind for kinds in self.authority.values() for kind in kinds}
        return frozenset(promised) - self.judged_by_postings


@dataclass(frozen=True, slots=True)
class StepText(PolicyValue):
    """One step of the script."""

    step: Step
    goal: Words
    words: Words
    optional: bool = False
    discloses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptPolicy(PolicyValue):
    """The script of a conversation; `instead` are the words of a mode in which the script stands still.

    `mandatory` of the disclosures are given before a plan is drafted. A conversation has room for `most_steps`, those
    taken again among them.
    """

    most_steps: int
    steps: tuple[StepText, ...]
    instead: Mapping[str, Words]
    disclosures: Mapping[str, Words]
    mandatory: tuple[str, ...]

    def __post_init__(self) -> None:
        if tuple(text.step for text in self.steps) != STEPS:
            raise ValueError("the script has every step once, in the order of the code")
        named = {item for text in self.steps for item in text.discloses} | {*self.mandatory}
        if unknown := named - {*self.disclosures}:
            raise ValueError(f"what is disclosed is not on the list: {', '.join(sorted(unknown))}")

    @property
    def optional(self) -> frozenset[Step]:
        return frozenset(text.step for text in self.steps if text.optional)

    def text(self, step: Step) -> StepText:
        return self.steps[STEPS.index(step)]
