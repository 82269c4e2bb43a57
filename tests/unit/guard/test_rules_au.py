"""Australia, rule by rule: hours by kind of day and place, national holidays and no others, contacts of an account."""

from datetime import datetime, timedelta

import pytest

from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import NumberFact, Place
from services.contact.domain.vocabulary import Channel
from tests.unit.guard.asking import asked, at, calls, permitted, refused, verdict_of

MONDAY, SATURDAY, SUNDAY = "2026-06-01", "2026-06-06", "2026-06-07"
WORK = NumberFact("contract", "n1", Place.WORK)


@pytest.mark.rule("AU-07", "HOUSE-03")
@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize(
    ("text", "open_"),
    [
        (f"{MONDAY} 07:29:59", False), (f"{MONDAY} 07:30", True), (f"{MONDAY} 20:59:59", True),
        (f"{MONDAY} 21:00", False), (f"{SATURDAY} 08:59:59", False), (f"{SATURDAY} 09:00", True),
        (f"{SUNDAY} 20:59:59", True), (f"{SUNDAY} 21:00", False),
    ],
)  # fmt: skip
def test_phones_texts_and_mails_have_the_hours_of_the_day(channel: Channel, text: str, open_: bool) -> None:
    assert isinstance(asked("au", text, channel=channel), Permit) is open_


@pytest.mark.rule("AU-07")
@pytest.mark.parametrize(
    ("text", "visit", "work"),
    [
        (f"{MONDAY} 08:59:59", False, False), (f"{MONDAY} 09:00", True, True), (f"{MONDAY} 16:59:59", True, True),
        (f"{MONDAY} 17:00", True, False), (f"{MONDAY} 20:59:59", True, False), (f"{MONDAY} 21:00", False, False),
        (f"{SATURDAY} 12:00", True, False),
    ],
)  # fmt: skip
def test_visits_and_places_of_work_have_hours_of_their_own(text: str, visit: bool, work: bool) -> None:
    assert isinstance(asked("au", text, channel=Channel.VISIT), Permit) is visit
    assert isinstance(asked("au", text, number=WORK), Permit) is work


@pytest.mark.rule("AU-07")
@pytest.mark.parametrize(
    ("zone", "opens"),
    [("Australia/Adelaide", "21:00"), ("Australia/Brisbane", "21:30"), ("Australia/Sydney", "20:30")],
)
def test_summer_time_and_half_hours_are_those_of_the_place(zone: str, opens: str) -> None:
    # Half past seven on 2 February: Sydney and Adelaide have summer time, and Brisbane has none.
    moment = datetime.fromisoformat(f"2026-02-01T{opens}:00+00:00")
    assert isinstance(asked("au", "2026-02-02 12:00", now=moment, zones=(zone,)), Permit)
    assert not isinstance(asked("au", "2026-02-02 12:00", now=moment - timedelta(seconds=1), zones=(zone,)), Permit)


@pytest.mark.rule("AU-07", "HOUSE-04")
@pytest.mark.parametrize(
    ("day", "open_"),
    [
        ("2026-01-01", False), ("2026-01-26", False), ("2026-04-03", False), ("2026-04-06", False),
        ("2026-04-25", False), ("2026-12-25", False), ("2026-12-26", False), ("2026-12-28", False),  # a substitute
        ("2026-04-04", True),  # Easter Saturday is a holiday of some states, and no national one
        ("2026-06-08", True),  # as is the King's Birthday
    ],
)  # fmt: skip
def test_only_national_holidays_and_their_substitutes_are_left_alone(day: str, open_: bool) -> None:
    assert isinstance(asked("au", f"{day} 12:00"), Permit) is open_


@pytest.mark.rule("AU-08")
@pytest.mark.parametrize(("made", "day", "open_"), [(2, 4, True), (3, 4, False), (3, 7, False), (3, 8, True)])
def test_three_contacts_in_seven_days_and_no_fourth(made: int, day: int, open_: bool) -> None:
    spoken = calls("au", f"{MONDAY} 10:00", made, timedelta(hours=2), "RPC_PTP")
    answer = asked("au", f"2026-06-{day:02} 12:00", history=spoken)
    assert isinstance(answer, Permit) is open_
    if not open_:
        assert verdict_of(answer, "AU-08").strength == "guidance", "guidance that the house has adopted"
    assert isinstance(permitted("au", f"2026-06-{day:02} 12:00", history=spoken, debt="d2"), Permit)


@pytest.mark.rule("AU-08")
@pytest.mark.parametrize(("made", "day", "open_"), [(9, 29, True), (10, 29, False), (10, 30, False)])
def test_ten_in_thirty_days_and_no_eleventh(made: int, day: int, open_: bool) -> None:
    spoken = calls("au", f"{MONDAY} 10:00", made, timedelta(days=2, hours=12), "RPC_PTP")
    answer = asked("au", f"2026-06-{day} 12:00", history=spoken)
    assert isinstance(answer, Permit) is open_
    if not open_:
        assert refused("au", f"2026-06-{day} 12:00", history=spoken).earliest == at("au", "2026-07-01 07:30")
