"""The catalogue of reliefs, as dated policy: for which products, with which caps, and who may have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.plans.domain.relief_terms import (
    DiscountTerms,
    Eligibility,
    Frequency,
    HoldTerms,
    PauseTerms,
    PromiseTerms,
    RateTerms,
    ReAgeTerms,
    ReducedTerms,
    SettlementTerms,
    ValueTerms,
    WaiverTerms,
)


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


LUMP_SUMS = frozenset({ReliefType.SETTLE, ReliefType.PTP})
"""Reliefs that ask for much at once: they are never the first thing a borrower hears."""

WITHOUT_A_PLAN = frozenset({ReliefType.HOLD_INTERIM, ReliefType.PTP})
"""Reliefs that change no terms: a hold is placed and a promise is recorded, without a plan and without the core."""

CARD = "credit_card"
NO_CARD_INSTALMENTS = frozenset(
    {ReliefType.INT_STOP, ReliefType.SETTLE, ReliefType.HOLD_INTERIM, ReliefType.PTP, ReliefType.REDUCED}
)
"""What is no ordinary instalment of a card: the personalised plan, an end of the debt, and what is for a time."""

# What the catalogue says of a relief beside its caps, where its computation needs more.
_NEEDS: Mapping[ReliefType, str] = {
    ReliefType.DEFER_CAP: "pause",
    ReliefType.DEFER_SPREAD: "pause",
    ReliefType.DEFER_WAIVE: "pause",
    ReliefType.REDUCED: "reduced",
    ReliefType.RATE_CUT: "rate",
    ReliefType.FEE_WAIVE: "waiver",
    ReliefType.INT_WAIVE: "waiver",
    ReliefType.PRIN_DISC: "discount",
    ReliefType.REAGE: "re_age",
    ReliefType.SETTLE: "settlement",
    ReliefType.CONSOLIDATE: "people_decide",
    ReliefType.COLLATERAL: "people_decide",
    ReliefType.HOLD_INTERIM: "hold",
    ReliefType.PTP: "promise",
}


@dataclass(frozen=True, slots=True)
class ReliefTerms(PolicyValue):
    """Caps of one relief. A product that is not among `max_instalments` is not offered this relief; the number is also
    the cap of the months from the first to the last payment. ValueError when a part is missing that its computation
    needs. `people_decide` names what no computation answers."""

    relief: ReliefType
    max_instalments: Mapping[str, int]
    max_extension_months: int | None
    needs_difficulty: bool
    restructured: bool
    source: str
    eligibility: Eligibility = field(default_factory=Eligibility)
    frequency: tuple[Frequency, ...] = ()
    pause: PauseTerms | None = None
    reduced: ReducedTerms | None = None
    rate: RateTerms | None = None
    waiver: WaiverTerms | None = None
    discount: DiscountTerms | None = None
    re_age: ReAgeTerms | None = None
    settlement: tuple[SettlementTerms, ...] = ()
    hold: HoldTerms | None = None
    promise: PromiseTerms | None = None
    people_decide: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        needed = _NEEDS.get(self.relief)
        if needed is not None and not getattr(self, needed):
            raise ValueError(f"{self.relief} needs {needed}")

    def within(self, product: str, most: int) -> ReliefTerms:
        """The same with no more than `most` instalments for a product, if it is offered for it at all."""
        caps = {name: min(cap, most) if name == product else cap for name, cap in self.max_instalments.items()}
        return replace(self, max_instalments=caps)


@dataclass(frozen=True, slots=True)
class ReliefCatalogue(PolicyValue):
    """Reliefs in the order they are shown, and the loss of present value that counts as a diminished obligation.

    `value` is what a plan must be worth to the lender; the first catalogue did not ask. Where a law says so,
    `service_rate` is the highest annual rate of a debt from before military service, and with `card_instalments_once`
    a card balance that is in instalments is not put into others, and with `workouts_limited` interest joins the balance
    only within limits. ValueError when a lump sum comes first: another relief is shown before one is asked for.
    """

    reliefs: tuple[ReliefTerms, ...]
    diminished_threshold_percent: Decimal
    value: ValueTerms | None = None
    service_rate: Decimal | None = None
    card_instalments_once: bool = False
    workouts_limited: bool = False

    def __post_init__(self) -> None:
        if self.reliefs and self.reliefs[0].relief in LUMP_SUMS:
            raise ValueError("a lump sum is not the first relief of the catalogue")

    def __contains__(self, relief: ReliefType) -> bool:
        return any(terms.relief is relief for terms in self.reliefs)

    def terms(self, relief: ReliefType) -> ReliefTerms:
        """Caps of one relief. KeyError when this version of the catalogue does not have it."""
        for terms in self.reliefs:
            if terms.relief is relief:
                return terms
        raise KeyError(relief)

    def within(self, product: str, most: int) -> ReliefCatalogue:
        """The same with no more than `most` instalments for a product: what the law allows where it is less."""
        return replace(self, reliefs=tuple(terms.within(product, most) for terms in self.reliefs))
