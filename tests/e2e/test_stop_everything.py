"""One word stops all contact of the bank at once, and two people let it go on."""

from time import monotonic

import pytest

from tests.e2e.story import Story
from tests.e2e.town import refused, well

SECONDS = 5.0
"""Within so many seconds nothing leaves any more."""


async def gone_out(story: Story) -> list[str]:
    """The purposes of what was handed to the gateway; the rest waits."""
    return sorted(message["purpose"] for message in await story.messages() if message["state"] != "planned")


@pytest.mark.rule("STOP-01")
async def test_a_stop_binds_everywhere_within_seconds_until_two_people_lift_it(story: Story) -> None:
    await story.begins()
    before = await gone_out(story)
    wanted = {"case_id": story.case_id, "channel": "voice", "purpose": "call_borrower", "message_class": "demand"}

    said = monotonic()
    stop = {"scope": "all", "value": "", "reason": "the price list of today is wrong"}
    placed = well(await story.town.call("POST", "contact", "/v1/stops", story.supervisor.username, json=stop))
    answer = await story.town.post("contact", "/v1/permits", story.agent.username, wanted)
    assert monotonic() - said < SECONDS
    assert (answer["verdict"], answer["rules"]) == ("refused", ["STOP-01"])

    # The cadence would have followed up on the third day.
    await story.days(4)
    assert await gone_out(story) == before

    path, etag = f"/v1/stops/{placed.json()['stop_id']}/lift", placed.headers["etag"]
    asked = well(await story.town.call("POST", "contact", path, story.manager.username, etag=etag))
    again = await story.town.call("POST", "contact", path, story.manager.username, etag=asked.headers["etag"])
    refused(again, 409, "second-person-needed")
    well(await story.town.call("POST", "contact", path, story.supervisor.username, etag=asked.headers["etag"]))
    await story.days(3)
    assert await gone_out(story) == [*before, "follow_up"]
