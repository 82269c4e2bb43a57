"""One message to a borrower: hand it to the gateway under a permit, after waiting for a legal moment if need be."""

from temporalio import workflow

from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest, DeliveryResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps


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
            found = await self.attempt(request.case_id, "deliver", steps.deliver, request)
            if found.outcome != "later":
                return _result(found.outcome)
            await self.until_nudged(found.wake_in)

    async def _give_up(self, request: DeliveryRequest) -> DeliveryResult:
        try:
            return _result((await self.attempt(request.case_id, "give_up", steps.give_up, request)).outcome)
        except (SkipStep, CloseCase):
            # Nothing more can be done; the message stays planned, for the person who decided so.
            return _result("unreachable")


def _result(outcome: str) -> DeliveryResult:
    return DeliveryResult.model_validate({"outcome": outcome})
