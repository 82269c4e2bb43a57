"""What a borrower declares of their means, and where it differs from what is known: a reason to look, no accusation."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from services.common.kernel.rule import business_rule


class Difference(StrEnum):
    """What does not fit the statement of means."""

    OWN_DEBT = "own_debt"  # the debt to us, as the core has it
    FORM = "form"  # the debt to us, as it was said in the intake form


@business_rule(
    id="DCL-01",
    group="declared means",
    summary="A stated debt that differs from what is known by more than the policy's share is looked at by a person.",
)
def fits(stated: Fraction, known: Fraction, percent: int) -> bool:
    return abs(stated - known) * 100 <= known * percent


def differences(
    stated: Fraction, owed_here: Fraction, owed_in_all: Fraction, in_form: Fraction | None, percent: int
) -> list[Difference]:
    """Where the stated debt to us differs materially; who counts all their accounts with us states it right too."""
    found = []
    if not fits(stated, owed_here, percent) and not fits(stated, owed_in_all, percent):
        found.append(Difference.OWN_DEBT)
    if in_form is not None and not fits(stated, in_form, percent):
        found.append(Difference.FORM)
    return found
