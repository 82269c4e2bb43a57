"""Names of what happens once in a case, a round or a step, and of the tasks that wait in a state."""

from services.intake.models import CollectionsCase

RECORD_REQUEST = "record_request"
REVIEW_IMPORT = "review_import"
REOPEN_OR_REFER = "reopen_or_refer"
REVIEW_NO_CONTACT = "review_no_contact"
STANDS = "case"
TRIAGE = "triage"


def of_round(case: CollectionsCase) -> str:
    """Names what happens once in a round of a case."""
    return f"{case.case_id}/{case.round}"


def of_step(case: CollectionsCase, state_version: int) -> str:
    """Names what happens once in a round of a case after a step."""
    return f"{case.case_id}/{case.round}/{state_version}"
