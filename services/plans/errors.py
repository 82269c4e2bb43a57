"""Facts for which plans refuses, each with its status."""

from services.common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound


class UnknownCase(NotFound):
    """Plans has not heard of this case, or not yet."""

    problem = "unknown-case"
    title = "No such case"


class UnknownPlan(NotFound):
    """There is no plan of this id."""

    problem = "unknown-plan"
    title = "No such plan"


class UnknownEvidence(NotFound):
    """There is no evidence of this id."""

    problem = "unknown-evidence"
    title = "No such evidence"


class NoOffer(NotFound):
    """The case has no offer in this round."""

    problem = "no-offer"
    title = "There is no offer"


class NoStatement(NotFound):
    """Nobody has taken the means of this borrower yet."""

    problem = "no-statement"
    title = "There is no statement of means"


class WrongPhase(Conflict):
    """The negotiation waits for something else; `phase` says for what."""

    problem = "wrong-phase"
    title = "The negotiation is at another step"


class DisclosuresOpen(Conflict):
    """The borrower was not told everything that comes before a plan.

    It is told in a conversation that is recorded at contact, or sent by `POST /v1/cases/{id}/messages` there.
    """

    problem = "disclosures-open"
    title = "The borrower has not been told everything yet"


class HoldInForce(Conflict):
    """A hold on the borrower lets nobody make new terms; `until` says how long, where that is known."""

    problem = "hold-in-force"
    title = "The borrower is held"


class ActiveContent(InvalidInput):
    """The file could act on whoever opens it, hides other files, or is two kinds of file at once; `finding` says which.

    Print it to a plain PDF, or photograph it, and hand that in.
    """

    problem = "active-content"
    title = "The file holds more than a document"


class UnreadableFile(InvalidInput):
    """The file is locked, cut short, broken, or unpacks to more than can be shown; `finding` says which."""

    problem = "unreadable-file"
    title = "The file cannot be read as it is"


class EvidenceHandedIn(Conflict):
    """The same file was handed in before; `evidence_id` names it."""

    problem = "evidence-handed-in"
    title = "This file has been handed in already"


class DuplicateUnexplained(Conflict):
    """The same file is in a case of somebody else too. It is verified only with an explanation of how that came about.

    That is a reason to look closer, and no finding. Tell neither borrower of the other.
    """

    problem = "duplicate-unexplained"
    title = "Somebody else handed in the same file"


class AskedAlready(Conflict):
    """The borrower was asked for this before, or has handed it in; asking again takes a cause."""

    problem = "asked-already"
    title = "The borrower has been asked for this already"


class BasisLost(Conflict):
    """A document that the version rests on was revoked. Return it, so that another version can be drafted."""

    problem = "basis-lost"
    title = "The plan has lost the evidence it rests on"


class BasisChanged(Conflict):
    """The evidence is another one than when the version was drafted. Draft again on what there is now."""

    problem = "basis-changed"
    title = "The evidence has changed since the plan was drafted"


class EvidenceRevoked(Conflict):
    """The document was revoked: it supports nothing any more, and is shown to nobody."""

    problem = "evidence-revoked"
    title = "This document has been revoked"


class NotRevocable(Conflict):
    """Only a document that was found genuine can be found forged; one under review is rejected."""

    problem = "not-revocable"
    title = "This document cannot be revoked for that"


class EvidenceReviewed(Conflict):
    """The document has been reviewed."""

    problem = "evidence-reviewed"
    title = "This document has been reviewed already"


class ReviewerNegotiates(Forbidden):
    """Who reviewed evidence of the case does not negotiate it, and who negotiates it does not review its evidence."""

    problem = "reviewer-negotiates"
    title = "The reviewer is never the negotiating agent"


class SameOfferAgain(Conflict):
    """The terms are those of an offer that the borrower objected to."""

    problem = "same-offer-again"
    title = "The borrower has objected to exactly these terms"


class NobodyMayGrant(Conflict):
    """The concession is above the authority of every role there is."""

    problem = "nobody-may-grant"
    title = "No role has the authority for this concession"


class TooLateToOffer(Conflict):
    """The first payment is so near that the borrower would have no time to decide; draft later dates."""

    problem = "too-late-to-offer"
    title = "The first payment is too near for an offer"


class OfferOver(Conflict):
    """The offer has expired, was answered, or a newer version took its place."""

    problem = "offer-over"
    title = "This offer is not open"


class DocumentDiffers(Conflict):
    """What was accepted is not the document of the offer."""

    problem = "document-differs"
    title = "Another document than the offered one"


class NoAgreement(NotFound):
    """There is nothing to print: the plan was neither offered nor signed."""

    problem = "no-agreement"
    title = "There is no agreement"


class NothingToReview(Conflict):
    """Only terms for a time are reviewed, once, while their plan is in force."""

    problem = "nothing-to-review"
    title = "There are no terms to review"
