"""Who may give which signature: by own level or role, or as the deputy of somebody who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.plans.domain.authority import AuthorityMatrix, Level, level_of
from services.plans.domain.cosigns import Signature


@dataclass(frozen=True, slots=True)
class Delegation:
    """One person stands in for another with some authorities (levels or roles) in a half-open period.

    `given_by` chose the deputy; nothing where it was not kept.
    """

    delegation_id: str
    from_subject: str
    to_subject: str
    authorities: frozenset[str]
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    given_by: str | None = None

    @property
    def behind(self) -> frozenset[str]:
        """Whose hands bind the deputy's: the absent one's, and those of who chose the deputy."""
        return frozenset({self.from_subject} | ({self.given_by} if self.given_by else set()))

    def counts(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        ends = self.ends_at if self.revoked_at is None else min(self.ends_at, self.revoked_at)
        return self.starts_at <= at < ends

    def carries(self, signature: Signature) -> bool:
        """Whether it is about the authority that a signature needs."""
        return carries(self.authorities, signature)


@dataclass(frozen=True, slots=True)
class GivenSignature:
    """A signature that a plan has: which, by whom, for whom (a deputy's), and with which level or role."""

    part: str
    by: str
    on_behalf_of: str | None
    authority: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What somebody may sign now: None when nothing that is missing. `held` is the level or role they sign with.

    `lapsed`: a delegation would carry it, and is not in force.
    """

    signature: Signature | None
    held: str | None
    delegation: Delegation | None = None
    lapsed: bool = False


def missing(asked: Iterable[Signature], given: Iterable[GivenSignature]) -> tuple[Signature, ...]:
    """The signatures that are still to come. One of a level below what is needed now no longer counts."""
    have = {one.part: one.authority for one in given}
    return tuple(
        one
        for one in asked
        if one.part not in have
        or (one.of_the_line and Level.from_code(have[one.part]) < Level.from_code(one.authority))
    )


def signing(
    roles: frozenset[str],
    open_: tuple[Signature, ...],
    delegations: tuple[Delegation, ...],
    barred: frozenset[str],
    matrix: AuthorityMatrix,
    at: datetime,
) -> Signing:
    """The first signature that a person may give: with own authority before that of somebody else.

    `barred` are those who had a hand in the plan: a delegation of theirs is used only when there is no other, and the
    guard says why it does not help.
    """
    own = _authorities(roles, matrix)
    for signature in open_:
        if carries(own, signature):
            return Signing(signature, _held(own, signature))
    carrying = [(s, d) for s in open_ for d in delegations if d.carries(s)]
    in_force = sorted((pair for pair in carrying if pair[1].counts(at)), key=lambda pair: bool(pair[1].behind & barred))
    for signature, delegation in in_force[:1]:
        return Signing(signature, _held(delegation.authorities, signature), delegation)
    return Signing(None, None, lapsed=bool(carrying))


def carries(authorities: frozenset[str], signature: Signature) -> bool:
    """Whether these levels or roles are enough for a signature: a higher level is."""
    if not signature.of_the_line:
        return signature.authority in authorities
    wanted = Level.from_code(signature.authority)
    return any(level.code in authorities for level in Level if level >= wanted)


def _authorities(roles: frozenset[str], matrix: AuthorityMatrix) -> frozenset[str]:
    level = level_of(roles, matrix)
    cosigners = {cosign.by for cosign in matrix.cosigns}
    return (roles & cosigners) | (frozenset() if level is None else {level.code})


def _held(authorities: frozenset[str], signature: Signature) -> str:
    if not signature.of_the_line:
        return signature.authority
    return max(level for level in Level if level.code in authorities).code
