"""docker-compose.yml as the tests read it, and what the code knows of its containers."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from sandbox.settings import SandboxSettings
from services.common.runtime.settings import SERVICES, ServiceSettings

ROOT = Path(__file__).resolve().parents[2]
#: Containers that run our own image; the others run published ones.
OWN = {"migrate", "topics", "sandbox", *SERVICES}


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def containers() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = compose()["services"]
    return services


def published(container: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(address, port outside, port inside) of each published port."""
    ports = (port.split(":") for port in container.get("ports", []))
    return [(address, int(outside), int(inside)) for address, outside, inside in ports]


def listens_on(name: str) -> int:
    """The port on which a container of ours answers, according to the code."""
    if name == "sandbox":
        return int(SandboxSettings.model_fields["sandbox_http_port"].default)
    return urlsplit(str(ServiceSettings.model_fields[f"{name}_url"].default)).port or 0
