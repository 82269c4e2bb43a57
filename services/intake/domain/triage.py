"""Triage: which rule pack a case is under, and which treatment it gets."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.rule import business_rule
from services.intake.domain.stages import StagePolicy


class PackUnknown(InvalidInput):
    """A case names a rule pack that this installation does not have."""

    problem = "pack-unknown"
    title = "Unknown rule pack"


@dataclass(frozen=True, slots=True)
class PackTerms(PolicyValue):
    """A rule pack cases can be under. Without `contact` nothing may be sent to the borrowers of its cases.

    `zones` are those in which its borrowers live, one for each time that is kept there.
    """

    pack: str
    contact: bool
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriagePolicy(PolicyValue):
    """Packs, the treatment of vulnerable borrowers, and how old a snapshot may be."""

    default_pack: str
    packs: tuple[PackTerms, ...]
    vulnerable_treatment: str
    snapshot_max_age_days: int


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """What triage looks at. `declared_pack` comes from the import mapping or the request, if it says one.

    `time_zone` is what somebody said of this borrower, None when nobody did.
    """

    declared_pack: str | None
    time_zone: str | None
    product: str
    days_past_due: int
    vulnerable: bool
    snapshot_age_days: int


@dataclass(frozen=True, slots=True)
class Triage:
    """Result: pack, treatment, whether the borrower may be contacted at all, whether the snapshot was fresh.

    `zones` are all in which the borrower may be: nobody guesses one.
    """

    pack: str
    zones: tuple[str, ...]
    treatment: str
    contactable: bool
    snapshot_fresh: bool


@business_rule(
    id="TRI-01",
    group="triage",
    summary="A case is triaged on facts of the bank that are not older than the policy's days.",
)
def snapshot_is_fresh(age_days: int, max_age_days: int) -> bool:
    return 0 <= age_days <= max_age_days


@business_rule(
    id="TRI-02",
    group="triage",
    summary="A vulnerable borrower is treated by specialists, however few or many days are past due.",
)
def needs_specialist(vulnerable: bool) -> bool:
    return vulnerable


def triage(facts: TriageFacts, policy: TriagePolicy, stages: StagePolicy) -> Triage:
    """Choose pack and treatment, which is the stage of the product.

    PackUnknown when the declared pack is not one of the policy's.
    """
    wanted = facts.declared_pack or policy.default_pack
    pack = next((p for p in policy.packs if p.pack == wanted), None)
    if pack is None:
        raise PackUnknown("the rule pack of the case is not installed", fields=[("/pack", "not an installed pack")])
    if needs_specialist(facts.vulnerable):
        treatment = policy.vulnerable_treatment
    else:
        treatment = stages.stage(facts.product, facts.days_past_due).stage
    fresh = snapshot_is_fresh(facts.snapshot_age_days, policy.snapshot_max_age_days)
    zones = (facts.time_zone,) if facts.time_zone else pack.zones
    return Triage(pack.pack, zones, treatment, pack.contact, fresh)
