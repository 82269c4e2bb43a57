"""Who has which hand in a case: those who negotiate it, and those who reviewed evidence of it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

# Of all rounds: who took the means, drafted, submitted, or wrote down what the borrower answered, and whose case it is.
NEGOTIATORS = Sql(
    """
    SELECT taken_by AS person FROM statement_of_means WHERE case_id = :case_id
    UNION SELECT unnest(ARRAY[proposed_by, submitted_by]) FROM plan WHERE case_id = :case_id
    UNION SELECT recorded_by FROM objection WHERE plan_id IN (SELECT plan_id FROM plan WHERE case_id = :case_id)
    UNION SELECT recorded_by FROM agreement WHERE case_id = :case_id
    UNION SELECT assignee FROM case_assignee WHERE case_id = :case_id
    """
)
REVIEWERS = Sql(
    """
    SELECT reviewer FROM evidence_review JOIN evidence USING (evidence_id) WHERE case_id = :case_id
    UNION SELECT reviewer FROM evidence_review JOIN evidence_reuse USING (evidence_id) WHERE case_id = :case_id
    """
)


async def negotiators(session: AsyncSession, case_id: UUID) -> frozenset[str]:
    """Everybody who negotiates a case, or did in an earlier round."""
    return frozenset((await NEGOTIATORS.run(session, {"case_id": case_id})).scalars().all()) - {None}


async def reviewers(session: AsyncSession, case_id: UUID) -> frozenset[str]:
    """Everybody who reviewed evidence that a case rests on, in whatever round, or in another case."""
    return frozenset((await REVIEWERS.run(session, {"case_id": case_id})).scalars().all())
