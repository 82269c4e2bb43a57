"""The ways of a message: the numbers it may go to, one for each channel chosen for it, without those in vain so far."""

from services.contact.models import Number
from services.contact.policies import DeliveryPolicy
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage


def ways_of(addressee: Addressee, message: LockedMessage, delivery: DeliveryPolicy) -> list[Number]:
    """In order: the channels of the step that the message is, or else of its purpose. One about an address goes there
    and nowhere else.
    """
    about = [number for number in addressee.numbers if str(number.number_id) == message.object_ref]
    channels = [number.channel for number in about] or addressee.channels or delivery.channels_for(message.purpose)
    known = about or addressee.numbers
    first = (next((one for one in known if one.channel == channel), None) for channel in channels)
    return [number for number in first if number is not None and number.channel not in message.tried]
