"""What borrowers think of us: given by themselves alone, sealed from who handles their case, shown together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from services.common.contracts.events.agreements import FeedbackGiven
from services.common.kernel.errors import Forbidden, InvalidInput, NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.followup.domain.feedback import is_sealed, may_be_shown_together, mean_score
from services.followup.errors_care import FeedbackKept, FeedbackSealed
from services.followup.models import Feedback
from services.followup.repository import cases
from services.followup.repository.care import feedback
from services.followup.schemas.feedback import FeedbackGroup, FeedbackOfCase, FeedbackTogether, FeedbackView
from services.followup.schemas.feedback import GiveFeedback as Given
from services.followup.service.care.whose import STAFF, Portal
from services.followup.service.policies import DEFAULT, Policies

USUAL_DAYS = 30


class FeedbackRegister:
    """Takes and shows answers."""

    def __init__(self, database: Database, policies: Policies, portal: Portal) -> None:
        self._database = database
        self._policies = policies
        self._portal = portal

    async def give(self, caller: Caller, feedback_id: UUID, body: Given) -> Answer:
        """Keep the answer of a borrower, once. Forbidden for staff; NotFound; FeedbackKept."""
        if self._portal.borrower_of(caller) is None:
            raise Forbidden("borrowers say themselves what they think of us")
        async with self._database.write(caller) as uow:
            asked = await feedback.lock(uow.session, feedback_id)
            if asked is None:
                raise NotFound("there is nothing of this id")
            await self._portal.require_own(uow.session, caller, asked.case_id)
            if asked.answered_at is not None:
                raise FeedbackKept("an answer was kept before")
            asked.score, asked.words, asked.answered_at = body.score, body.words, uow.now()
            await uow.session.flush()
            # Who said it is the borrower of the case; how well is nobody's business but in the table.
            await uow.audit("feedback.given", f"feedback/{feedback_id}", case_id=asked.case_id)
            await uow.emit(
                FeedbackGiven.model_validate(
                    asked.model_dump(include={"case_id", "feedback_id", "occasion", "stage", "score"})
                )
            )
            return uow.answer(_view(asked))

    async def of_case(self, caller: Caller, case_id: UUID) -> FeedbackOfCase:
        """What the borrower of a case said. FeedbackSealed while it runs, for agents and who handles it; NotFound."""
        async with self._database.read() as session:
            await self._portal.require_own(session, caller, case_id)
            ended = await cases.has_ended(session, case_id)
            handler = await feedback.handler_of(session, case_id)
            if self._portal.borrower_of(caller) is None and is_sealed(
                roles=caller.roles, person=caller.person, handler=handler, ended=ended
            ):
                raise FeedbackSealed("it is shown when the case has ended")
            found = await feedback.of_case(session, case_id, caller)
        return FeedbackOfCase(items=[_view(one) for one in found])

    async def together(self, caller: Caller, since: date | None, until: date | None, by: str) -> FeedbackTogether:
        """What was said of all who were asked in a period (the last thirty days unless told), by group.

        InvalidInput when the period is empty or longer than the policy allows.
        """
        caller.require_any(STAFF)
        now = self._database.clock.now()
        terms, clock = self._policies.measures(now), self._policies.pack(DEFAULT, now)
        last = until or clock.today(now) + timedelta(days=1)
        first = since or last - timedelta(days=USUAL_DAYS)
        if not timedelta(0) < last - first <= timedelta(days=terms.longest_period_days):
            raise InvalidInput(
                f"the period goes from a day to a later one, over at most {terms.longest_period_days} days",
                fields=[("#/to", "not after from, or too far from it")],
            )
        async with self._database.read() as session:
            rows = await feedback.together(session, by, clock.at(first), clock.at(last))
        scores: dict[str, dict[int, int]] = defaultdict(dict)
        asked: dict[str, int] = defaultdict(int)
        for row in rows:
            asked[row["grouped"]] += row["times"]
            if row["score"] is not None:
                scores[row["grouped"]][row["score"]] = row["times"]
        groups = [_group(name, asked[name], scores[name], terms.smallest_group) for name in asked]
        return FeedbackTogether.model_validate({"first_day": first, "end_day": last, "by": by, "groups": groups})


def _group(name: str, asked: int, scores: dict[int, int], smallest: int) -> FeedbackGroup:
    answered = sum(scores.values())
    if not may_be_shown_together(answered, smallest):
        return FeedbackGroup(group=name, asked=asked, answered=None, mean=None, withheld=True)
    return FeedbackGroup(group=name, asked=asked, answered=answered, mean=mean_score(scores), withheld=False)


def _view(asked: Feedback) -> FeedbackView:
    return FeedbackView.model_validate(asked.model_dump(include=set(FeedbackView.model_fields)))
