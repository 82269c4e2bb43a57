"""A borrower in Australia who says in a call that they cannot pay: the law's clock runs from that word on."""

from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.bank import PORTAL
from tests.e2e.story import Story
from tests.e2e.town import well

SAID = {"cause": "INCOME_DROP", "own_words": "最近付不出了", "request_type": "RESCHEDULE", "months": 12}


async def clocks(story: Story) -> dict[str, Any]:
    found = await story.town.get("intake", f"/v1/cases/{story.case_id}/clocks", story.agent.username)
    return {clock["kind"]: clock for clock in found["items"]}


@pytest.mark.rule("AU-01", "AU-02", "AU-03")
@pytest.mark.practice("002-12")
async def test_oral_hardship_notice_in_australia_starts_the_clock(story: Story) -> None:
    body = story.account.case("bank")
    body["account"]["pack"] = "au"
    await story.bank.opens_the_account()
    answer = well(await story.town.call("POST", "intake", "/v1/cases", PORTAL, json=body))
    story.case_id = answer.json()["case_id"]
    await story.town.settles()
    await story.case_is("CONTACTING")

    # Said in passing, before anybody asked: it is taken in, needs no proof, and the clock runs.
    today = story.town.today
    path = f"/v1/cases/{story.case_id}/requests"
    told = await story.town.post("intake", path, story.agent.username, SAID | {"channel": "oral"})
    await story.town.settles()
    assert told["state"] == "CONTACTING"
    running = await clocks(story)
    due = today + timedelta(days=21)
    assert (running["decision"]["rule_id"], running["decision"]["due_on"]) == ("AU-03", due.isoformat())

    # No agent can say no to it.
    words = {"reason_code": "OUTSIDE_POLICY", "reasons": "no such relief for this product"}
    decline = f"/v1/requests/{told['request_id']}/decline"
    assert (await story.agent.tries("intake", decline, words)).status_code == 403

    # The borrower answers: what was asked for is assessed, and nobody asks for it again.
    await story.borrower.replies()
    await story.case_is("ASSESSING")
    assert "record_request" not in await story.agent.kinds()

    # Two weeks on somebody is warned; three weeks on somebody answers for it.
    await story.until(today + timedelta(days=14), 12)
    assert (await clocks(story))["decision"]["warned_at"] is not None
    await story.until(due + timedelta(days=1), 12)
    late = (await clocks(story))["decision"]
    assert late["breached_at"] is not None and "clock_breach" in await story.supervisor.kinds()

    # A supervisor declines with reasons; the clock is met, late, and the record says both.
    await story.town.post("intake", decline, story.supervisor.username, words)
    await story.town.settles()
    met = (await clocks(story))["decision"]
    assert met["met_by"] == "request.declined" and met["breached_at"] == late["breached_at"]
    assert "clock_breach" not in await story.supervisor.kinds()
