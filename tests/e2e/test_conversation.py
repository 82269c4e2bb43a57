"""A first conversation by the script: the borrower is heard once, and intake knows what was said."""

from typing import Any

import pytest

from tests.e2e.story import Story

SAID = "我一月份失业了，现在靠积蓄生活。"


class Call:
    """A call that an agent takes step by step."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.path = ""

    async def posts(self, path: str, body: Any = None) -> Any:
        return await self.story.town.post("contact", path, self.story.agent.username, body)

    async def begins(self) -> None:
        """Prepare, ask, dial."""
        case = f"/v1/cases/{self.story.case_id}"
        assert (await self.posts(f"{case}/brief"))["ready"]
        permit = {"case_id": self.story.case_id, "channel": "voice", "purpose": "first_call", "message_class": "demand"}
        permit_id = (await self.posts("/v1/permits", permit))["permit_id"]
        talk = await self.posts(f"{case}/conversations", {"permit_id": permit_id})
        self.path = f"/v1/conversations/{talk['conversation_id']}"

    async def takes(self, step: str, **told: Any) -> Any:
        return await self.posts(f"{self.path}/steps", {"step": step, **told})


@pytest.mark.practice("000-04")
@pytest.mark.practice("002-06")
async def test_what_is_said_in_a_call_is_not_asked_again(story: Story) -> None:
    await story.begins()
    call = Call(story)
    await call.begins()
    await call.takes("greeting")
    verified = await call.takes("right_party", method="known_fact", result="verified")
    assert verified["debt"]["arrears"] == (await story.case())["arrears"]
    await call.takes("purpose")
    await call.takes("convenience", convenient=True)
    await call.takes("cause", cause="UNEMPLOYMENT", own_words=SAID, emotional_state="anxious")
    await call.takes("read_back", summary="您一月失业，目前靠积蓄生活，希望分期。", confirmed=True)
    await call.takes("account")
    await call.takes("request", request={"request_type": "RESCHEDULE", "months": 12})
    evidence = {"side": "borrower", "kind": "SEND_EVIDENCE", "text": "提交收入证明", "due_on": story.in_days(8)}
    await call.takes("commitment", commitments=[evidence])
    await call.takes("close")
    ended = await call.posts(f"{call.path}/outcome", {"outcome": "RPC_REQUEST_RELIEF"})
    assert ended["engaged"] and ended["recap"]
    await story.town.settles()

    # Intake took the request from the conversation: the case is assessed, and nobody is asked to record it again.
    await story.case_is("ASSESSING")
    assert await story.agent.kinds() & {"record_request", "finish_conversation"} == set()
    [request] = [line["what"] for line in await story.timeline() if line["kind"] == "request"]
    assert request["request_type"] == "RESCHEDULE"
    # What was read back, and what was agreed, went to the borrower; a gateway may lose it, as any other message.
    [recap] = await story.messages("recap")
    assert recap["state"] in ("sent", "delivered"), recap
    text = (await story.town.get("contact", f"/v1/messages/{recap['message_id']}", story.agent.username))["text"]
    assert "希望分期" in text and "提交收入证明" in text


@pytest.mark.practice("001-12")
async def test_a_message_of_despair_brings_a_person_and_ends_demands(story: Story) -> None:
    await story.begins()
    await story.borrower.replies("还不上了，我不想活了")
    assert "distress" in await story.supervisor.kinds()
    permit = {"case_id": story.case_id, "channel": "voice", "purpose": "call", "message_class": "demand"}
    refused = await story.town.post("contact", "/v1/permits", story.agent.username, permit)
    assert refused["verdict"] == "refused" and "HOLD-01" in refused["rules"]
    await story.supervisor.does("distress", None)
    assert "distress" not in await story.supervisor.kinds() and "distress_review" in await story.supervisor.kinds()
    # Intake holds the same, for everybody.
    held = await story.town.get("intake", f"/v1/cases/{story.case_id}/holds", story.supervisor.username)
    assert any("demand_call" in hold["blocks"] for hold in held["items"])


@pytest.mark.practice("000-03")
async def test_no_plan_is_drafted_before_the_borrower_knows_how_we_work(story: Story) -> None:
    """Nobody asks this borrower for documents, so nothing was written to them of process, rights and complaints."""
    await story.begins()
    await story.borrower.replies()
    await story.agent.records_the_request(cause="NOT_DISCLOSED")
    await story.agent.takes_the_means(cause="NOT_DISCLOSED")
    await story.town.settles()
    option = (await story.agent.compares_options(first_due_date=story.in_days(30)))["EXTEND"]
    draft = {name: option[name] for name in ("relief_type", "instalments", "first_due_date")}
    path = f"/v1/cases/{story.case_id}/plans"
    refused = await story.agent.tries("plans", path, draft)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "disclosures-open")

    # The borrower calls, and hears it all.
    call = Call(story)
    talk = await call.posts(f"/v1/cases/{story.case_id}/conversations", {"disclosed": []})
    call.path = f"/v1/conversations/{talk['conversation_id']}"
    told = await call.takes("greeting", disclosed=["process", "rights", "complaint_route", "next_steps"])
    assert told["open_disclosures"] == ["recording"]
    await story.town.settles()
    assert (await story.agent.drafts(option))["version"] == 1
    await story.case_is("PLAN_DRAFTED")
