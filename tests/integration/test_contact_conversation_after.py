"""What follows from a conversation by its outcome: disclosures are known, stops are kept, intake hears the cause."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.workflows import HandOverInput
from services.common.kernel.errors import Unavailable
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import party
from tests.integration.contact_talks import CAUSE, RELIEF, TALKED, blocked, recorded, rows, tasks


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("000-03")
@pytest.mark.rule("TALK-09")
async def test_what_was_disclosed_is_known_and_what_is_open_is_shown(house: House) -> None:
    case = await house.triaged("disclosed")
    path = f"/v1/cases/{case.case_id}/disclosures"
    assert len((await house.get(path)).json()["open"]) == 5
    first = await recorded(house, case, "disclosed", **RELIEF, disclosed=["rights", "complaint_route"])
    assert set(first.json()["open_disclosures"]) == {"recording", "process", "next_steps"}
    shown = {one["item"]: one for one in (await house.get(path)).json()["items"]}
    given = shown["rights"]
    assert given["version"] == "script-1" and given["given_by"] == "a-1" and given["words"]["zh"]
    assert datetime.fromisoformat(given["given_at"]) == house.clock.now() and shown["process"]["given_at"] is None
    house.clock.advance(timedelta(minutes=16))
    await house.beat()
    unknown = await recorded(house, case, "unknown-item", **RELIEF, disclosed=["weather"])
    assert unknown.status_code == 422 and unknown.json()["errors"][0]["pointer"] == "#/disclosed/0"


async def test_outcomes_do_what_they_say(house: House) -> None:
    async def talked(name: str, outcome: str, **more: Any) -> Any:
        case = await house.triaged(name)
        answer = await recorded(house, case, name, **TALKED, outcome=outcome, **more)
        assert answer.status_code == 201, answer.text
        return case

    case = await house.triaged("wrong-number")
    await recorded(house, case, "wrong", outcome="WRONG_NUMBER")
    barred = await rows(house, "SELECT barred_for FROM number WHERE borrower_id = :borrower", case)
    assert {row["barred_for"] for row in barred} == {"wrong_number"}

    case = await talked("stops-voice", "RPC_CHANNEL_STOP")
    assert (await house.ask(case, "stopped-voice")).json()["rules"] == ["PREF-02"]

    case = await talked("cease", "RPC_CEASE_REQUEST")
    assert await blocked(house, case, "cease") >= {"demand_call", "demand_message", "arrangement"}

    case = await talked("attorney", "RPC_ATTORNEY", representative="王律师")
    assert await blocked(house, case, "attorney") >= {"demand_call", "demand_message"}
    spoken = await rows(house, "SELECT kind, name FROM representative WHERE case_id = :case", case)
    assert [one["kind"] for one in spoken] == ["attorney"] and spoken[0]["name"].startswith("v1.")

    case = await talked("complaint", "RPC_COMPLAINT")
    assert await blocked(house, case, "complaint") and (await tasks(house, case))["complaint"]["reason"] == "COMPLAINT"

    case = await talked("dispute", "RPC_DISPUTE", cause="DISPUTE_MERCHANT", own_words="没收到货",
                        request={"request_type": "DISPUTE"})  # fmt: skip
    assert await blocked(house, case, "dispute")

    case = await house.triaged("deceased")
    await recorded(house, case, "deceased", outcome="DECEASED_REPORTED", summary="家人告知已去世")
    assert "statutory_notice" in await blocked(house, case, "deceased")
    assert (await tasks(house, case))["check_death"]["needs_role"] == "supervisor"

    case = await talked("despair", "RPC_DISTRESS_ENDED")
    assert {"distress", "distress_review", "agent_debrief"} <= set(await tasks(house, case)), "in whatever words"

    case = await house.triaged("third")
    nobody = await recorded(house, case, "third", outcome="THIRD_PARTY_MESSAGE")
    assert nobody.status_code == 422 and nobody.json()["errors"][0]["pointer"] == "#/third_party_id"

    case = await house.triaged("refuses")
    await house.look(case)
    answer = await recorded(house, case, "refuses", **TALKED, outcome="RPC_REFUSED_TALK")
    assert answer.status_code == 201 and not answer.json()["engaged"]
    assert (await house.ask(case, "in-quiet")).json()["rules"] == ["HOLD-01"]
    assert "contact.rpc_recorded" not in await house.events(case)


@pytest.mark.practice("002-06")
async def test_cause_and_request_are_handed_to_intake_once(house: House) -> None:
    case = await house.triaged("handed")
    answer = (await recorded(house, case, "handed", **RELIEF)).json()
    asked = HandOverInput(case_id=case.case_id, conversation_id=answer["conversation_id"])
    # Intake has not heard of the conversation yet.
    with pytest.raises(Unavailable):
        await house.cases.hand_over.hand_over(asked)
    house.intake.state = "ENGAGED"
    assert (await house.cases.hand_over.hand_over(asked)).outcome == "handed_over"
    assert await house.obligations(case) == {}
    [told] = house.intake.requests.values()
    assert (told.cause, told.own_words, told.request_type, told.months) == (
        "UNEMPLOYMENT", CAUSE["own_words"], "REDUCE", 12,
    )  # fmt: skip
    assert list(house.intake.requests) == [answer["conversation_id"]]
    assert (await house.cases.hand_over.hand_over(asked)).outcome == "not_needed", "the case has gone on"
    assert len(house.intake.requests) == 1


async def test_another_debtor_who_calls_has_a_conversation_of_their_own(house: House) -> None:
    case = await house.triaged("joint")
    debtor = await party(house, case, "joint-debtor")
    path = f"/v1/cases/{case.case_id}/conversations"
    assert (await house.post(path, RELIEF | {"person_id": debtor}, "joint")).status_code == 201
    whose = await rows(house, "SELECT borrower_id FROM conversation WHERE case_id = :case", case)
    assert [str(row["borrower_id"]) for row in whose] == [debtor]
    stranger = await house.post(path, RELIEF | {"person_id": str(case.case_id)}, "stranger")
    assert stranger.status_code == 404
