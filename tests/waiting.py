"""Waiting for a condition instead of for a while."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 30.0) -> None:
    """Look again and again until the condition holds; the test fails after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    pause = asyncio.Event()
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            pytest.fail(f"waited in vain until {what}")
        try:
            await asyncio.wait_for(pause.wait(), 0.05)
        except TimeoutError:
            continue
