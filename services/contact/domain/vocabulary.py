"""Channels and classes of messages."""

from __future__ import annotations

from enum import StrEnum

from services.common.kernel.channels import Channel

__all__ = ["Channel", "MessageClass", "action_class"]


class MessageClass(StrEnum):
    """What a contact is for. Rules bind classes: a demand is not a reply, a notice the law asks for is neither."""

    DEMAND = "demand"  # asks for payment of what is overdue
    ARRANGEMENT = "arrangement"  # offers, requests for evidence: what leads to an agreement
    REMINDER = "reminder"  # a plan date that is coming
    REPLY = "reply"  # answers the borrower's own message in the same channel
    STATUTORY_NOTICE = "statutory_notice"  # the law asks for it
    RECEIPT = "receipt"  # confirms what was paid, signed or activated


def action_class(message_class: MessageClass, channel: Channel) -> str:
    """The class of action that a hold may block: a visit whatever it is for, a demand by its means, everything else
    by its class. What the law or the borrower asked for is neither."""
    if channel is Channel.VISIT and message_class not in (MessageClass.STATUTORY_NOTICE, MessageClass.REPLY):
        return "visit"
    if message_class is not MessageClass.DEMAND:
        return message_class.value
    return "demand_call" if channel is Channel.VOICE else "demand_message"
