"""Whatever packs are combined, in whatever order, what binds is never looser than one of them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.channels import Channel
from services.common.kernel.dated import PolicyMissing
from services.common.packs.loader import load_packs
from services.common.packs.parameters import Stricter, stricter_value
from services.common.packs.strictest import stricter
from services.common.packs.vocabulary import Actor, Product

PACKS = load_packs()
days = st.integers(0, 9500).map(lambda k: date(2001, 1, 1) + timedelta(days=k))
names = st.lists(st.sampled_from(sorted(PACKS.by_name)), min_size=1, unique=True)


def there(name: str, day: date) -> bool:
    try:
        PACKS.on(name, day)
    except PolicyMissing:
        return False
    return True


@given(names, days, st.none() | st.sampled_from(Actor), st.none() | st.sampled_from(Product), st.randoms())
def test_the_order_of_packs_changes_nothing(
    chosen: list[str], day: date, actor: Actor | None, product: Product | None, random: Random
) -> None:
    packs = [PACKS.on(name, day) for name in chosen if there(name, day)]
    shuffled = sorted(packs, key=lambda pack: random.random())
    one, other = (stricter(order, actor=actor, product=product) for order in (packs, shuffled))
    assert {d: (limit.value, limit.strength) for d, limit in one.limits.items()} == {
        d: (limit.value, limit.strength) for d, limit in other.limits.items()
    }
    assert one.impossible == other.impossible


@given(names, days, st.none() | st.sampled_from(Channel))
def test_no_limit_is_looser_than_one_of_the_packs(chosen: list[str], day: date, channel: Channel | None) -> None:
    packs = [PACKS.on(name, day) for name in chosen if there(name, day)]
    found = stricter(packs, channel=channel)
    for rule in found.rules:
        for parameter in rule.parameters.values():
            if parameter.dimension is not None:
                limit = found.limits[parameter.dimension].value
                assert stricter_value(parameter.stricter, limit, parameter.value) == limit
    assert all(limit.rules for limit in found.limits.values())


@given(st.integers(), st.integers(), st.sampled_from([Stricter.LOWER, Stricter.HIGHER]))
def test_the_stricter_number_is_one_of_the_two(one: int, other: int, direction: Stricter) -> None:
    found = stricter_value(direction, one, other)
    assert found in (one, other) and found == stricter_value(direction, other, one)
