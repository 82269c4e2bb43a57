"""Where the parts of an installation are, read from the variables its processes are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.common.kernel.clock import Clock
from services.common.runtime.clock import LapseClock, SystemClock
from services.common.runtime.settings import SERVICES, database_of, driverless

SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses; None where the variables name none. `databases` has those that are known, the sandbox's among them.

    `evidence` is the folder or bucket of evidence files; a sandbox keeps them in its state directory.
    """

    databases: Mapping[str, str]
    services: Mapping[str, str]
    temporal: str | None
    namespace: str
    kafka: str | None
    sandbox: str | None
    state: Path | None
    evidence: str | None
    clock: Clock

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Places":
        """Read the variables; an empty one counts as not set."""

        def told(name: str) -> str | None:
            return env.get(f"FORBEAR_{name}") or None

        common = told("DATABASE_URL")
        databases = {service: database_of(service, common) for service in SERVICES} if common else {}
        databases |= {
            name: url for name in (*SERVICES, SANDBOX) if (url := told(f"{name.upper()}_DATABASE_URL")) is not None
        }
        lapse, state = told("LAPSE_CLOCK"), told("STATE")
        return cls(
            databases={name: driverless(url) for name, url in databases.items()},
            services={name: url for name in SERVICES if (url := told(f"{name.upper()}_URL")) is not None},
            temporal=told("TEMPORAL_ADDRESS"),
            namespace=told("TEMPORAL_NAMESPACE") or "default",
            kafka=told("KAFKA_BOOTSTRAP"),
            sandbox=told("SANDBOX_URL"),
            state=Path(state) if state else None,
            evidence=told("PLANS_OBJECT_STORE") or (f"{state}/evidence" if state else None),
            clock=LapseClock(Path(lapse)) if lapse else SystemClock(),
        )
