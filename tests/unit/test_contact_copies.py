"""Which changes of a case's state contact looks at: every one by which a round of contact may end, and few others."""

from datetime import UTC, datetime
from uuid import UUID

from services.common.contracts.events.cases import CaseStateChanged
from services.contact.service.cases import leaves_contact
from services.intake.domain.case_state import NEXT_ROUND, TRANSITIONS, CaseState

# The states in which a round of contact may be running: contact itself, and where the next round begins.
IN_CONTACT = {CaseState.OPENED, CaseState.TRIAGED, CaseState.CONTACTING} | {target for _, target in NEXT_ROUND}


def looked_at(source: CaseState, target: CaseState) -> bool:
    changed = CaseStateChanged(
        case_id=UUID(int=1),
        from_state=source,
        to_state=target,
        trigger="any",
        state_version=2,
        at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return leaves_contact(changed)


def test_whichever_way_a_case_leaves_contact_is_looked_at() -> None:
    for step in TRANSITIONS:
        if step.source in IN_CONTACT and step.target not in (*IN_CONTACT, CaseState.CONTACTING):
            assert looked_at(step.source, step.target), step
    assert looked_at(CaseState.CONTACTING, CaseState.ENGAGED)


def test_whichever_way_a_case_ends_is_looked_at() -> None:
    for step in TRANSITIONS:
        if step.target in (CaseState.CURED, CaseState.SETTLED, CaseState.NO_AGREEMENT, CaseState.CLOSED):
            assert looked_at(step.source, step.target), step


def test_steps_within_contact_and_after_it_are_passed_over() -> None:
    S = CaseState
    within = [(S.OPENED, S.TRIAGED), (S.TRIAGED, S.CONTACTING), (S.PLAN_BROKEN, S.CONTACTING)]
    after = [(S.ASSESSING, S.PLAN_DRAFTED), (S.OFFERED, S.AGREED), (S.PLAN_ACTIVE, S.PLAN_AT_RISK)]
    assert not any(looked_at(source, target) for source, target in within + after)
