"""One message to a borrower: ask for the permit, wait for a legal moment if need be, hand it to the gateway."""

from temporalio import workflow

from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest, DeliveryResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps
from services.contact.workflows.messages import HandOver


@workflow.defn(name=MESSAGE_DELIVERY)
class MessageDelivery(Patient):
    """Ends sent, refused or unreachable; never twice sent."""

    @workflow.run
    async def run(self, request: DeliveryRequest) -> DeliveryResult:
        try:
            return await self._deliver(request)
        except (SkipStep, CloseCase):
            return await self._give_up(request)

    async def _deliver(self, request: DeliveryRequest) -> DeliveryResult:
        while True:
            reserved = await self.attempt(request.case_id, "reserve", steps.reserve, request)
            if reserved.outcome == "later":
                await self.until_nudged(reserved.wake_in)
                continue
            if reserved.outcome != "permitted" or reserved.permit_id is None:
                return _result(reserved.outcome)
            order = HandOver(message_id=reserved.message_id, permit_id=reserved.permit_id)
            handed = await self.attempt(request.case_id, "hand_to_gateway", steps.hand_to_gateway, order)
            if handed.outcome != "reserve_again":
                return _result(handed.outcome)

    async def _give_up(self, request: DeliveryRequest) -> DeliveryResult:
        try:
            return _result((await self.attempt(request.case_id, "give_up", steps.give_up, request)).outcome)
        except (SkipStep, CloseCase):
            # Nothing more can be done; the message stays planned, for the person who decided so.
            return _result("unreachable")


def _result(outcome: str) -> DeliveryResult:
    return DeliveryResult.model_validate({"outcome": outcome})
