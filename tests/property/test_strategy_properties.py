"""Whatever is known of a borrower, the strategy keeps what was stopped, what care asks for and how often we try."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contact.domain.strategy import Choice, Situation, choose
from services.contact.domain.treatment import Step
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.policies import Policies

DAY = date(2026, 3, 2)
POLICIES = Policies.load()
TERMS = POLICIES.treatment.on(DAY).value
STEPS = POLICIES.cadence.on(DAY).value.steps
PURPOSES = sorted({purpose for stage in TERMS.ladder for purpose in stage.purposes})

channels = st.sampled_from(list(Channel))
situations = st.builds(
    Situation,
    packs=st.sampled_from([("cn",), ("us",), ("uk", "eu")]),
    product=st.sampled_from(["credit_card", "mortgage"]),
    bucket=st.sampled_from(["M0", "M2", "M5", "M7+"]),
    round=st.integers(1, 3),
    days=st.integers(0, 60),
    language=st.sampled_from(["zh", "en"]),
    addresses=st.frozensets(channels),
    care=st.frozensets(st.sampled_from(sorted(TERMS.care))),
    preferred=st.none() | channels,
    stopped=st.frozensets(channels),
    avoided=st.lists(channels, max_size=5).map(tuple),
    went_out=st.frozensets(st.sampled_from(PURPOSES)),
    hardship=st.booleans(),
)
steps = st.sampled_from(STEPS)


def gentleness(channel: Channel) -> int:
    return TERMS.gentlest_first.index(channel)


def attempts(choices: list[Choice | None]) -> int:
    """How many steps reach out to the borrower."""
    return sum(choice is not None and choice.kind != "pause" for choice in choices)


@given(steps, situations)
def test_no_demand_takes_a_way_that_was_stopped_or_that_care_forbids(step: Step, known: Situation) -> None:
    choice = choose(step, known, TERMS)
    if choice is None or choice.message_class is not MessageClass.DEMAND:
        return
    care = TERMS.cared_for(known.care)
    assert not set(choice.channels) & (known.stopped | care.without)
    assert not (care.gentle and choice.kind in ("call", "visit"))
    assert bool(choice.channels) == (choice.kind != "pause")


@pytest.mark.practice("000-01")
@given(situations)
def test_whoever_avoids_us_is_met_by_a_gentler_way_and_not_more_often(known: Situation) -> None:
    choices = [choose(step, known, TERMS) for step in STEPS]
    assert attempts(choices) <= len(STEPS)
    if len(known.avoided) < TERMS.avoidance.in_a_row:
        return
    for choice in choices:
        if choice is not None and choice.message_class is MessageClass.DEMAND:
            assert all(gentleness(channel) < gentleness(known.avoided[-1]) for channel in choice.channels)
    met = Situation(**{name: getattr(known, name) for name in Situation.__slots__} | {"avoided": ()})
    assert attempts(choices) <= attempts([choose(step, met, TERMS) for step in STEPS])


@pytest.mark.practice("002-08")
@given(steps, situations)
def test_no_stage_is_skipped(step: Step, known: Situation) -> None:
    choice = choose(step, known, TERMS)
    stage = None if choice is None or choice.kind == "pause" else TERMS.stage_of(choice.purpose)
    if stage is None:
        return
    assert known.days >= stage.after_days and not (stage.demands and known.hardship)
    before = [one for one in TERMS.ladder if one.stage in stage.needs]
    assert all(one.purposes & known.went_out for one in before)


@given(situations)
def test_the_written_notice_always_goes_out(known: Situation) -> None:
    notice = choose(STEPS[POLICIES.cadence.on(DAY).value.notice], known, TERMS)
    assert notice is not None and notice.kind == "message" and notice.channels and notice.quiet
