"""A number or address as it is kept: a row for each channel in which it may be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import phonenumbers
from phonenumbers.timezone import time_zones_for_geographical_number

from services.common.kernel.ids import business_uuid
from services.contact.domain.vocabulary import Channel

Kind = Literal["phone", "email", "address", "device", "portal"]
#: Those that a text alone tells apart.
TOLD_APART: tuple[Kind, ...] = ("phone", "email", "address")
_CHANNELS: dict[Kind, tuple[Channel, ...]] = {
    "phone": (Channel.VOICE, Channel.SMS),
    "email": (Channel.EMAIL,),
    "address": (Channel.LETTER, Channel.VISIT),
    "device": (Channel.PUSH,),
    "portal": (Channel.PORTAL,),
}
_LAND_LINE = phonenumbers.PhoneNumberType.FIXED_LINE


def zones_of_phone(value: str) -> tuple[str, ...]:
    """Where a telephone number may be by its area, or by its country when it tells no more."""
    return tuple(time_zones_for_geographical_number(phonenumbers.parse(value)))


@dataclass(frozen=True, slots=True)
class Found:
    """A number or address of a person in its normal form, with its digest and where it came from.

    `addressee` is the name that stands above an address, where it is known.
    """

    kind: Kind
    value: str
    digest: str
    provenance: str
    place: str | None = None
    confirmed_on: date | None = None
    handed_over: bool = False
    notice_on: date | None = None
    addressee: str = ""

    def channels(self) -> tuple[Channel, ...]:
        """In which channels it may be used: nobody sends a text message to a land line."""
        if self.kind == "phone" and phonenumbers.number_type(phonenumbers.parse(self.value)) == _LAND_LINE:
            return (Channel.VOICE,)
        return _CHANNELS[self.kind]

    def zones(self) -> list[str]:
        """Where a telephone number may be by its area, or by its country when it tells no more; an address: nowhere."""
        return list(zones_of_phone(self.value)) if self.kind == "phone" else []

    def _written_for(self, channel: Channel) -> str:
        """As it is used: a letter goes to an address block, whose first line is the name."""
        return f"{self.addressee}\n{self.value}" if channel is Channel.LETTER and self.addressee else self.value

    def rows(self, borrower_id: UUID, at: datetime) -> Iterator[dict[str, Any]]:
        """One row for each channel. Nobody has answered there yet."""
        for channel in self.channels():
            yield {
                "number_id": business_uuid("number", str(borrower_id), channel.value, self.digest),
                "borrower_id": borrower_id,
                "channel": channel.value,
                "value": self._written_for(channel),
                "digest": self.digest,
                "provenance": self.provenance,
                "verified": False,
                "learned_at": at,
                "zones": self.zones(),
                "place": self.place,
                "confirmed_on": self.confirmed_on,
                "handed_over": self.handed_over,
                "notice_on": self.notice_on,
            }
