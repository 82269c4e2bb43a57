"""The small service behind the real edge, and the sandbox bank behind the core-banking port."""

from collections.abc import AsyncIterator

import pytest

from services.common.banking.fineract import FineractBanking
from services.common.banking.fineract_interest import FineractInterest
from services.common.banking.port import CoreBanking, CoreInterest
from tests.contract.banking_terms import SUS
from tests.contract.edge import Edge, running_edge
from tests.contract.sandbox_world import SandboxInProcess, account_row, sandbox_in_process
from tests.databases import Databases


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with running_edge() as running:
        yield running


@pytest.fixture
async def outside(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as found:
        await found.load(account_row(), account_row(**SUS))
        yield found


@pytest.fixture
def core(outside: SandboxInProcess) -> CoreBanking:
    return FineractBanking(outside.client)


@pytest.fixture
def interest(outside: SandboxInProcess) -> CoreInterest:
    return FineractInterest(outside.client)
