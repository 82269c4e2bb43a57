"""The catalogue of reliefs, as dated policy: for which products, with which caps, and who may have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.dated import PolicyValue


class ReliefType(StrEnum):
    """Every relief that a bank may grant, in the words of the field."""

    DEFER_CAP = "DEFER_CAP"  # 延期还款（利息资本化）: nothing is paid for some months, their interest joins the debt
    DEFER_SPREAD = "DEFER_SPREAD"  # 延期，利息分摊: their interest is collected later, without interest on it
    DEFER_WAIVE = "DEFER_WAIVE"  # 延期免息: their interest is waived
    REDUCED = "REDUCED"  # 减额还款: a smaller payment for a time; the rest is parked until a review
    EXTEND = "EXTEND"  # 展期: the whole debt over a longer term at the present rate
    RATE_CUT = "RATE_CUT"  # 降息: the whole debt at a lower rate
    INT_STOP = "INT_STOP"  # 停息分期: a fixed sum in equal parts, no interest inside the plan
    FEE_WAIVE = "FEE_WAIVE"  # 减免违约金费用: fees go, the rest of the arrears is caught up
    INT_WAIVE = "INT_WAIVE"  # 减免利息: accrued interest goes, the rest of the arrears is caught up
    PRIN_DISC = "PRIN_DISC"  # 本金减免: part of the principal goes
    CAPITALISE = "CAPITALISE"  # 欠款并入本金: arrears join the balance, the term stays
    REAGE = "REAGE"  # 账龄重置: the same of an open account, whose days past due begin anew
    SETTLE = "SETTLE"  # 折扣结清: less than all is paid soon, and that is the end of it
    CONSOLIDATE = "CONSOLIDATE"  # 借新还旧: a new loan repays this one
    COLLATERAL = "COLLATERAL"  # 押品置换/协助变现: security is released, swapped or sold with help
    HOLD_INTERIM = "HOLD_INTERIM"  # 暂缓: a short hold while evidence is pending
    PTP = "PTP"  # 承诺还款: the arrears on a day, no change of terms


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
