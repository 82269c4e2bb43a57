"""The shape of a pack's file. What is wrong in one is an error at its line, and nothing starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.channels import Channel
from services.common.kernel.services import Service
from services.common.packs.parameters import Parameter, Stricter
from services.common.packs.rules import Rule
from services.common.packs.vocabulary import Act, Actor, Binding, Product, Strength, Verified

S = TypeVar("S", bound=Sized)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _in_chinese(text: str) -> str:
    if not _CHINESE.search(text):
        raise ValueError("this is said in Chinese")
    return text


def _some(items: S) -> S:
    # pydantic's own min_length also complains of the items that it could not read.
    if not items:
        raise ValueError("at least one is needed")
    return items


RuleId = Annotated[str, Field(pattern=r"^[A-Z]+-\d{2}[a-z]?$")]
ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, Field(min_length=10)]
SentenceZh = Annotated[str, AfterValidator(_in_chinese)]


class FileModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Earlier(FileModel):
    """A period before the entry's own: the same rule, and what of it was otherwise then."""

    effective_from: date
    effective_to: date
    strength: Strength | None = None
    actors: dict[Actor, Binding] | None = None
    source: str | None = None
    verified: Verified | None = None
    parameters: dict[ParameterName, Parameter] | None = None


class Entry(FileModel):
    """One rule. Its own period may be preceded by `earlier` ones."""

    id: RuleId
    sentence: Sentence
    sentence_zh: SentenceZh
    acts: Annotated[tuple[Act, ...], AfterValidator(_some)]
    strength: Strength
    strength_by_product: dict[Product, Strength] = {}
    actors: Annotated[dict[Actor, Binding], AfterValidator(_some)]
    service: Service
    source: Annotated[str, Field(min_length=3)]
    verified: Verified
    doubt: str = ""
    reviewed: date
    effective_from: date
    effective_to: date | None = None
    earlier: tuple[Earlier, ...] = ()
    products: frozenset[Product] | None = None
    channels: frozenset[Channel] | None = None
    parameters: dict[ParameterName, Parameter] = {}

    @model_validator(mode="after")
    def _periods_do_not_overlap(self) -> Self:
        ends = [(e.effective_from, e.effective_to) for e in self.earlier]
        periods = sorted([*ends, (self.effective_from, self.effective_to or date.max)])
        if any(start >= end for start, end in periods):
            raise ValueError(f"{self.id}: a period ends after it starts")
        if any(one[1] > other[0] for one, other in pairwise(periods)):
            raise ValueError(f"{self.id}: two periods overlap")
        return self

    @model_validator(mode="after")
    def _only_the_house_is_free(self) -> Self:
        free = [name for name, parameter in self.parameters.items() if parameter.stricter is Stricter.FREE]
        if free and Binding.BINDING in self.actors.values():
            raise ValueError(f"{self.id}: {', '.join(free)} cannot be free where the rule binds by itself")
        if self.verified is Verified.UNVERIFIED and not self.doubt:
            raise ValueError(f"{self.id}: says in `doubt` what is not confirmed")
        return self

    def rules(self, pack: str, where: str, *, overlay: bool = False) -> Iterator[Rule]:
        """The rule in each of its periods, oldest first."""
        own = Rule(
            pack, self.id, self.sentence, self.sentence_zh, self.acts, self.strength, self.actors, self.service,
            self.source, self.verified, self.doubt, self.reviewed, self.effective_from, self.effective_to,
            self.parameters, self.products, self.channels, where, self.strength_by_product, overlay,
        )  # fmt: skip
        for period in sorted(self.earlier, key=lambda e: e.effective_from):
            said = {name: getattr(period, name) for name in Earlier.model_fields}
            yield replace(own, **{name: value for name, value in said.items() if value is not None})
        yield own


class PackFile(FileModel):
    """One jurisdiction. `defaults` are what entries say when they do not say otherwise."""

    pack: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)?$")]
    title: str
    title_zh: SentenceZh
    within: str | None = None
    rules: Annotated[tuple[Entry, ...], AfterValidator(_some)]
