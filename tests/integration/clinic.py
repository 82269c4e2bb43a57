"""A healthy installation for the doctor's tests, copies of it with a bug, and a doctor who looks at them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from forbear.doctor.examination import examine
from forbear.doctor.look import Look
from forbear.doctor.places import Places
from forbear.doctor.registry import all_checks
from forbear.doctor.verdicts import Finding
from services.common.kernel.clock import FixedClock
from services.common.runtime.settings import driverless
from tests.databases import Databases
from tests.integration.clinic_rows import IN_FORCE, NOW
from tests.integration.clinic_seeds import SANDBOX, SEEDS

_numbers = count(1)


async def run(url: str, *statements: str) -> None:
    """Run statements as a superuser who is bound by no trigger and no reference: that is how bugs are planted."""
    connection = await asyncpg.connect(driverless(url))
    try:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Clinic:
    """Seeded databases by name, and copies of them in which something was broken on purpose."""

    def __init__(self, superuser_url: str, healthy: dict[str, str]) -> None:
        self._superuser_url = superuser_url
        self.healthy = healthy

    @classmethod
    async def open(cls, superuser_url: str, databases: Databases) -> "Clinic":
        healthy = {service: await databases.fresh(service) for service in SEEDS}
        healthy["sandbox"] = await databases.empty("doctor_sandbox")
        for service, seed in SEEDS.items():
            await run(healthy[service], *seed)
        await run(healthy["sandbox"], *SANDBOX)
        return cls(superuser_url, {name: driverless(url) for name, url in healthy.items()})

    async def broken(self, service: str, *statements: str) -> dict[str, str]:
        """The same databases, with `statements` run in a copy of the one of `service`."""
        template = urlsplit(self.healthy[service])
        name = f"doctor_{next(_numbers)}"
        connection = await asyncpg.connect(self._superuser_url)
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.path[1:]}")
        finally:
            await connection.close()
        url = urlunsplit(template._replace(path=f"/{name}"))
        await run(url, *statements)
        return {**self.healthy, service: url}


class AskedBank(Look):
    """A look that has asked the bank already."""

    bank: Any = (IN_FORCE,)

    async def sandbox(self, path: str) -> Any:
        assert path == "/sandbox/bank/restructurings"
        return list(self.bank)


class FlowingClock(FixedClock):
    """Business time as on a system clock, at an instant that a test knows."""

    flows = True


def places(databases: dict[str, str], **more: Any) -> Places:
    """These databases, at the instant of the tests, and nothing else unless it is named."""
    known = Places(
        databases=databases,
        services={},
        temporal=None,
        namespace="default",
        kafka=None,
        sandbox=None,
        state=None,
        evidence=f"{more['state']}/evidence" if more.get("state") else None,
        clock=FixedClock(NOW),
    )
    return replace(known, **more)


async def findings(look: Look, only: Sequence[str]) -> dict[str, Finding]:
    """What these checks find, by id; the look is at its end."""
    try:
        found = await examine(look, [one for one in all_checks() if one.id in only])
    finally:
        await look.close()
    return {finding.id: finding for finding in found}


async def finding(look: Look, id: str) -> Finding:
    """What one check finds."""
    return (await findings(look, [id]))[id]
