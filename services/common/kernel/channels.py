"""The ways in which a person is contacted, as rules, permits and messages name them."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The way a contact takes. VOICE is a call by a person or a machine."""

    VOICE = "voice"
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    LETTER = "letter"
    PORTAL = "portal"
    VISIT = "visit"
