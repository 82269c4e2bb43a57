"""What has an end: steps and promises of a conversation, pages of lists, bodies of webhooks, ways of messages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.common.kernel.errors import Unavailable
from services.common.runtime.http.body_guard import JSON_LIMIT
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.record import Record, unfit
from services.contact.domain.script import Step, TalkState, locked
from services.contact.service.messages.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of, offer_of, receipt_of
from tests.integration.contact_house import House
from tests.integration.contact_people import places, tell
from tests.integration.contact_talks import Talk

FORM = "multipart/form-data; boundary=x"
PROMISE = {"side": "borrower", "kind": "SEND_EVIDENCE", "text": "sends the statement", "due_on": "2026-03-05"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.rule("TALK-11")
def test_when_there_is_no_room_left_a_conversation_is_only_closed() -> None:
    talk = TalkState(done=tuple(Step)[:4], verified=True, convenient=False, taken=60, most=60)
    again = locked(Step.GREETING, talk)
    assert again is not None and again.rule == "TALK-11"
    assert locked(Step.CLOSE, talk) is None
    assert locked(Step.CLOSE, TalkState(done=tuple(Step), verified=True, taken=61, most=60)) is not None
    assert locked(Step.GREETING, TalkState(taken=59, most=60)) is None


@pytest.mark.rule("TALK-11")
async def test_a_step_is_not_taken_again_without_end(house: House) -> None:
    case = await house.triaged("again")
    talk = await Talk.begin(house, case, "again")
    for _ in range(60):
        assert (await talk.step("greeting")).status_code == 201
    refused = await talk.step("greeting")
    assert refused.json()["rule"] == "TALK-11" and refused.json()["reason"]["zh"]
    assert_problem(refused, 409, "step-locked")
    assert (await talk.end("UNVERIFIED_PARTY")).status_code == 201, "the record is closed all the same"


async def test_promises_of_one_conversation_have_an_end(house: House) -> None:
    case = await house.triaged("promises")
    talk = await Talk.begin(house, case, "promises")
    await talk.until("evidence")
    for _ in range(2):
        assert (await talk.step("commitment", commitments=[PROMISE] * 20)).status_code == 201
    one_more = await talk.step("commitment", commitments=[PROMISE])
    assert places(assert_problem(one_more, 422, "invalid-input")) == ["#/commitments"]
    pages = [page async for page in all_pages(house, f"/v1/cases/{case.case_id}/commitments", 15)]
    assert [len(page) for page in pages] == [15, 15, 10]
    assert len({one["commitment_id"] for page in pages for one in page}) == 40


async def all_pages(house: House, path: str, limit: int) -> AsyncIterator[list[dict[str, Any]]]:
    cursor = ""
    while True:
        answer = (await house.get(f"{path}?limit={limit}{cursor}")).json()
        yield answer["items"]
        if answer["next"] is None:
            return
        cursor = f"&cursor={answer['next']}"


async def test_lists_of_persons_come_in_pages(house: House) -> None:
    case = await house.triaged("pages")
    ids: dict[str, list[str]] = {"consents": [], "representatives": [], "third-parties": []}
    for n in range(3):
        kept = {
            "consents": {"kind": "more_calls"},
            "representatives": {"kind": "adviser", "name": f"Adviser {n}", "source": "letter"},
            "third-parties": {
                "role": "friend", "name": "Wang", "number": f"+861390000333{n}", "provenance": "contact_notice"
            },
        }  # fmt: skip
        for what, body in kept.items():
            answer = await tell(house, case, what, f"{what}-{n}", **body)
            assert answer.status_code == 201, answer.text
            key = {"consents": "consent_id", "representatives": "representative_id"}.get(what, "third_party_id")
            ids[what].append(answer.json()[key])
    for what, made in ids.items():
        path = f"/v1/cases/{case.case_id}/{what}"
        pages = [page async for page in all_pages(house, path, 2)]
        key = {"consents": "consent_id", "representatives": "representative_id"}.get(what, "third_party_id")
        assert [len(page) for page in pages] == [2, 1], what
        assert {one[key] for page in pages for one in page} == set(made), what
        assert_problem(await house.get(f"{path}?limit=201"), 422, "validation-failed")


@pytest.mark.parametrize("media", ["application/json", "text/plain", "application/octet-stream", FORM])
async def test_a_webhook_is_small_whatever_it_says_it_is(house: House, media: str) -> None:
    headers = {"content-type": media, "webhook-id": "big"}
    answer = await house.client.post("/v1/webhooks/gateway", content=b"x" * (JSON_LIMIT + 1), headers=headers)
    assert_problem(answer, 413, "body-too-large")
    assert await house.scalar("SELECT count(*) FROM webhook") == 0


async def test_what_a_person_skipped_goes_no_other_way_when_it_comes_back_late(house: House) -> None:
    house.intake.further[case_of("skipped").case_id] = {"email": "skipped@example.com"}
    case = await house.triaged("skipped")
    offer = offer_of(case)
    house.gateway.ways = ["late"]
    with pytest.raises(Unavailable):
        await house.deliver(offer)
    assert (await house.cases.delivery.give_up(offer)).outcome == "unreachable"
    await house.webhook("late-bounce", receipt_of(message_id_of(offer), "bounced"))
    assert await house.outbox(case, "start") == [], "nothing takes it up again"
    assert (await house.message(message_id_of(offer))).state == "failed"


@pytest.mark.parametrize("code", ["RPC_PTP", "RPC_COMPLAINT", "DECEASED_REPORTED", "THIRD_PARTY_REFUSED", "VISIT_MET"])
def test_at_a_door_people_say_what_they_say_in_a_call(code: str) -> None:
    assert "#/channel" not in {place for place, _ in unfit(_record(code, "visit"))}


@pytest.mark.parametrize(("code", "channel"), [("BUSY", "visit"), ("NO_ANSWER", "visit"), ("VISIT_MET", "voice")])
def test_what_only_a_line_or_a_door_does_belongs_to_it(code: str, channel: str) -> None:
    assert "#/channel" in {place for place, _ in unfit(_record(code, channel))}


def _record(code: str, channel: str) -> Record:
    return Record(outcome=OUTCOMES[code], channel=channel, has_permit=True, party_verified=True, ends_talk=True)
