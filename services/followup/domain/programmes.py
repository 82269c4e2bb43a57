"""Whom a new programme of relief is for: asked of each running plan when it opens. It changes nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common.kernel.rule import business_rule


class Screened(StrEnum):
    """What a screening found: the borrower is told, or why not."""

    ELIGIBLE = "eligible"
    OTHER_COUNTRY = "other_country"
    OTHER_PRODUCT = "other_product"
    NEARLY_PAID = "nearly_paid"
    BEGAN_LATER = "began_later"


@dataclass(frozen=True, slots=True)
class Programme:
    """For whom it is; no pack or no product named: for all of them."""

    packs: frozenset[str]
    products: frozenset[str]
    instalments_left_least: int
    opens_on: date


@dataclass(frozen=True, slots=True)
class RunningPlan:
    """A plan in force: its packs, product, when it began and how many instalments are still open."""

    packs: frozenset[str]
    product: str
    activated_on: date
    instalments_left: int


@business_rule(
    id="FUP-11",
    group="follow-up",
    summary="When a programme opens, every plan in force is screened for it, and whoever may have it is told once; "
    "nothing changes unless they ask.",
)
def screen(programme: Programme, plan: RunningPlan) -> Screened:
    """Whether a borrower may have a programme. Whose plan began after it opened could choose it then."""
    if programme.packs and programme.packs.isdisjoint(plan.packs):
        return Screened.OTHER_COUNTRY
    if programme.products and plan.product not in programme.products:
        return Screened.OTHER_PRODUCT
    if plan.activated_on > programme.opens_on:
        return Screened.BEGAN_LATER
    if plan.instalments_left < programme.instalments_left_least:
        return Screened.NEARLY_PAID
    return Screened.ELIGIBLE
