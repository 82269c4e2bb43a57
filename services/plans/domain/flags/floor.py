"""The five classes of mainland China: the best that days past due allow (CN-19, CN-20), and while observed (CN-22)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula


class AssetClass(StrEnum):
    """From the best to the worst; from SUBSTANDARD on an asset does not perform."""

    NORMAL = "NORMAL"
    SPECIAL_MENTION = "SPECIAL_MENTION"
    SUBSTANDARD = "SUBSTANDARD"
    DOUBTFUL = "DOUBTFUL"
    LOSS = "LOSS"

    @property
    def rank(self) -> int:
        return list(AssetClass).index(self)

    @property
    def performs(self) -> bool:
        return self.rank < AssetClass.SUBSTANDARD.rank


@dataclass(frozen=True, slots=True)
class Overdue:
    """Days past due."""

    days_past_due: int


@dataclass(frozen=True, slots=True)
class FloorTerms:
    """Days above which each class is the best there is."""

    special_mention_over_days: int
    substandard_over_days: int
    doubtful_over_days: int
    loss_over_days: int

    def floor(self, days: int) -> AssetClass:
        """The class that so many days allow at best."""
        over = (
            self.special_mention_over_days,
            self.substandard_over_days,
            self.doubtful_over_days,
            self.loss_over_days,
        )
        return list(AssetClass)[sum(days > limit for limit in over)]


@dataclass(frozen=True, slots=True)
class ObservedTerms:
    """The best classes of a restructured asset while it is observed: one that performed, one restructured again."""

    floor_if_performing: AssetClass
    floor_if_restructured_again: AssetClass


@dataclass(frozen=True, slots=True)
class Floors:
    """By the rule for all assets, by that for cards, and the stricter of the two, which binds cards."""

    general_floor: AssetClass
    credit_card_floor: AssetClass
    stricter: AssetClass


@formula("cn_five_category_floor", general="CN-19", card="CN-20")
def five_category_floor(overdue: Overdue, general: FloorTerms, card: FloorTerms) -> Floors:
    """The best class by days past due, for all assets and for cards; other facts may push it lower."""
    if overdue.days_past_due < 0:
        raise InvalidInput("days past due are not negative")
    both = general.floor(overdue.days_past_due), card.floor(overdue.days_past_due)
    return Floors(*both, stricter=worst(*both))


def observed_floor(before: AssetClass, terms: ObservedTerms, *, again: bool) -> AssetClass:
    """The best class of a restructured asset in observation: no upgrade of what did not perform."""
    least = worst(before, terms.floor_if_performing)
    return worst(least, terms.floor_if_restructured_again) if again else least


def worst(*classes: AssetClass) -> AssetClass:
    """The worst of some classes."""
    return max(classes, key=lambda one: one.rank)
