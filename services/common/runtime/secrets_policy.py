"""Which secrets a process may start with. The sandbox has well-known ones, which are refused everywhere else."""

import base64
from typing import TYPE_CHECKING

from services.common.runtime.key_ring import KeyRing, decode_key

if TYPE_CHECKING:
    from services.common.runtime.settings import ServiceSettings

MIN_SECRET = 32


def _sandbox_key(name: str) -> str:
    return base64.b64encode(f"forbear-sandbox-{name}".ljust(32, ".").encode()[:32]).decode()


# Public on purpose: whoever reads the code knows them, so no process outside the sandbox starts with them.
SANDBOX_SECRETS = {
    "client_secret": "forbear-sandbox-client-secret-0000000000",
    "data_key": f"sandbox:{_sandbox_key('data')}",
    "digest_key": _sandbox_key("digest"),
    "payload_keys": f"sandbox:{_sandbox_key('payload')}",
    "gateway_webhook_secret": f"whsec_{_sandbox_key('gateway')}",
}
_SANDBOX_KEYS = frozenset(_sandbox_key(name).encode() for name in ("data", "digest", "payload", "gateway"))


def refuse_weak_secrets(settings: "ServiceSettings") -> None:
    """ValueError naming every secret that is missing, too short, well known or not of its form (never its value)."""
    faults: list[str] = []
    for name in SANDBOX_SECRETS:
        value = getattr(settings, name).get_secret_value()
        # Only contact hears the gateway, so only contact needs its secret.
        if not value and name == "gateway_webhook_secret" and settings.service != "contact":
            continue
        fault = _fault(name, value, sandbox=settings.sandbox)
        if fault:
            faults.append(f"FORBEAR_{name.upper()} {fault}")
    if faults:
        raise ValueError("; ".join(faults))


def _fault(name: str, value: str, *, sandbox: bool) -> str | None:
    if not value:
        return "is missing"
    if not sandbox and _well_known(value):
        return "is the sandbox's, which everybody knows"
    try:
        if name in ("data_key", "payload_keys"):
            KeyRing.parse(value)
        elif name == "digest_key":
            decode_key(value, "the key")
        elif len(value) < MIN_SECRET or len(set(value)) < 8:
            return f"is too weak: at least {MIN_SECRET} random characters are needed"
    except ValueError as error:
        return f"is not usable: {error}"
    return None


def _well_known(value: str) -> bool:
    # Also under another key id, or beside a good key of the same ring.
    return value in SANDBOX_SECRETS.values() or any(key.rstrip(b"=") in value.encode() for key in _SANDBOX_KEYS)
