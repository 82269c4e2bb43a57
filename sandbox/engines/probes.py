"""Answers to "is it well": small checks that are False, not an error, while the answer is not yet."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import httpx

Probe = Callable[[], Awaitable[bool]]

#: Probes speak plain HTTP on loopback; reading every authority's certificate each time was most of a start.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def listening(port: int, host: str = "127.0.0.1") -> Probe:
    """Somebody accepts connections."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(2):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return probe


def answering(url: str) -> Probe:
    """GET answers 200."""

    async def probe() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False, verify=NO_AUTHORITIES) as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    return probe
