"""The catalogue of reliefs, as dated policy: for which products, with which caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.dated import PolicyValue


class ReliefType(StrEnum):
    """Reliefs that Forbear computes."""

    EXTEND = "EXTEND"  # 展期: the whole debt over a longer term at the present rate
    INT_STOP = "INT_STOP"  # 停息分期: a fixed sum in equal parts, no interest inside the plan


@dataclass(frozen=True, slots=True)
class ReliefTerms(PolicyValue):
    """Caps of one relief. A product that is not among `max_instalments` is not offered this relief."""

    relief: ReliefType
    max_instalments: Mapping[str, int]
    max_extension_months: int | None
    needs_difficulty: bool
    restructured: bool
    source: str

    def within(self, product: str, most: int) -> ReliefTerms:
        """The same with no more than `most` instalments for a product, if it is offered for it at all."""
        caps = {name: min(cap, most) if name == product else cap for name, cap in self.max_instalments.items()}
        return replace(self, max_instalments=caps)


@dataclass(frozen=True, slots=True)
class ReliefCatalogue(PolicyValue):
    """Reliefs in the order they are shown, and the loss of present value that counts as a diminished obligation."""

    reliefs: tuple[ReliefTerms, ...]
    diminished_threshold_percent: Decimal

    def terms(self, relief: ReliefType) -> ReliefTerms:
        """Caps of one relief. KeyError when this version of the catalogue does not have it."""
        for terms in self.reliefs:
            if terms.relief is relief:
                return terms
        raise KeyError(relief)

    def within(self, product: str, most: int) -> ReliefCatalogue:
        """The same with no more than `most` instalments for a product: what the law allows where it is less."""
        return replace(self, reliefs=tuple(terms.within(product, most) for terms in self.reliefs))
