"""What the workflows of followup call."""

from collections.abc import Callable
from typing import Any

from temporalio import activity

from services.common.contracts.workflows import CaseInput, FollowUpInput
from services.followup.service.care.summaries import Summaries
from services.followup.service.follow_up import FollowUp
from services.followup.service.watch_disputes import WatchCreditDisputes
from services.followup.workflows import steps
from services.followup.workflows.messages import DisputeInput, DisputeLook, Look, SummaryWritten


class FollowUpActivities:
    """The activities of followup."""

    def __init__(self, follow_up: FollowUp, disputes: WatchCreditDisputes, summaries: Summaries) -> None:
        self._follow_up = follow_up
        self._disputes = disputes
        self._summaries = summaries

    @activity.defn(name=steps.look_at_agreement.name)
    async def look_at_agreement(self, asked: FollowUpInput) -> Look:
        """Do what is due for an agreement, and say how it stands."""
        return await self._follow_up.look(asked)

    @activity.defn(name=steps.watch_credit_dispute.name)
    async def watch_credit_dispute(self, asked: DisputeInput) -> DisputeLook:
        """Have somebody higher up told of a dispute of the credit record that is over its time."""
        return await self._disputes.look(asked)

    @activity.defn(name=steps.write_closing_summary.name)
    async def write_closing_summary(self, asked: CaseInput) -> SummaryWritten:
        """Write back how a case ended well."""
        await self._summaries.write(asked)
        return SummaryWritten()

    def all(self) -> list[Callable[..., Any]]:
        """All of them, for the worker."""
        return [self.look_at_agreement, self.watch_credit_dispute, self.write_closing_summary]
