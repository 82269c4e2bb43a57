"""What the follow-up workflow calls."""

from temporalio import activity

from services.common.contracts.workflows import FollowUpInput
from services.followup.service.follow_up import FollowUp
from services.followup.workflows import steps
from services.followup.workflows.messages import Look


class FollowUpActivities:
    """The activities of followup."""

    def __init__(self, follow_up: FollowUp) -> None:
        self._follow_up = follow_up

    @activity.defn(name=steps.look_at_agreement.name)
    async def look_at_agreement(self, asked: FollowUpInput) -> Look:
        """Do what is due for an agreement, and say how it stands."""
        return await self._follow_up.look(asked)
