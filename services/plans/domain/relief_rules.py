"""Rules of what may be offered; the caps come from the catalogue."""

from __future__ import annotations

from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule


@business_rule(
    id="OPT-01", group="relief", summary="The relief is offered for this product by the catalogue of the day."
)
def relief_is_offered_for_product(product: str, products: frozenset[str]) -> bool:
    return product in products


@business_rule(
    id="OPT-02",
    group="relief",
    summary="The borrower is in financial difficulty and willing to pay; both must be shown.",
    source="CARD70: the debt exceeds the ability to pay, and willingness exists",
)
def difficulty_and_willingness(needed: bool, in_difficulty: bool, willing: bool) -> bool:
    return not needed or (in_difficulty and willing)


@business_rule(
    id="CN-14",
    group="relief",
    summary="A plan has no more instalments than the cap of its relief and product (cards: five years).",
    source="CARD70; a partial month counts as a month",
)
def within_instalment_cap(instalments: int, cap: int) -> bool:
    return 1 <= instalments <= cap


@business_rule(
    id="OPT-03", group="relief", summary="An extension lengthens the term by no more months than the catalogue allows."
)
def within_extension_cap(extension_months: int, cap: int | None) -> bool:
    return cap is None or extension_months <= cap


@business_rule(id="OPT-04", group="relief", summary="The instalment is not above what the borrower can pay each month.")
def affordable(instalment: Money, most: Money) -> bool:
    return most.is_positive and instalment <= most


@business_rule(id="OPT-05", group="relief", summary="An extension has more instalments than are left today.")
def lengthens(instalments: int, remaining: int) -> bool:
    return instalments > remaining
