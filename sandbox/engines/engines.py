"""The three engines of one state directory: started here, or taken from an address given by environment."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.engines import apache_kafka, broker, databases, ports, postgres, temporal, topics
from sandbox.engines.spec import Hook
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from sandbox.engines.topics import TopicSpec

_PORTS = {
    "postgres": ("postgres",),
    "temporal": ("temporal", "temporal_ui", "temporal_http", "temporal_metrics"),
    "broker": ("broker", "broker_controller", "broker_behind"),
}
#: An address in one of these is used instead of starting that engine.
GIVEN = {
    "postgres": "FORBEAR_DATABASE_URL",
    "temporal": "FORBEAR_TEMPORAL_ADDRESS",
    "broker": "FORBEAR_KAFKA_BOOTSTRAP",
}


class Engines:
    """PostgreSQL, Temporal and a broker, and where they are once `start` is over.

    `superuser_url` is `postgresql://...`, for making roles and databases; `socket_folder` holds the socket of a server
    that was started here. `idempotence` tells whether the broker has the idempotent producer: the embedded one has not.
    """

    superuser_url: str
    socket_folder: Path | None = None
    temporal_address: str
    kafka_bootstrap: str

    def __init__(self, state: State, supervisor: Supervisor, fsync: bool = True, ui: bool = False) -> None:
        self.state = state
        self.supervisor = supervisor
        self.fsync = fsync
        self.ui = ui
        kind = os.environ.get("FORBEAR_BROKER", "embedded")
        if kind not in ("embedded", "apache"):
            raise ValueError(f"FORBEAR_BROKER is 'embedded' or 'apache', not {kind!r}")
        self.apache = kind == "apache"

    async def start(
        self,
        on_broker_restart: Hook | None = None,
        before_broker_restart: Hook | None = None,
        say: Callable[[str, str], None] = lambda name, address: None,
    ) -> None:
        """Start what is not given, in order; `say(name, address)` is called as each is ready."""
        given = {name: os.environ[variable] for name, variable in GIVEN.items() if os.environ.get(variable)}
        wanted = tuple(port for name in _PORTS if name not in given for port in _PORTS[name])
        chosen = ports.allocate(self.state, wanted)
        if url := given.get("postgres"):
            self.superuser_url = "postgresql://" + url.partition("://")[2]
            say("postgres", f"{urlsplit(url).hostname}:{urlsplit(url).port or 5432} (given)")
        else:
            server = postgres.prepare(self.state, chosen["postgres"], self.fsync)
            await self.supervisor.add(server.spec())
            self.superuser_url, self.socket_folder = server.superuser_url, server.socket_folder
            say("postgres", f"127.0.0.1:{server.port}")
        if address := given.get("temporal"):
            self.temporal_address = address
            say("temporal", f"{address} (given)")
        else:
            await self.supervisor.add(temporal.spec(self.state, chosen, self.ui))
            self.temporal_address = f"127.0.0.1:{chosen['temporal']}"
            window = f", http://127.0.0.1:{chosen['temporal_ui']}" if self.ui else ""
            say("temporal", self.temporal_address + window)
        if address := given.get("broker"):
            self.kafka_bootstrap = address
            say("broker", f"{address} (given)")
        else:
            spec = (
                apache_kafka.spec(self.state, chosen["broker"], chosen["broker_controller"])
                if self.apache
                else broker.spec(chosen["broker"], chosen["broker_behind"], on_broker_restart, before_broker_restart)
            )
            await self.supervisor.add(spec)
            self.kafka_bootstrap = spec.address
            say("broker", spec.address)

    @property
    def idempotence(self) -> bool:
        """Whether producers may be idempotent; of a broker that is given, `FORBEAR_ENABLE_IDEMPOTENCE` tells."""
        if os.environ.get(GIVEN["broker"]):
            return os.environ.get("FORBEAR_ENABLE_IDEMPOTENCE", "1") == "1"
        return self.apache

    async def create_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """Make the topics that are missing on the broker."""
        return await topics.create_topics(self.kafka_bootstrap, specs)

    async def databases(self, names: Sequence[str]) -> dict[str, str]:
        """Make a role and a database of its own for each name; return {name: postgresql+asyncpg://...}."""
        passwords = {name: self.state.secret(f"postgres_{name}") for name in names}
        return await databases.provision(self.superuser_url, passwords, self.socket_folder)
