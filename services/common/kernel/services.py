"""The services of the house, in the order in which a case meets them."""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """A service by its name, as its database, its queue and the rules that it asks have it."""

    INTAKE = "intake"
    CONTACT = "contact"
    PLANS = "plans"
    FOLLOWUP = "followup"
    DESK = "desk"
