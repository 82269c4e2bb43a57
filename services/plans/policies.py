"""The dated policies of plans, each in the version of the day it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from services.common.kernel.dated import Dated, PolicyValue, Version
from services.common.kernel.policy_file import load_dated
from services.common.kernel.services import Service
from services.common.packs.loader import load_packs
from services.common.packs.rules import PackOnDay, Packs, Rule
from services.common.packs.strictest import stricter
from services.common.packs.vocabulary import Actor, Product
from services.plans.domain.affordability import AffordabilityTerms, SavingsLine
from services.plans.domain.agreement import AgreementPolicy
from services.plans.domain.authority import AuthorityMatrix
from services.plans.domain.catalogue import ReliefCatalogue
from services.plans.domain.evidence import EvidencePolicy, EvidenceTerms
from services.plans.domain.means_form import MeansForm, MeansForms
from services.plans.reliefs_by_law import by_law

_PACKAGE = "services.plans"
LENGTH = "plan_months"
"""The dimension in which packs limit how long a plan runs."""
COOLING_OFF = "cooling_off_days"
"""The dimension in which packs give the borrower days to think again after signing."""
_SAVINGS_RULE, _SAVINGS_CURRENCY = "UK-17", "GBP"


@dataclass(frozen=True, slots=True)
class FirstDue(PolicyValue):
    """Days from drafting to the first payment: at least, usually, at most."""

    earliest: int
    usual: int
    latest: int


@dataclass(frozen=True, slots=True)
class UploadTerms(PolicyValue):
    """Size limit in bytes, and the media type that each accepted file name extension stands for."""

    max_bytes: int
    media_types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NegotiationTerms(PolicyValue):
    """Clocks and limits of a negotiation."""

    days_to_take_means: int
    days_to_review: int
    days_to_undo: int
    days_to_draft: int
    days_to_submit: int
    days_after_reminder: int
    days_offer_stands: int
    days_before_first_payment: int
    hours_to_activate: int
    days_to_review_terms: int
    first_due: FirstDue
    upload: UploadTerms


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of the service; PolicyMissing when none is in force on a day."""

    affordability: Dated[AffordabilityTerms]
    means: Dated[MeansForms]
    authority: Dated[AuthorityMatrix]
    evidence: Dated[EvidencePolicy]
    reliefs: Dated[ReliefCatalogue]
    negotiation: Dated[NegotiationTerms]
    agreement: Dated[AgreementPolicy]
    packs: Packs

    def clocks(self, day: date) -> NegotiationTerms:
        return self.negotiation.on(day).value

    def matrix(self, day: date) -> AuthorityMatrix:
        return self.authority.on(day).value

    def catalogue(self, day: date, pack: str, product: str) -> ReliefCatalogue:
        """The reliefs of the day, no more and for no longer than the packs of a case allow for its product (CN-14)."""
        law = stricter(self._of_law(pack, day), actor=Actor.LENDER, product=Product.named(product))
        found = by_law(self.reliefs.on(day).value, law.rules)
        return found.within(product, law.limits[LENGTH].value) if LENGTH in law.limits else found

    def agreements(self, day: date) -> AgreementPolicy:
        return self.agreement.on(day).value

    def agreement_contents(self, day: date, pack: str, product: str, *, settlement: bool) -> dict[str, frozenset[str]]:
        """By rule what the packs of a case ask an agreement on this product to say (CN-14, EU-08, US-28, UK-10)."""
        policy, found = self.agreements(day), dict[str, frozenset[str]]()
        for rule in self._rules(pack, day, product):
            listed = [rule.value(name) for name in policy.content_lists if name in rule.parameters]
            more = policy.content_of_rules.get(rule.id, ())
            if settlement:
                more = (*more, *policy.content_of_settlements.get(rule.id, ()))
            if rule.service == Service.PLANS and (listed or more):
                found[rule.id] = frozenset(more).union(*listed)
        return found

    def reporting_years(self, day: date, pack: str, product: str) -> int | None:
        """How long bad entries are kept after they end, by the packs of a case (CN-23); None when none says so."""
        names = self.agreements(day).reporting_years_lists
        said = [rule.value(n) for rule in self._rules(pack, day, product) for n in names if n in rule.parameters]
        return min(said, default=None)

    def cooling_off_days(self, day: date, pack: str, product: str) -> int:
        """Days in which a signed agreement may be taken back; none where no pack gives any."""
        limits = stricter(self._of_law(pack, day), actor=Actor.LENDER, product=Product.named(product)).limits
        return limits[COOLING_OFF].value if COOLING_OFF in limits else 0

    def evidence_terms(self, version: str, reason: str) -> EvidenceTerms:
        """What `reason` asked for under the version that the checklist was made with."""
        return self.evidence.named(version).value.checklist(reason)

    def versions(self, day: date, pack: str) -> dict[str, str]:
        """The versions in force, as a decision stores them."""
        return {
            "packs": "+".join(one.version for one in self._of_law(pack, day)),
            "affordability": self.affordability.on(day).version,
            "authority": self.authority.on(day).version,
            "evidence": self.evidence.on(day).version,
            "reliefs": self.reliefs.on(day).version,
            "negotiation": self.negotiation.on(day).version,
            "agreement": self.agreement.on(day).version,
        }

    def _rules(self, pack: str, day: date, product: str) -> tuple[Rule, ...]:
        return stricter(self._of_law(pack, day), actor=Actor.LENDER, product=Product.named(product)).rules

    def means_form(self, day: date, pack: str) -> MeansForm | None:
        """The form in which the packs of a case want means to be stated."""
        return self.means.on(day).value.of(tuple(pack.split("+")))

    def affordability_terms(self, day: date, pack: str, currency: str) -> Version[AffordabilityTerms]:
        """The terms of the day, with the savings line of the common form where it is used (UK-17)."""
        found = self.affordability.on(day)
        if self.means_form(day, pack) is None or currency != _SAVINGS_CURRENCY:
            return found
        line = self.packs.rule(_SAVINGS_RULE, day).terms(SavingsLine)
        return replace(found, value=found.value.with_savings(line))

    def pack_names(self, pack: str, day: date) -> tuple[str, ...]:
        """The packs that are law in a case, those around them included."""
        return tuple(one.name for one in self._of_law(pack, day))

    def numbers(self, day: date, pack: str) -> dict[str, dict[str, Any]]:
        """The parameters of every rule that is in force in a case, by rule."""
        return {
            rule.id: {name: parameter.value for name, parameter in rule.parameters.items()}
            for found in self._of_law(pack, day)
            for rule in found.rules.values()
        }

    def _of_law(self, pack: str, day: date) -> tuple[PackOnDay, ...]:
        """The packs of a case that are law: that of imported extracts is none."""
        return self.packs.of_case(tuple(name for name in pack.split("+") if name in self.packs.by_name), day)


def load_policies(overlay: Path | None = None) -> Policies:
    """Read the packaged policies, and the bank's own rules on top of the packs.

    PolicyFileInvalid or PackInvalid when one is wrong: then the service must not start.
    """
    return Policies(
        packs=load_packs(overlay),
        affordability=load_dated(_PACKAGE, "affordability", AffordabilityTerms),
        means=load_dated(_PACKAGE, "means", MeansForms),
        authority=load_dated(_PACKAGE, "authority", AuthorityMatrix),
        evidence=load_dated(_PACKAGE, "evidence", EvidencePolicy),
        reliefs=load_dated(_PACKAGE, "reliefs", ReliefCatalogue),
        negotiation=load_dated(_PACKAGE, "negotiation", NegotiationTerms),
        agreement=load_dated(_PACKAGE, "agreement", AgreementPolicy),
    )
