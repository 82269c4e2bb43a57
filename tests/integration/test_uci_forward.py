"""Followup judges real payment histories as its core does: the check of `bench.uci_forward`, on a few accounts."""

import pytest

from bench.uci_forward.clients import overdue_clients
from bench.uci_forward.judging import MONTHS, Played, played
from bench.uci_forward.plans import APRIL, longest
from bench.uci_forward.service import Differs, check_on
from services.followup.domain.verdict import AgreementVerdict, Standing
from tests.databases import FreshDatabase


@pytest.fixture(scope="module")
def few() -> list[Played]:
    """A few accounts that were far behind; some keep their plan, some do not."""
    clients = [one for one in overdue_clients() if one.bucket in ("M4", "M5")]
    plans = [one for client in clients if (one := played(client, APRIL, longest(client, APRIL)))]
    found = [one for standing in Standing for one in plans if one.verdict().standing is standing][::13]
    assert {one.verdict().standing for one in found} >= {Standing.ON_TRACK, Standing.BROKEN_CANDIDATE}
    return found


async def test_the_service_keeps_the_verdicts_of_the_core(few: list[Played], fresh_database: FreshDatabase) -> None:
    assert await check_on(await fresh_database("followup"), few) == sum(len(one.postings) for one in few) > len(few)


class OneMonthBehind(Played):
    """Its core has not heard of the last month."""

    __slots__ = ()

    def verdict(self, month: int = MONTHS) -> AgreementVerdict:
        return Played.verdict(self, month - 1)


async def test_another_verdict_is_found(few: list[Played], fresh_database: FreshDatabase) -> None:
    wrong = next(one for one in few if one.verdict(MONTHS - 1) != one.verdict())
    behind = OneMonthBehind(wrong.client, wrong.start, wrong.schedule, wrong.postings)
    told = [behind if one is wrong else one for one in few]
    with pytest.raises(Differs, match=wrong.client.account_ref):
        await check_on(await fresh_database("followup"), told)
