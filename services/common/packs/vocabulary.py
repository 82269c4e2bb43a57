"""The words in which an entry of a pack says how strong it is, whom it binds and what it asks for."""

from __future__ import annotations

from enum import StrEnum


class Strength(StrEnum):
    """What a breach of the rule is, from the strongest to the weakest."""

    MUST = "must"  # never overridden
    PRESUMPTION = "presumption"  # blocks; a supervisor may override it with a reason
    INDUSTRY_SELF_REGULATION = "industry_self_regulation"  # blocks; the association's own word
    GUIDANCE = "guidance"  # warns

    def at_least(self, other: Strength) -> bool:
        """Whether this is not weaker than `other`."""
        order = list(Strength)
        return order.index(self) <= order.index(other)


class Binding(StrEnum):
    """Whether the text itself binds somebody, or the house has made it its own standard."""

    BINDING = "binding"
    ADOPTED = "adopted"


class Actor(StrEnum):
    """Who collects: the lender in its own name, an agency for it, or somebody who bought the debt."""

    LENDER = "lender"
    AGENCY = "agency"
    DEBT_BUYER = "debt_buyer"


class Product(StrEnum):
    """The kinds of debt that a rule may be limited to."""

    CREDIT_CARD = "credit_card"
    PERSONAL_LOAN = "personal_loan"
    AUTO_LOAN = "auto_loan"
    OVERDRAFT = "overdraft"
    MORTGAGE = "mortgage"

    @classmethod
    def named(cls, name: str) -> Product | None:
        """The product as the packs know it; None for another one, which every rule then binds."""
        return next((product for product in cls if product == name), None)


class Act(StrEnum):
    """What the machine does about the rule."""

    BLOCK = "block"
    REQUIRE = "require"
    RESCHEDULE = "reschedule"  # move to the next legal moment
    HOLD = "hold"
    CLOCK = "clock"  # start a deadline
    COMPUTE = "compute"
    RETAIN = "retain"
    ALERT = "alert"


class Verified(StrEnum):
    """How far the source was read; `Rule.doubt` says what of it was not."""

    PRIMARY = "primary"  # the text itself or the regulator's own page
    SECONDARY = "secondary"  # a report, a law firm's note, a mirror
    DRAFT = "draft"  # only a draft of the text
    UNVERIFIED = "unverified"  # general knowledge: compliance confirms it before it is relied on
    HOUSE = "house"  # no text says it; the house decided
