"""What is stored of the authority that a version needs, and of each decision: enough to judge it again years later."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.common.kernel.money import Money
from services.plans.domain.authority import Concession
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.cosigns import Circumstances, Signature
from services.plans.domain.evidence import EvidenceState
from services.plans.domain.signing import Delegation, GivenSignature


class Stored(BaseModel):
    """Base of what is stored as JSON and read back."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConcessionRecord(Stored):
    """What a version gives up, in the measures of the matrix."""

    relief: ReliefType
    extension_months: int
    waived_interest: Money
    waived_fees: Money
    accrued: Money
    principal_discount_percent: Decimal
    repeat: bool
    deferral_months: int
    interim_days: int
    settlement_recovery_percent: Decimal | None

    def concession(self) -> Concession:
        return Concession(**dict(self))


class CircumstancesRecord(Stored):
    """What of the case decides who signs."""

    packs: tuple[str, ...]
    days_past_due: int
    care: tuple[str, ...]
    restructured: bool
    diminished: bool
    repeat: bool

    def circumstances(self) -> Circumstances:
        return Circumstances(**{**dict(self), "care": frozenset(self.care)})


class ReasonRecord(Stored):
    """Why a level is needed."""

    code: str
    measured: str
    level: str


class SignatureRecord(Stored):
    """A signature that is needed."""

    part: str
    authority: str
    reasons: tuple[str, ...] = ()

    def signature(self) -> Signature:
        return Signature(self.part, self.authority, self.reasons)


class ApprovalAsk(Stored):
    """Which signatures a version needs since its submission, why, from which facts, and on which documents it rests."""

    policy: str
    level: str
    reasons: tuple[ReasonRecord, ...]
    signatures: tuple[SignatureRecord, ...]
    concession: ConcessionRecord
    circumstances: CircumstancesRecord
    evidence: tuple[str, ...]


class GivenRecord(Stored):
    """A signature that was given before."""

    part: str
    by: str
    on_behalf_of: str | None
    authority: str
    appointed_by: str | None = None

    @property
    def people(self) -> frozenset[str]:
        """Everybody whose signature it is: a deputy's is that of the absent one, and of who chose the deputy."""
        return frozenset({self.by, self.on_behalf_of or "", self.appointed_by or ""} - {""})

    def given(self) -> GivenSignature:
        return GivenSignature(self.part, self.by, self.on_behalf_of, self.authority)


class DelegationRecord(Stored):
    """A delegation to the person who decides."""

    delegation_id: UUID
    from_subject: str
    to_subject: str
    authorities: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    given_by: str | None = None

    def delegation(self) -> Delegation:
        return Delegation(
            **{**dict(self), "delegation_id": str(self.delegation_id), "authorities": frozenset(self.authorities)}
        )


class EvidenceRecord(Stored):
    """One document: its kind is a number that tells kinds apart without naming any."""

    evidence_id: str
    kind: int
    accepted: bool
    state: EvidenceState
    valid_through: date | None
    uploaded_by: str
    reviewed_by: str | None


class DecisionInputs(Stored):
    """Everything that a decision was judged by. `packs`, `asked` and `needed_level` are as they were at that instant.

    `content_hash` is the hash of what the rows said then, `seen_hash` that of what was on the screen.
    """

    decision: str
    at: datetime
    day: date
    person: str
    roles: tuple[str, ...]
    delegations: tuple[DelegationRecord, ...]
    related: tuple[str, ...]
    ask: ApprovalAsk
    care: tuple[str, ...]
    needed_level: str
    given: tuple[GivenRecord, ...]
    proposed_by: str
    submitted_by: str
    means_by: str
    seen_hash: str
    content_hash: str
    expires_at: datetime
    payment: Money
    own_share: Money
    assessment_id: UUID
    checklist_id: UUID
    evidence_needed: int
    evidence: tuple[EvidenceRecord, ...]
