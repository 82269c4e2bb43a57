"""The sandbox's loops are woken by what is committed, and by nothing else."""

import asyncio

import pytest

from sandbox.store import ring
from tests.contract.sandbox_world import sandbox_in_process
from tests.databases import Databases

LONG = 20.0
SHORT = 0.05


async def test_a_bell_rings_once_its_transaction_is_committed(databases: Databases) -> None:
    async with sandbox_in_process(databases) as outside:
        store = outside.world.store

        async def rung(bell: str) -> bool:
            try:
                await asyncio.wait_for(store.wait_for(bell, LONG), SHORT)
            except TimeoutError:
                return False
            return True

        async with store.transaction():
            ring("x")
            assert not await rung("x")
        assert not await rung("y")
        assert await rung("x")
        assert not await rung("x")
        with pytest.raises(ZeroDivisionError):
            async with store.transaction():
                ring("x")
                raise ZeroDivisionError
        assert not await rung("x")
        with pytest.raises(RuntimeError, match="in a transaction"):
            ring("x")
