"""A message that came back and went another way is told as sent once for each way, and the doctor expects no more."""

from pathlib import Path

import pytest

from forbear.doctor.verdicts import Verdict
from services.common.contracts.events import contacts
from services.common.kernel.ids import business_uuid
from tests.integration.clinic import AskedBank, Clinic, finding, places
from tests.integration.clinic_rows import CASE, MESSAGE, OPENED, told

CAME_BACK = """UPDATE message SET tried = '[{"channel": "email", "reason": "BOUNCED"}]'"""


def sent(number: int) -> str:
    """Told as sent once more, under another permit; everybody has heard of it."""
    again = contacts.MessageSent(
        case_id=CASE,
        message_id=MESSAGE,
        purpose="offer",
        object_ref="plan",
        permit_id=business_uuid("permit", "again", str(number)),
        at=OPENED,
    )
    into_outbox, _ = told("contact", 1, again)
    return into_outbox


@pytest.mark.parametrize(("times", "verdict"), [(1, Verdict.CLEAN), (2, Verdict.BROKEN)])
async def test_a_message_is_told_once_for_each_way(ward: Clinic, state: Path, times: int, verdict: Verdict) -> None:
    more = [sent(number) for number in range(times)]
    ours = await ward.broken("contact", CAME_BACK, *more)
    theirs = await ward.broken(
        "sandbox",
        f"UPDATE gateway_message SET key = '{MESSAGE}/1'",
        f"INSERT INTO gateway_message VALUES ('{MESSAGE}', 'gw-0', '2026-03-02T04:00:01Z')",
    )
    databases = {**ward.healthy, "contact": ours["contact"], "sandbox": theirs["sandbox"]}
    found = await finding(AskedBank(places(databases, state=state)), "C6")
    assert found.verdict is verdict, found
