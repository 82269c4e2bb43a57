"""What the processes of a local stack are told: every `FORBEAR_*` variable, from engines, ports and secrets."""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from sandbox.engines.state import State
from services.common.runtime.settings import SERVICES

#: What has a database of its own: the services and the bank, gateway and borrowers of the sandbox.
DATABASES = (*SERVICES, "sandbox")


def random_key() -> str:
    """Make 32 bytes in urlsafe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def random_ring() -> str:
    """Make a key ring of one key: `local:BASE64`."""
    return f"local:{random_key()}"


def random_webhook_secret() -> str:
    """Make a secret in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def engine_variables(
    temporal_address: str, kafka_bootstrap: str, idempotence: bool, database_urls: Mapping[str, str]
) -> dict[str, str]:
    """Return where the engines are; `database_urls` is {service: postgresql+asyncpg://...}."""
    return {
        "FORBEAR_TEMPORAL_ADDRESS": temporal_address,
        "FORBEAR_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "FORBEAR_ENABLE_IDEMPOTENCE": "1" if idempotence else "0",
        # Empty counts as not set: the address for making databases is not for the services.
        "FORBEAR_DATABASE_URL": "",
        **{f"FORBEAR_{name.upper()}_DATABASE_URL": url for name, url in database_urls.items()},
    }


def secret_variables(state: State) -> dict[str, str]:
    """Return the secrets of this stack; they are made once and kept in its state directory."""
    return {
        "FORBEAR_DATA_KEY": state.secret("data_key", random_ring),
        "FORBEAR_DIGEST_KEY": state.secret("digest_key", random_key),
        "FORBEAR_PAYLOAD_KEYS": state.secret("payload_keys", random_ring),
        "FORBEAR_CLIENT_SECRET": state.secret("client_secret", random_key),
        "FORBEAR_GATEWAY_WEBHOOK_SECRET": state.secret("gateway_webhook_secret", random_webhook_secret),
    }


def address_variables(urls: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """Return where each service and the parts of the sandbox answer."""
    sandbox = urls["sandbox"]
    return {
        **{f"FORBEAR_{name.upper()}_URL": url for name, url in urls.items()},
        **{f"FORBEAR_{name.upper()}_HTTP_PORT": str(port) for name, port in ports.items()},
        "FORBEAR_CORE_URL": sandbox,
        "FORBEAR_GATEWAY_URL": sandbox,
        "FORBEAR_ISSUER": f"{sandbox}/issuer",
    }


def common_variables(state: State, clock: Path | None) -> dict[str, str]:
    """Return what every process of a sandboxed stack is told; `clock` is the lapse clock's file, or None."""
    return {
        "FORBEAR_STATE": str(state.root),
        "FORBEAR_SANDBOX": "1",
        "FORBEAR_LAPSE_CLOCK": str(clock) if clock else "",
        "PYTHONUNBUFFERED": "1",
    }
