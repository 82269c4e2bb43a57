"""Whoever stands behind an account reads what arrives, wherever it arrives."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.portfolio.repository import personas_at
from tests.contract.sandbox_world import SandboxInProcess, account_row, sandbox_in_process
from tests.databases import Databases


@pytest_asyncio.fixture(loop_scope="session")
async def outside(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as made:
        yield made


@pytest.mark.parametrize(
    ("recipient", "found"),
    [
        ("+8613400000001", ["A1"]),
        ("wang@borrowers.example", ["A1"]),
        ("上海市示例路1号", ["A1"]),
        ("王秀英\n上海市示例路1号", ["A1"]),
        ("上海市示例路11号", []),
    ],
)
async def test_a_person_is_reached_by_number_email_and_letter(
    outside: SandboxInProcess, recipient: str, found: list[str]
) -> None:
    reached = {"phone": "+8613400000001", "email": "wang@borrowers.example", "postal_address": "上海市示例路1号"}
    await outside.load(account_row("A1", **reached))
    async with outside.world.store.reading() as tx:
        assert [row["account_ref"] for row in await personas_at(tx, recipient)] == found
