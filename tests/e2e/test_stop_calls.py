"""A borrower asks not to be called any more, and is written to instead."""

from typing import Any

import pytest

from tests.e2e.story import Story
from tests.e2e.town import well

ASKED_IN_WRITING = "PREF-02"


async def may_call(story: Story, who: str) -> Any:
    """The answer to somebody who wants to dial."""
    wanted = {"case_id": story.case_id, "channel": "voice", "purpose": "call_borrower", "message_class": "demand"}
    return await story.town.post("contact", "/v1/permits", who, wanted)


@pytest.mark.practice("004-10")
async def test_borrower_asks_to_stop_calls(story: Story) -> None:
    await story.begins()
    await story.days(7)
    call = await story.agent.speaks("RPC_CHANNEL_STOP", "asks not to be called; text messages are fine")
    assert call["counts_as_conversation"]

    # From then on nobody gets a permit to dial, whoever asks, and the refusal says why in both languages.
    for who in (story.agent.username, story.supervisor.username):
        refused = await may_call(story, who)
        assert (refused["verdict"], refused["rules"]) == ("refused", [ASKED_IN_WRITING])
        said = next(one for one in refused["verdicts"] if one["rule"] == ASKED_IN_WRITING)
        assert said["sentence"] and said["sentence_zh"]
        assert refused["earliest"] is None

    # The conversation goes on in writing.
    arrived = len(await story.borrower.inbox())
    await story.agent.records_the_request()
    await story.agent.takes_the_means()
    await story.days(1)
    assert len(await story.messages("evidence_request")) == 1
    assert len(await story.borrower.inbox()) > arrived
    voice = next(one for one in (await story.contact())["channels"] if one["channel"] == "voice")
    assert not voice["permitted"]

    # Days later it still holds; then the borrower would like to be called after all.
    await story.days(4)
    assert (await may_call(story, story.agent.username))["verdict"] == "refused"
    path = f"/v1/cases/{story.case_id}/contact-preferences"
    known = well(await story.town.call("GET", "contact", path, story.agent.username))
    assert known.json()["stopped_channels"] == ["voice"]
    asked = {"source": "message", "stopped_channels": []}
    etag = known.headers["etag"]
    well(await story.town.call("PUT", "contact", path, story.agent.username, json=asked, etag=etag))
    assert (await may_call(story, story.agent.username))["verdict"] == "permitted"
