"""A further debtor of a case: learn this person's numbers, once."""

from temporalio import workflow

from services.common.contracts.workflows import PARTY_NUMBERS, PartyInput, PartyResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps


@workflow.defn(name=PARTY_NUMBERS)
class PartyNumbers(Patient):
    """Ends learned, or given up by a person; the numbers can be told to contact too."""

    @workflow.run
    async def run(self, party: PartyInput) -> PartyResult:
        try:
            await self.attempt(party.case_id, "learn_party", steps.learn_party, party)
        except (SkipStep, CloseCase):
            return PartyResult(outcome="given_up")
        return PartyResult(outcome="learned")
