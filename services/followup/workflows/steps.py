"""Typed stubs of the activities that followup's workflow calls."""

from services.common.contracts.workflows import CaseInput, FollowUpInput
from services.common.durable.steps import OwnWrite, PromptCall
from services.followup.workflows.messages import DisputeInput, DisputeLook, Look, SummaryWritten

look_at_agreement = OwnWrite[FollowUpInput, Look]("look_at_agreement", Look)
"""Does in one transaction all that is due for an agreement, and reads how it stands."""

watch_credit_dispute = OwnWrite[DisputeInput, DisputeLook]("watch_credit_dispute", DisputeLook)
"""Has somebody higher up told when a dispute is over its time, and reads how it stands."""

write_closing_summary = PromptCall[CaseInput, SummaryWritten]("write_closing_summary", SummaryWritten)
"""Writes back how a case ended well and how the customer would like to be met, once."""
