"""What contact's workflows call."""

from temporalio import activity

from services.common.contracts.workflows import DeliveryRequest, RoundInput
from services.contact.service.cadence import Cadences
from services.contact.service.delivery import Delivery
from services.contact.service.hand_over import HandingOver
from services.contact.service.numbers import Numbers
from services.contact.workflows import steps
from services.contact.workflows.messages import CadenceLook, CadenceState, HandedOver, HandOver, Learned, Reservation


class Activities:
    """Activities by the names of their stubs."""

    def __init__(self, delivery: Delivery, handing_over: HandingOver, cadences: Cadences, numbers: Numbers) -> None:
        self._delivery = delivery
        self._handing_over = handing_over
        self._cadences = cadences
        self._numbers = numbers

    @activity.defn(name=steps.reserve.name)
    async def reserve(self, request: DeliveryRequest) -> Reservation:
        """Plan a message and ask for its permit."""
        return await self._delivery.reserve(request)

    @activity.defn(name=steps.give_up.name)
    async def give_up(self, request: DeliveryRequest) -> Reservation:
        """End a message that a person decided to do without."""
        return await self._delivery.give_up(request)

    @activity.defn(name=steps.hand_to_gateway.name)
    async def hand_to_gateway(self, order: HandOver) -> HandedOver:
        """Give a permitted message to the gateway."""
        return await self._handing_over.hand_over(order)

    @activity.defn(name=steps.learn_numbers.name)
    async def learn_numbers(self, round_: RoundInput) -> Learned:
        """Copy the borrower's numbers from intake."""
        return await self._numbers.learn(round_)

    @activity.defn(name=steps.advance_cadence.name)
    async def advance_cadence(self, look: CadenceLook) -> CadenceState:
        """Do all that is due in a round of contact."""
        return await self._cadences.look(look)
