"""What the workflows of plans call."""

from temporalio import activity

from services.common.contracts.workflows import RoundInput, plan_workflow_id
from services.common.runtime.caller import Caller
from services.plans.service.plans_service import PlansService
from services.plans.workflows import steps
from services.plans.workflows.messages import ActivationResult, NegotiationState


class Activities:
    """Activities under the names of `workflows/steps.py`."""

    def __init__(self, service: PlansService) -> None:
        self._service = service

    @activity.defn(name=steps.look_at_negotiation.name)
    async def look_at_negotiation(self, round_: RoundInput) -> NegotiationState:
        """Do what is due in a round."""
        return await self._service.looking.look(_caller(round_), round_)

    @activity.defn(name=steps.activate_in_core.name)
    async def activate_in_core(self, round_: RoundInput) -> ActivationResult:
        """Have the core run what was signed."""
        return await self._service.activation.activate(_caller(round_), round_)

    @activity.defn(name=steps.give_activation_up.name)
    async def give_activation_up(self, round_: RoundInput) -> ActivationResult:
        """Go back to a draft, unless the core has put the plan into force."""
        return await self._service.activation.give_up(_caller(round_), round_)


def _caller(round_: RoundInput) -> Caller:
    return Caller.service("plans", plan_workflow_id(round_.case_id, round_.round))
