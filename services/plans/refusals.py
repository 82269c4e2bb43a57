"""Why a plan is not approved: each rule of approval has a problem of its own, which names all rules that said no."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.common.kernel.errors import Conflict, Forbidden, NotFound, Refused
from services.common.kernel.rule import RuleVerdict


class ApprovalExpired(Refused):
    """The time for approval has run out; the plan comes to somebody a level higher."""

    problem = "approval-expired"
    title = "The time for approval is over"


class RelatedToBorrower(Refused):
    """The account is the approver's own or that of somebody near, as declared."""

    problem = "related-to-borrower"
    title = "Nobody decides for themselves or for relatives"


class OwnProposal(Refused):
    """The approver, or who is stood in for, proposed or submitted the plan or took the means."""

    problem = "own-proposal"
    title = "Nobody decides on what they proposed"


class OwnUpload(Refused):
    """The approver, or who is stood in for, handed in evidence of the case."""

    problem = "own-upload"
    title = "Nobody decides on evidence they handed in"


class OwnReview(Refused):
    """The approver, or who is stood in for, reviewed evidence of the case."""

    problem = "own-review"
    title = "Nobody decides on evidence they reviewed"


class SignedBefore(Refused):
    """Two signatures are needed, and one of them is this person's, or in this person's name, already."""

    problem = "signed-before"
    title = "Each signature is by another person"


class DelegationNotInForce(Refused):
    """The deputy's period has not begun, is over, or was ended."""

    problem = "delegation-not-in-force"
    title = "The delegation is not in force"


class AuthorityTooLow(Refused):
    """No role of the caller carries a signature that is still needed."""

    problem = "authority-too-low"
    title = "Another authority is needed"


class EvidenceExpired(Refused):
    """The evidence no longer suffices; the plan is returned, and the evidence handed in anew."""

    problem = "evidence-not-sufficient"
    title = "The evidence no longer supports the plan"


class EvidenceChanged(Refused):
    """Other documents are verified than when the plan was submitted."""

    problem = "evidence-changed"
    title = "The evidence has changed since the submission"


class ProposalChanged(Refused):
    """The hash is not that of what is stored now: another version was read, or the stored one was edited."""

    problem = "proposal-changed"
    title = "This is not what was submitted"


class ProposalSuperseded(Refused):
    """The hash is that of an earlier version of the plan."""

    problem = "proposal-superseded"
    title = "A newer version took the place of this one"


class NotAffordable(Refused):
    """The borrower cannot pay the instalment."""

    problem = "not-affordable"
    title = "The borrower cannot pay the instalment"


class LenderLoses(Refused):
    """The payments are worth too little to the lender today; both sides gain by a plan, or there is none."""

    problem = "lender-would-lose"
    title = "The lender would lose by this plan"


class ContentsMissing(Refused):
    """The words of the agreement lack what a rule of the case asks for; `missing` says which, by rule.

    Whoever keeps the words adds them (`services/plans/documents/agreement.yaml`); then the same is asked again.
    """

    problem = "agreement-contents-missing"
    title = "The agreement would not say what it must"


class PlanWithdrawn(Conflict):
    """The proposer took the version back."""

    problem = "plan-withdrawn"
    title = "The proposer has withdrawn this version"


class AlreadyDecided(Conflict):
    """The version was approved, returned or rejected; that is not undone."""

    problem = "already-decided"
    title = "This version has been decided"


class NotTheProposer(Forbidden):
    """Only who proposed or submitted a version takes it back."""

    problem = "not-the-proposer"
    title = "Only the proposer withdraws a plan"


class UnknownDelegation(NotFound):
    """There is no delegation of this id."""

    problem = "unknown-delegation"
    title = "No such delegation"


class DelegationOver(Conflict):
    """The delegation was ended before, or its period is over."""

    problem = "delegation-over"
    title = "This delegation is over"


class UnknownRelation(NotFound):
    """There is no declared relation of this id."""

    problem = "unknown-relation"
    title = "No such relation"


# The first that applies names the problem: what nobody can mend comes before what somebody else could do.
_PROBLEMS: Final[Mapping[str, type[Refused]]] = {
    "APR-07": ApprovalExpired,
    "APR-09": RelatedToBorrower,
    "APR-01": OwnProposal,
    "APR-02": OwnUpload,
    "APR-08": OwnReview,
    "APR-11": SignedBefore,
    "APR-12": DelegationNotInForce,
    "APR-03": AuthorityTooLow,
    "APR-04": EvidenceExpired,
    "APR-10": EvidenceChanged,
    "APR-06": ProposalChanged,
    "APR-05": NotAffordable,
}


def refusal(failed: Sequence[RuleVerdict]) -> Refused:
    """The problem of rules that said no, with all of them."""
    rules = [one.rule for one in failed]
    kind = next(kind for rule, kind in _PROBLEMS.items() if rule in rules)
    return kind("; ".join(one.reason for one in failed), rules=rules)
