"""Liveness and readiness. Ready means that named checks did real work within two seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from pydantic import BaseModel

from services.common.kernel.errors import Unavailable
from services.common.runtime.logging import error_fields, get_logger

DEADLINE_SECONDS = 2.0
_log = get_logger(__name__)

ReadyCheck = Callable[[], Awaitable[None]]


class NotReady(Unavailable):
    """A part that this service cannot work without does not answer; `failing` names it."""

    problem = "not-ready"
    title = "The service is not ready"


class Health(BaseModel):
    """The answer of a health check that found nothing wrong."""

    status: str
    checks: list[str]


def health_router(checks: Mapping[str, ReadyCheck]) -> APIRouter:
    """Routes `/health/live` and `/health/ready`. A check fails by raising or by taking longer than two seconds."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def health_live() -> Health:
        """The process runs its event loop."""
        return Health(status="live", checks=[])

    @router.get("/ready")
    async def health_ready() -> Health:
        """The process can do its work. 503 with the names of the checks that failed."""
        names = sorted(checks)
        passed = await asyncio.gather(*(_passes(name, checks[name]) for name in names))
        failing = [name for name, ok in zip(names, passed, strict=True) if not ok]
        if failing:
            raise NotReady(f"not ready: {', '.join(failing)}", failing=failing)
        return Health(status="ready", checks=names)

    return router


async def _passes(name: str, check: ReadyCheck) -> bool:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await check()
    except Exception as error:
        _log.warning("readiness check failed", check=name, **error_fields(error))
        return False
    return True
