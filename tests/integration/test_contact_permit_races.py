"""Twenty ask at once for the last permit of a person, a thousand times over: one gets it, whoever asks and how."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.common.kernel.ids import business_uuid
from services.common.packs.vocabulary import Actor
from services.common.runtime.caller import Caller
from services.contact.domain.guard.facts import Visit
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import Attempt, ContactCase, Number
from services.contact.policies import Policies
from services.contact.service.permits.asked import Special
from services.contact.service.permits.deciding import Decision, PermitAsk, Permits
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_knowing import at

#: Of each of two packs.
ROUNDS = 500
CLIENTS = 20
AT_ONCE = 5
ZONES = {"cn": "Asia/Shanghai", "au": "Australia/Sydney"}
#: How each of the twenty asks. In China only calls are counted, for lender and agency together; in Australia every
#: contact that is made about an account.
CALL, VISIT, TEXT = Channel.VOICE, Channel.VISIT, Channel.SMS
WAYS = {
    "cn": [(CALL, Actor.LENDER)] * 7 + [(CALL, Actor.AGENCY)] * 7 + [(TEXT, Actor.LENDER)] * 6,
    "au": [(CALL, Actor.LENDER)] * 8 + [(CALL, Actor.AGENCY)] * 6 + [(VISIT, Actor.LENDER)] * 6,
}
COUNTED = {"cn": frozenset({Channel.VOICE}), "au": frozenset({Channel.VOICE, Channel.VISIT})}
SPOKE = OUTCOMES["RPC_PTP"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), at(3, 12))
    yield made
    await made.close()


def person(house: House, pack: str, k: int) -> tuple[ContactCase, dict[Channel, Number], list[Attempt]]:
    """A borrower who was spoken to twice, so that one contact is left."""
    name, now = f"{pack}-{k}", house.clock.now()
    borrower, case_id = business_uuid("borrower", name), business_uuid("case", name)
    case = ContactCase(
        case_id=case_id, borrower_id=borrower, pack=pack, bucket="M1", origin="bank", language="zh", round=1,
        time_zones=[ZONES[pack]], contactable=True,
    )  # fmt: skip
    numbers = {
        channel: Number(
            number_id=business_uuid("number", name, channel), borrower_id=borrower, channel=channel.value,
            value=f"+86138{k:08}", digest=f"{channel.value}-{name}", provenance="contract", verified=True,
            learned_at=now,
        )
        for channel in (Channel.VOICE, Channel.SMS, Channel.VISIT)
    }  # fmt: skip
    made = [
        Attempt(
            attempt_id=business_uuid("attempt", name, str(n)), permit_id=business_uuid("permit", name, str(n)),
            case_id=case_id, borrower_id=borrower, channel="voice", number_digest=f"voice-{name}", purpose="call",
            outcome=SPOKE.code, at=now - timedelta(hours=n + 1), local_day=now.date(), counts_as_attempt=True,
            counts_as_connected=True, counts_as_conversation=True, counts_as_rpc=True,
        )
        for n in range(2)
    ]  # fmt: skip
    return case, numbers, made


async def asked(house: House, permits: Permits, case: ContactCase, number: Number, way: Any, name: str) -> Decision:
    channel, actor = way
    visit = Visit(staff=2) if channel is Channel.VISIT else None
    wanted = PermitAsk(
        business_uuid("permit", "race", name), case, channel, "first_call", "first_call", MessageClass.DEMAND, number,
        names_institution=True, special=Special(actor=actor, visit=visit),
    )  # fmt: skip
    async with house.database.write(Caller(f"svc-{actor}", frozenset({"system"}), name)) as uow:
        return await permits.reserve(uow, wanted)


@pytest.mark.rule("CN-03", "AU-08")
@pytest.mark.parametrize("pack", ["cn", "au"])
async def test_of_twenty_who_ask_for_the_last_permit_one_gets_it(house: House, pack: str) -> None:
    people = [person(house, pack, k) for k in range(ROUNDS)]
    async with house.database.read() as session:
        for case, numbers, made in people:
            session.add_all([case, *numbers.values(), *made])
        await session.commit()
        session.expunge_all()
    await house.beat(timedelta(days=-1))
    permits, ways = Permits(Policies.load()), WAYS[pack]
    for first in range(0, ROUNDS, AT_ONCE):
        batch = [raced(house, permits, people[k], ways, f"{pack}-{k}") for k in range(first, first + AT_ONCE)]
        for given in await asyncio.gather(*batch):
            assert sum(channel in COUNTED[pack] for channel, _ in given) == 1, given
            assert len(given) - 1 == sum(channel not in COUNTED[pack] for channel, _ in ways), "nobody else is refused"
    kept = "SELECT count(*), count(*) FILTER (WHERE verdict = 'permitted') FROM permit WHERE pack = :pack"
    async with house.database.read() as session:
        every, permitted = (await session.execute(text(kept), {"pack": pack})).one()
    uncounted = sum(channel not in COUNTED[pack] for channel, _ in ways)
    assert (every, permitted) == (ROUNDS * CLIENTS, ROUNDS * (1 + uncounted))


async def raced(
    house: House, permits: Permits, who: tuple[ContactCase, dict[Channel, Number], list[Attempt]], ways: Any, name: str
) -> list[Any]:
    """All ask about one person at once; the ways of those who may."""
    case, numbers, _ = who
    every = (asked(house, permits, case, numbers[way[0]], way, f"{name}-{n}") for n, way in enumerate(ways))
    answers = await asyncio.gather(*every)
    return [way for way, answer in zip(ways, answers, strict=True) if answer.permitted]
