"""Permits: nobody contacts a borrower without one, and counts and holds bind whoever asks, all at once or in turn."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest_asyncio

from services.common.contracts.events.cases import HoldLifted
from services.common.kernel.ids import business_uuid
from services.contact.service.permits.deciding import HOLD_COPY_STALE
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE, phone_of
from tests.integration.contact_house import PARTITIONS, House


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


def shanghai(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=ZoneInfo(ZONE))


async def test_of_twenty_who_ask_at_once_for_the_last_call_of_the_day_one_may(house: House) -> None:
    case = await house.triaged("twenty")
    for number in range(2):
        assert (await house.call(case, f"call-{number}")).status_code == 201
    answers = await asyncio.gather(*(house.ask(case, f"at-once-{number}") for number in range(20)))
    verdicts = [answer.json()["verdict"] for answer in answers]
    assert verdicts.count("permitted") == 1 and verdicts.count("refused") == 19
    refused = next(answer.json() for answer in answers if answer.json()["verdict"] == "refused")
    assert refused["rules"] == ["CN-03"]
    # Counts begin again at midnight, and calls at eight.
    assert datetime.fromisoformat(refused["earliest"]) == shanghai(3, 8)
    assert await house.scalar("SELECT count(*) FROM permit WHERE case_id = :case", case=case.case_id) == 22


async def test_a_permit_that_nobody_used_in_time_does_not_count(house: House) -> None:
    case = await house.triaged("unused")
    for number in range(3):
        assert (await house.ask(case, f"kept-{number}")).json()["verdict"] == "permitted"
    assert (await house.ask(case, "one-more")).json()["verdict"] == "refused"
    house.clock.advance(timedelta(minutes=15))
    assert (await house.ask(case, "later")).json()["verdict"] == "permitted"


async def test_a_number_is_dialled_six_times_a_day_whoever_it_belongs_to(house: House) -> None:
    case = await house.triaged("six")
    for number in range(6):
        path = f"/v1/cases/{case.case_id}/conversations"
        permit = (await house.ask(case, f"six-{number}")).json()["permit_id"]
        vain = {"permit_id": permit, "outcome": "NO_ANSWER", "party_verified": False}
        answer = (await house.post(path, vain, f"six-vain-{number}")).json()
        assert answer["counts_as_attempt"] and not answer["counts_as_conversation"]
    assert (await house.ask(case, "seventh")).json()["rules"] == ["CN-02"]
    house.intake.phones[business_uuid("case", "six-shared")] = phone_of(case)
    spouse = await house.triaged("six-shared")
    assert (await house.ask(spouse, "spouse")).json()["rules"] == ["CN-02"]


async def test_at_night_nobody_calls_and_the_answer_says_from_when(house: House) -> None:
    case = await house.triaged("night")
    night = House(str(house.database.engine.url.render_as_string(hide_password=False)), shanghai(4, 22))
    answer = (await night.ask(case, "at-ten")).json()
    assert answer["verdict"] == "refused" and answer["rules"] == ["CN-01"] and answer["expires_at"] is None
    assert datetime.fromisoformat(answer["earliest"]) == shanghai(5, 8)
    # The rule, its numbers and the moment, for people of either language.
    assert "CN-01" in answer["said"]["zh"] and "最早合法时间：2026-03-05 08:00 (Asia/Shanghai)" in answer["said"]["zh"]
    assert answer["said"]["en"].endswith("Next legal moment: 2026-03-05 08:00 (Asia/Shanghai).")
    night_rule = next(one for one in answer["verdicts"] if not one["passed"])
    assert "22:00" in night_rule["reason"] and "22:00" in night_rule["reason_zh"] and night_rule["sentence_zh"]
    notice = (await night.ask(case, "notice", message_class="statutory_notice", channel="sms")).json()
    assert notice["verdict"] == "permitted"
    night.clock.move_to(shanghai(5, 8))
    assert (await night.ask(case, "at-eight")).json()["verdict"] == "permitted"
    night.clock.move_to(shanghai(5, 21) + timedelta(minutes=50))
    late = (await night.ask(case, "ten-to-ten")).json()
    # A call may last, but it is not dialled at night: the permit ends with the hours.
    assert datetime.fromisoformat(late["expires_at"]) == shanghai(5, 22)
    await night.close()


async def test_a_hold_blocks_demands_and_lets_notices_pass(house: House) -> None:
    case = await house.triaged("held")
    ends = house.clock.now() + timedelta(days=2)
    await house.hold(case, "demand_call", "demand_message", ends_at=ends)
    for channel in ("voice", "sms"):
        answer = (await house.ask(case, f"held-{channel}", channel=channel)).json()
        assert answer["rules"] == ["HOLD-01"] and datetime.fromisoformat(answer["earliest"]) >= ends
    nothing_written = (await house.ask(case, "no-reply", channel="sms", message_class="reply")).json()
    assert nothing_written["rules"] == ["REPLY-01"], "a reply answers something"
    assert (await house.reply(case, "held-wrote", "我想问问怎么办")).is_success
    for kind in ("statutory_notice", "reply", "arrangement"):
        answer = (await house.ask(case, f"held-{kind}", channel="sms", message_class=kind)).json()
        assert answer["verdict"] == "permitted", kind
    # The hold is the borrower's: it binds what is asked about another account of theirs.
    other = await house.triaged("held-other", borrower="held")
    assert (await house.ask(other, "other")).json()["rules"] == ["HOLD-01"]
    hold_id = business_uuid("hold", str(case.case_id), "demand_call", "demand_message")
    lifted = HoldLifted(
        case_id=case.case_id, borrower_id=case.borrower_id, hold_id=hold_id, lifted_at=house.clock.now()
    )
    assert await house.hear("intake", lifted) == "applied"
    assert (await house.ask(case, "lifted")).json()["verdict"] == "permitted"


async def test_holds_that_may_be_out_of_date_refuse_demands_only(house: House) -> None:
    case = await house.triaged("stale")
    for number, (ago, partitions) in enumerate([(timedelta(seconds=30), PARTITIONS), (timedelta(0), PARTITIONS - 1)]):
        await house.beat(ago, partitions)
        answer = (await house.ask(case, f"stale-{number}")).json()
        assert answer["rules"] == [HOLD_COPY_STALE] and answer["earliest"] is None
        notice = await house.ask(case, f"notice-{number}", channel="sms", message_class="statutory_notice")
        assert notice.json()["verdict"] == "permitted"
        facts = await house.scalar(
            "SELECT facts FROM permit WHERE permit_id = CAST(:id AS uuid)", id=notice.json()["permit_id"]
        )
        assert facts["hold_copy_fresh"] is False, "the permit says what was known"
    await house.beat()
    assert (await house.ask(case, "fresh")).json()["verdict"] == "permitted"
    # An event of this borrower that is set aside may be a hold.
    await house.scalar(
        "INSERT INTO held_message (identity, status, reason, topic, partition, key, headers) "
        "VALUES ('x', 'dead', 'test', 'forbear.cases', 0, :key, '{}') RETURNING id",
        key=str(case.case_id),
    )
    assert (await house.ask(case, "set-aside")).json()["rules"] == [HOLD_COPY_STALE]
    other = await house.triaged("stale-not")
    assert (await house.ask(other, "other-fresh")).json()["verdict"] == "permitted"


async def test_a_pack_that_forbids_contact_and_a_number_from_nowhere(house: House) -> None:
    stranger = await house.triaged("stranger", pack="sample")
    assert "PACK-01" in (await house.ask(stranger, "stranger")).json()["rules"]
    house.intake.phones[business_uuid("case", "numberless")] = None
    numberless = await house.triaged("numberless")
    answer = (await house.ask(numberless, "numberless")).json()
    assert answer["rules"] == ["CN-07"] and answer["number_id"] is None


async def test_what_was_seen_is_kept_with_the_decision_and_names_nobody(house: House) -> None:
    case = await house.triaged("kept")
    answer = (await house.ask(case, "kept-facts")).json()
    facts = await house.scalar("SELECT facts FROM permit WHERE permit_id = :id", id=answer["permit_id"])
    assert facts["channel"] == "voice" and facts["zones"] == [ZONE] and facts["number"]["provenance"] == "contract"
    assert phone_of(case)[3:] not in str(facts)
    assert answer["pack_version"].startswith("cn-2026-01-30.")
    assert {v["rule"] for v in answer["verdicts"]} >= {"CN-01", "CN-03"}
    stored = await house.scalar("SELECT value FROM number WHERE borrower_id = :id LIMIT 1", id=case.borrower_id)
    assert stored.startswith("v1.") and "138" not in stored.partition(".")[0]


async def test_repeats_get_the_same_answer_and_the_edge_refuses(house: House) -> None:
    case = await house.triaged("edge")
    first, again = await house.ask(case, "same-key"), await house.ask(case, "same-key")
    assert first.json() == again.json() and again.headers["idempotency-replayed"] == "true"
    assert (await house.ask(case, "same-key", purpose="other_purpose")).status_code == 422
    assert (await house.ask(case, "risk", "risk")).status_code == 403
    assert (await house.ask(case, "agency", "system")).json()["verdict"] == "permitted"
    assert (await house.ask(case, "nobody", case_id=str(case.borrower_id))).status_code == 404
    assert (await house.ask(case, "number", number_id=str(case.borrower_id))).status_code == 404
    assert (await house.ask(case, "class", message_class="threat")).status_code == 422
    assert (await house.client.post("/v1/permits", json={})).status_code == 401
