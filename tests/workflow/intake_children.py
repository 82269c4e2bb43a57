"""The children of a case as other services would run them; an activity says how each ends."""

from temporalio import workflow

from services.common.contracts.workflows import (
    AGREEMENT_FOLLOW_UP,
    CONTACT_CADENCE,
    PLAN_NEGOTIATION,
    ContactResult,
    FollowUpInput,
    FollowUpResult,
    NegotiationResult,
    RoundInput,
)
from services.common.durable.steps import OwnWrite

contact_end = OwnWrite[RoundInput, ContactResult]("contact_end", ContactResult)
plan_end = OwnWrite[RoundInput, NegotiationResult]("plan_end", NegotiationResult)
follow_up_end = OwnWrite[FollowUpInput, FollowUpResult]("follow_up_end", FollowUpResult)


@workflow.defn(name=CONTACT_CADENCE)
class Contact:
    """A cadence."""

    @workflow.run
    async def run(self, asked: RoundInput) -> ContactResult:
        return await contact_end(asked)


@workflow.defn(name=PLAN_NEGOTIATION)
class Negotiation:
    """A negotiation; one without an end yet waits for ever."""

    @workflow.run
    async def run(self, asked: RoundInput) -> NegotiationResult:
        ended = await plan_end(asked)
        if ended.outcome == "active" and ended.agreement_id is None:
            await workflow.wait_condition(lambda: False)
        return ended


@workflow.defn(name=AGREEMENT_FOLLOW_UP)
class FollowUp:
    """An agreement."""

    @workflow.run
    async def run(self, asked: FollowUpInput) -> FollowUpResult:
        return await follow_up_end(asked)
