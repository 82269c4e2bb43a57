"""What contact's workflows call."""

from temporalio import activity

from services.common.contracts.workflows import DeliveryRequest, HandOverInput, OverrideInput, PartyInput, RoundInput
from services.contact.service.messages.delivery import Delivery
from services.contact.service.people.learning import Numbers
from services.contact.service.permits.lapses import OverrideLapses
from services.contact.service.rounds.cadence import Cadences
from services.contact.service.talks.handover import HandOver
from services.contact.workflows import steps
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered, HandedOver, Learned, OverrideState


class Activities:
    """Activities by the names of their stubs."""

    def __init__(
        self, delivery: Delivery, cadences: Cadences, numbers: Numbers, hand_over: HandOver, lapses: OverrideLapses
    ) -> None:
        self._delivery = delivery
        self._cadences = cadences
        self._numbers = numbers
        self._hand_over = hand_over
        self._lapses = lapses

    @activity.defn(name=steps.deliver.name)
    async def deliver(self, request: DeliveryRequest) -> Delivered:
        """Give a message to the gateway if it may go out now."""
        return await self._delivery.deliver(request)

    @activity.defn(name=steps.give_up.name)
    async def give_up(self, request: DeliveryRequest) -> Delivered:
        """End a message that a person decided to do without."""
        return await self._delivery.give_up(request)

    @activity.defn(name=steps.learn_numbers.name)
    async def learn_numbers(self, round_: RoundInput) -> Learned:
        """Copy the borrower's numbers from intake."""
        return await self._numbers.learn(round_)

    @activity.defn(name=steps.learn_party.name)
    async def learn_party(self, party: PartyInput) -> Learned:
        """Copy the numbers of another party of a case from intake."""
        return await self._numbers.learn_party(party)

    @activity.defn(name=steps.advance_cadence.name)
    async def advance_cadence(self, look: CadenceLook) -> CadenceState:
        """Do all that is due in a round of contact."""
        return await self._cadences.look(look)

    @activity.defn(name=steps.hand_over_request.name)
    async def hand_over_request(self, asked: HandOverInput) -> HandedOver:
        """Tell intake the cause and request of a conversation."""
        return await self._hand_over.hand_over(asked)

    @activity.defn(name=steps.give_up_request.name)
    async def give_up_request(self, asked: HandOverInput) -> HandedOver:
        """Wait no longer for a request to be handed over, as a person decided."""
        return await self._hand_over.give_up(asked)

    @activity.defn(name=steps.look_at_override.name)
    async def look_at_override(self, asked: OverrideInput) -> OverrideState:
        """Let a request lapse that nobody decided on in time."""
        return await self._lapses.look(asked)
