"""A conversation that is over: what its steps said and what was told at its end, put together."""

from dataclasses import dataclass

from services.contact.domain.outcomes import OUTCOMES, Outcome
from services.contact.domain.record import Record
from services.contact.errors import OutcomeUnfit
from services.contact.models import Permit, Talk
from services.contact.schemas.conversations import ToldAtTheEnd
from services.contact.service.talks.consequences import Happened
from services.contact.service.talks.said import Said
from services.contact.talk_policies import ConversationPolicy

# Outcomes of messages are recorded by those who carry them, not by people.
_NOT_BY_PEOPLE = frozenset({"SENT", "DELIVERED", "BOUNCED", "OPTED_OUT", "REPLIED", "BLOCKED_BY_RULE"})


@dataclass(frozen=True, slots=True)
class Ended:
    """A conversation that is over: its steps and what was told at its end, put together. What was told last counts."""

    talk: Talk
    said: Said
    told: ToldAtTheEnd
    permit: Permit | None

    def record(self, outcome: Outcome, policy: ConversationPolicy, alarm: bool) -> Record:
        """As the rules look at it."""
        said, told = self.said, self.told
        request = told.request or said.request
        paused = said.convenient is False or said.feeling == "angry" or told.emotional_state == "angry" or alarm
        return Record(
            outcome=outcome,
            channel=self.talk.channel,
            has_permit=self.permit is not None,
            party_verified=bool(said.verified if told.party_verified is None else told.party_verified),
            ends_talk=paused or outcome.code in policy.talk_ended,
            has_summary=self.summary is not None,
            read_back_confirmed=said.confirmed if told.read_back_confirmed is None else told.read_back_confirmed,
            cause=told.cause or said.cause,
            has_own_words=self.own_words is not None,
            request=request.request_type if request else None,
            has_call_back=self.happened(outcome).call_back_at is not None,
            has_third_party=self.happened(outcome).third_party_id is not None,
        )

    @property
    def summary(self) -> str | None:
        return self.told.summary or self.said.summary

    @property
    def own_words(self) -> str | None:
        return self.told.own_words or self.said.own_words

    def happened(self, outcome: Outcome) -> Happened:
        """What the consequences look at."""
        told, permit = self.told, self.permit
        return Happened(
            outcome=outcome.code,
            conversation_id=self.talk.conversation_id,
            borrower_id=self.talk.borrower_id,
            channel=self.talk.channel,
            number_id=permit.number_id if permit else None,
            third_party_id=told.third_party_id or (permit.third_party_id if permit else None),
            call_back_at=told.call_back_at or self.said.call_back_at,
            representative=told.representative,
            cause=told.cause or self.said.cause,
        )


def outcome_of(code: str) -> Outcome:
    """The outcome of a call or visit. OutcomeUnfit when people do not record it, or there is none of this code."""
    outcome = OUTCOMES.get(code)
    if outcome is None or code in _NOT_BY_PEOPLE:
        raise OutcomeUnfit("this is no outcome of a call or visit", fields=[("#/outcome", "unknown outcome")])
    return outcome
