"""Tasks to which the staff always say the same, by their kinds: what is sent to the door that the task names."""

from collections.abc import Mapping
from typing import Any

COUNTED_OTHERWISE = "the borrower had counted without the interest"

PROMISED = ("call_back", "send_statement", "forward_request", "supervisor_request")
DUTIES = ("distress", "distress_review", "agent_debrief", "check_death")

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    # How a case goes on: nobody was reached in a whole round, or no rounds are left.
    "review_no_contact": {"decision": "close"},
    "reopen_or_refer": {"decision": "refer"},
    # What the borrower said does not agree with the core, or leaves nothing to pay with.
    "query_facts": {"finding": "both_explained", "words": COUNTED_OTHERWISE},
    "review_declaration": {"finding": "explained", "words": COUNTED_OTHERWISE},
    "refuse_relief": {"reasons": "nothing is left to pay with, and nothing was wished for"},
    "assess_revocation": {"outcome": "plan_stands", "reasons": "the other documents carry the plan"},
    # A plan in force: what was agreed goes on, and the borrower keeps to it.
    "review_temporary_terms": {"result": "goes_on_as_agreed"},
    "check_in_reply": {"how": "well"},
    "plan_at_risk": {"outcome": "will_pay"},
    "accept_promise": {"decision": "accept"},
    "broken_promises": {"decision": "seen"},
    "renegotiate": {"decision": "talked"},
    "accept_renegotiation": {"decision": "as_agreed"},
    "end_regulatory_clock": {"decision": "ends"},
    "assess_viability": {"decision": "performing"},
    # A step of a workflow was refused: it is tried again.
    "stuck": {"resolution": "retry"},
    # What was promised to a borrower is done, and somebody joins, reviews, checks or looks after a colleague.
    **{kind: {"state": "kept"} for kind in (*PROMISED, "complaint")},
    **{kind: {} for kind in DUTIES},
}
