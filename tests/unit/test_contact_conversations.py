"""The rules of a conversation: its order, what its record needs, who may promise what, until when people act."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.contact.domain.brief import Preparation, is_prepared, to_do
from services.contact.domain.commitments import reach, who_may, within_authority
from services.contact.domain.disclosures import nothing_is_open, still_open
from services.contact.domain.language import check
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.record import Record, is_complete, unfit
from services.contact.domain.script import STEPS, Step, TalkState, locked, next_step
from services.contact.policies import Policies
from services.contact.service.talks.deadlines import same_business_day, within_a_business_day

DAY = date(2026, 3, 2)
SCRIPT = Policies.load().script.on(DAY).value
POLICY = Policies.load().conversation.on(DAY).value
OPTIONAL = SCRIPT.optional
HEARD = TalkState(done=STEPS[:6], optional=OPTIONAL, verified=True, convenient=True, cause="ILLNESS", feeling="calm")


def changed(talk: TalkState, **values: object) -> TalkState:
    return TalkState(**{name: values.get(name, getattr(talk, name)) for name in TalkState.__slots__})  # type: ignore[arg-type]


@pytest.mark.practice("001-08")
def test_steps_come_in_their_order_and_only_some_may_be_left_out() -> None:
    talk = TalkState(optional=OPTIONAL)
    assert next_step(talk) is Step.GREETING and locked(Step.GREETING, talk) is None
    assert [step for step in STEPS if locked(step, talk) is None] == [Step.GREETING]
    assert next_step(HEARD) is Step.ACCOUNT
    assert [step for step in STEPS[6:] if locked(step, HEARD) is None] == [Step.ACCOUNT, Step.REQUEST]
    asked = changed(HEARD, done=(*STEPS[:6], Step.REQUEST))
    assert [step for step in STEPS[7:] if locked(step, asked) is None] == list(STEPS[7:])
    assert next_step(changed(asked, done=STEPS)) is None


@pytest.mark.rule("TALK-01")
@pytest.mark.rule("TALK-02")
@pytest.mark.rule("TALK-03")
@pytest.mark.rule("TALK-04")
@pytest.mark.rule("TALK-05")
@pytest.mark.parametrize(
    ("talk", "step", "rule"),
    [
        (changed(HEARD, verified=None), Step.PURPOSE, "TALK-01"),
        (changed(HEARD, verified=False), Step.CLOSE, "TALK-01"),
        (changed(HEARD, convenient=False), Step.CAUSE, "TALK-02"),
        (changed(HEARD, cause=None), Step.ACCOUNT, "TALK-03"),
        (changed(HEARD, done=STEPS[:5]), Step.ACCOUNT, "TALK-04"),
        (changed(HEARD, feeling="angry"), Step.ACCOUNT, "TALK-05"),
        (changed(HEARD, distress=True), Step.REQUEST, "TALK-05"),
    ],
)
def test_what_protects_the_borrower_locks_a_step(talk: TalkState, step: Step, rule: str) -> None:
    lock = locked(step, talk)
    assert lock is not None and lock.rule == rule and lock.zh and lock.en
    assert locked(step, changed(HEARD, done=STEPS)) is None


def test_whoever_has_no_time_or_is_in_distress_is_said_goodbye_to_at_once() -> None:
    busy = TalkState(done=STEPS[:4], optional=OPTIONAL, verified=True, convenient=False)
    assert next_step(busy) is Step.CLOSE
    assert next_step(changed(HEARD, distress=True)) is Step.CLOSE
    assert changed(HEARD, feeling="angry").mode == "deescalation" and HEARD.mode == "normal"
    assert next_step(changed(HEARD, feeling="angry")) is Step.REQUEST, "without the account"


FULL = Record(
    outcome=OUTCOMES["RPC_REQUEST_RELIEF"],
    channel="voice",
    has_permit=True,
    party_verified=True,
    ends_talk=False,
    has_summary=True,
    read_back_confirmed=False,
    cause="ILLNESS",
    has_own_words=True,
    request="DELAY",
)


def record(**values: object) -> Record:
    return Record(**{name: values.get(name, getattr(FULL, name)) for name in Record.__slots__})  # type: ignore[arg-type]


@pytest.mark.practice("000-04")
@pytest.mark.practice("001-09")
@pytest.mark.rule("TALK-06")
@pytest.mark.rule("TALK-07")
def test_a_record_names_all_that_is_missing() -> None:
    assert unfit(FULL) == [] and is_complete(FULL), "a borrower may say no to the summary"
    for name, pointer in (("has_summary", "#/summary"), ("has_own_words", "#/own_words")):
        assert [where for where, _ in unfit(record(**{name: False}))] == [pointer]
    for name, pointer in (
        ("cause", "#/cause"),
        ("read_back_confirmed", "#/read_back_confirmed"),
        ("request", "#/request"),
    ):
        found = [where for where, _ in unfit(record(**{name: None}))]
        assert found == [pointer], name
    assert unfit(record(cause="NOT_DISCLOSED", has_own_words=False)) == []
    assert unfit(record(request="NONE")), "relief of nothing"
    refused = OUTCOMES["RPC_REFUSED_PAY"]
    assert [where for where, _ in unfit(record(outcome=refused, cause="NOT_DISCLOSED"))] == ["#/cause"]
    assert unfit(record(outcome=refused)) == []
    ended = record(outcome=OUTCOMES["RPC_ABUSIVE"], ends_talk=True, cause=None, request=None, read_back_confirmed=None)
    assert unfit(ended) == []
    vain = record(outcome=OUTCOMES["NO_ANSWER"], has_summary=False, cause=None, request=None, party_verified=False)
    assert unfit(vain) == []


@pytest.mark.practice("002-16")
@pytest.mark.rule("TALK-08")
def test_nobody_promises_beyond_the_table() -> None:
    authority = POLICY.authority
    assert reach("PTP", ["agent"], authority) == 14 and reach("PTP", ["agent", "supervisor"], authority) == 92
    assert reach("DISCOUNT", ["manager"], authority) is None and reach("PTP", ["compliance"], authority) is None
    assert within_authority(DAY, DAY + timedelta(days=14), 14)
    assert not within_authority(DAY, DAY + timedelta(days=15), 14) and not within_authority(DAY, DAY, None)
    assert who_may("PTP", DAY, DAY + timedelta(days=40), authority) == ("supervisor", "manager")


@pytest.mark.practice("000-03")
@pytest.mark.rule("TALK-09")
def test_what_was_not_told_is_open() -> None:
    items = tuple(SCRIPT.disclosures)
    assert {"process", "rights", "complaint_route", "next_steps", "recording"} <= set(items)
    assert still_open(items, {"rights"}) == tuple(item for item in items if item != "rights")
    assert nothing_is_open(items, set(items)) and not nothing_is_open(items, ())
    told = {item for text in SCRIPT.steps for item in text.discloses}
    assert told == set(items), "whoever goes through the script tells all of it"


@pytest.mark.practice("001-06")
@pytest.mark.rule("TALK-10")
def test_a_brief_is_good_for_a_day_and_a_number_must_be_somebodys() -> None:
    made = datetime(2026, 3, 2, 2, tzinfo=UTC)

    def known(now: datetime, as_of: date = DAY, **values: bool) -> Preparation:
        good = {"number_known": True, "number_good": True} | values
        return Preparation(now, DAY, made, as_of, brief_life=timedelta(hours=24), core_days_old=1, **good)

    assert is_prepared(known(made + timedelta(hours=24) - timedelta(seconds=1)))
    assert not is_prepared(known(made + timedelta(hours=24)))
    assert is_prepared(known(made, DAY - timedelta(days=1))) and not is_prepared(known(made, DAY - timedelta(days=2)))
    assert len(to_do(known(made, number_good=False))) == 1 and not is_prepared(known(made, number_known=False))


@pytest.mark.practice("003-08")
def test_people_act_within_business_days() -> None:
    until, zone = time(18), "Asia/Shanghai"

    def at(day: int, hour: int, month: int = 3, year: int = 2026) -> datetime:
        return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)

    assert same_business_day(at(2, 10), zone, "cn", until) == at(2, 18)
    assert same_business_day(at(2, 18), zone, "cn", until) == at(3, 18), "at closing time the day is over"
    assert same_business_day(at(7, 10), zone, "cn", until) == at(9, 18), "Saturday"
    assert within_a_business_day(at(6, 10), zone, "cn", until) == at(9, 18)
    # Christmas is on a Thursday; where no list of holidays is known, the weekdays are worked.
    assert within_a_business_day(at(24, 10, 12, 2025), zone, "au", until) == at(29, 18, 12, 2025)
    assert within_a_business_day(at(24, 10, 12, 2025), zone, "xx", until) == at(25, 18, 12, 2025)


@pytest.mark.practice("000-02")
@pytest.mark.practice("001-05")
def test_the_script_itself_says_nothing_that_must_not_be_said() -> None:
    values = {
        "institution": "××信用社", "alias": "8017", "call_back": "4000000000", "as_of": "2026-03-01",
        "arrears": "CNY 864.00", "principal": "CNY 800.00", "interest": "CNY 54.00", "fees": "CNY 10.00",
        "balance": "CNY 9000.00",
    }  # fmt: skip
    texts = [text.words for text in SCRIPT.steps] + [*SCRIPT.instead.values(), *SCRIPT.disclosures.values()]
    for words in texts:
        filled = words.with_values(values)
        for said, language in ((filled.zh, "zh"), (filled.en, "en")):
            verdict = check(said, language)
            assert verdict.verdict == "pass" and not verdict.alarms, said
    before = SCRIPT.steps[: STEPS.index(Step.ACCOUNT)]
    assert not any("{arrears}" in text.words.zh or "{balance}" in text.words.zh for text in before)
