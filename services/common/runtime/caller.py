"""Who asks: the identity, correlation and preconditions that every use case receives as its first argument."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.common.kernel.errors import Forbidden, PreconditionRequired, StaleVersion

ROLES = ("agent", "senior_agent", "supervisor", "manager", "committee", "risk", "specialist", "compliance", "system")

# Who sees every case; anybody else sees those that are theirs or nobody's.
SEES_ALL = frozenset({"supervisor", "manager", "committee", "risk", "specialist", "compliance", "system"})


@dataclass(frozen=True, slots=True)
class CommandKey:
    """The client's Idempotency-Key and a SHA-256 of the request; `scope` is client, person acted for, method, path."""

    scope: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated asker. `acting_for` is the person a service or portal works for, when there is one."""

    subject: str
    roles: frozenset[str]
    correlation_id: str
    acting_for: str | None = None
    command: CommandKey | None = None
    if_match: int | None = None
    name: str | None = field(default=None, repr=False)

    @classmethod
    def service(cls, service: str, correlation_id: str, acting_for: str | None = None) -> "Caller":
        """The service itself, as its workers, consumers and relay act."""
        return cls(f"svc-{service}", frozenset({"system"}), correlation_id, acting_for)

    @property
    def person(self) -> str:
        """The subject that answers for the act: the person acted for, or the caller itself."""
        return self.acting_for or self.subject

    @property
    def sees_all(self) -> bool:
        """Whether the caller sees every case, whoever answers for it."""
        return bool(self.roles & SEES_ALL)

    def require_any(self, allowed: Iterable[str]) -> None:
        """Raise `Forbidden` unless the caller has one of the roles `allowed`."""
        wanted = frozenset(allowed)
        if not self.roles & wanted:
            raise Forbidden(f"this needs one of the roles: {', '.join(sorted(wanted))}")

    def require_version(self, current: int) -> None:
        """Raise `PreconditionRequired` (no If-Match) or `StaleVersion` (another version) unless it names `current`."""
        if self.if_match is None:
            raise PreconditionRequired("send If-Match with the ETag you read")
        if self.if_match != current:
            raise StaleVersion(f"you read version {self.if_match}; the current version is {current}")
