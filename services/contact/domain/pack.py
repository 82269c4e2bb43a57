"""The part of a rule pack that the contact guard asks: who may be contacted when, how often, on which number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.common.kernel.dated import PolicyValue
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours


@dataclass(frozen=True, slots=True)
class RuleTerms(PolicyValue):
    """Where a rule comes from and how strong it is (must, presumption, guidance, adopted, ...)."""

    strength: str
    source: str


@dataclass(frozen=True, slots=True)
class ContactPack(PolicyValue):
    """Numbers of the contact rules of one jurisdiction; without `contact` nothing may be sent at all.

    `hours` bind `hours_bind` classes on `hours_channels`; a reply within `reply_hours` in the borrower's own channel
    is free of them. Counts are per local day and for calls only. `rules` holds source and strength by rule id.
    """

    contact: bool
    hours: LocalHours
    hours_bind: frozenset[MessageClass]
    hours_channels: frozenset[Channel]
    reply_hours: int
    max_attempts_per_number: int
    max_effective_calls: int
    accepted_provenance: frozenset[str]
    rules: Mapping[str, RuleTerms]

    @property
    def reply_window(self) -> timedelta:
        return timedelta(hours=self.reply_hours)
