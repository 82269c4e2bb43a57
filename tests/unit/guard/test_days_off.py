"""Days on which a person asked to be left alone, in whatever country."""

from datetime import UTC, date, datetime

import pytest

from services.contact.domain.guard.facts import DaysOff
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.unit.guard.asking import permitted, refused

FEAST = DaysOff(date(2026, 6, 2), date(2026, 6, 3))
AFTER = DaysOff(date(2026, 6, 4), date(2026, 6, 4))


@pytest.mark.rule("PREF-03")
@pytest.mark.practice("004-10")
@pytest.mark.parametrize("pack", ["cn", "us", "uk"])
def test_nobody_is_contacted_on_a_day_that_was_asked_to_be_free(pack: str) -> None:
    permitted(pack, "2026-06-01 12:00", days_off=(FEAST,))
    for moment in ("2026-06-02 12:00", "2026-06-03 12:00"):
        assert refused(pack, moment, days_off=(FEAST,)).rules == ("PREF-03",)
    permitted(pack, "2026-06-04 12:00", days_off=(FEAST,))


@pytest.mark.rule("PREF-03")
@pytest.mark.practice("004-10")
def test_the_next_legal_moment_is_after_all_of_them() -> None:
    answer = refused("cn", "2026-06-02 12:00", days_off=(AFTER, FEAST))
    assert answer.earliest == datetime(2026, 6, 5, 0, 0, tzinfo=UTC), "eight in the morning in Shanghai"


@pytest.mark.rule("PREF-03")
@pytest.mark.practice("004-10")
def test_who_writes_on_such_a_day_is_answered_and_letters_may_come() -> None:
    wrote = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)
    reply = {"message_class": MessageClass.REPLY, "channel": Channel.SMS, "inbound_at": wrote}
    permitted("cn", "2026-06-02 12:00", days_off=(FEAST,), **reply)
    permitted("cn", "2026-06-02 12:00", days_off=(FEAST,), message_class=MessageClass.STATUTORY_NOTICE)
