"""The ways of a message: the numbers it may go to, one for each channel chosen for it, without those in vain so far."""

from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import Number
from services.contact.policies import DeliveryPolicy
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage

_SPOKEN = (Channel.VOICE.value, Channel.VISIT.value)


def ways_of(addressee: Addressee, message: LockedMessage, delivery: DeliveryPolicy) -> list[Number]:
    """In order: the channels of the step that the message is, or else of its purpose, the one that the borrower prefers
    before them. One about an address goes there and nowhere else; one for this person alone goes to numbers that they
    confirmed, or that the contract names.
    """
    about = [number for number in addressee.numbers if str(number.number_id) == message.object_ref]
    channels = [number.channel for number in about] or addressee.channels or _of_purpose(addressee, message, delivery)
    known = about or addressee.numbers
    if message.purpose in delivery.known_only:
        known = [number for number in known if number.confirmed_on or number.provenance in delivery.known_by]
    first = (next((one for one in known if one.channel == channel), None) for channel in channels)
    return [number for number in first if number is not None and number.channel not in message.tried]


def _of_purpose(addressee: Addressee, message: LockedMessage, delivery: DeliveryPolicy) -> list[str]:
    """The channels of a purpose. What the law asks for, and what has to be a letter, goes its own way, whatever is
    preferred."""
    usual = [channel.value for channel in delivery.channels_for(message.purpose)]
    preferred = addressee.preferred
    if message.purpose in delivery.own_way:
        return usual
    if preferred in (None, *_SPOKEN) or message.message_class == MessageClass.STATUTORY_NOTICE:
        return usual
    return [preferred, *(channel for channel in usual if channel != preferred)]
