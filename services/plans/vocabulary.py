"""Words of plans that are stored and checked by the database: phases, outcomes, states, decisions."""

from enum import StrEnum


class Phase(StrEnum):
    """What a negotiation waits for."""

    WAITING = "waiting"  # for the borrower's request
    MEANS = "means"
    EVIDENCE = "evidence"
    REVIEW = "review"
    DRAFT = "draft"
    APPROVAL = "approval"
    OFFER = "offer"
    ACTIVATION = "activation"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a negotiation ended."""

    ACTIVE = "active"
    NO_AGREEMENT = "no_agreement"
    STOPPED = "stopped"


class EndReason(StrEnum):
    """Why a negotiation ended."""

    ACTIVATED = "activated"
    DEFICIT = "deficit"
    EVIDENCE_LATE = "evidence_deadline_passed"
    EVIDENCE_REJECTED = "evidence_rejected"
    PLAN_REJECTED = "plan_rejected"
    OFFER_EXPIRED = "offer_expired"
    OFFER_DECLINED = "offer_declined"
    CURED = "cured"
    SETTLED = "settled"
    REOPENED = "reopened"
    CASE_CLOSED = "case_closed"


class ChecklistState(StrEnum):
    """Where the evidence of a round stands."""

    REQUESTED = "REQUESTED"
    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    LAPSED = "LAPSED"


class ReviewResult(StrEnum):
    """What a reviewer says of one document."""

    VERIFIED = "VERIFIED"
    NEEDS_MORE = "NEEDS_MORE"
    REJECTED = "REJECTED"


class CheckResult(StrEnum):
    """What a check of a document came to. A flag asks for a closer look."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INCONCLUSIVE = "INCONCLUSIVE"
    FLAGGED = "FLAGGED"


class RequestCause(StrEnum):
    """Why a borrower is asked again for what was asked for before."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    CIRCUMSTANCES_CHANGED = "circumstances_changed"


class RevocationCause(StrEnum):
    """Why a document supports nothing any more."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    FORGED = "forged"


class PlanState(StrEnum):
    """Where one version of a plan stands. One in force is stopped when its case ends for a reason of its own."""

    DRAFTED = "DRAFTED"
    SUPERSEDED = "SUPERSEDED"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    OFFERED = "OFFERED"
    COUNTERED = "COUNTERED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    SIGNED = "SIGNED"
    ACTIVATION_REFUSED = "ACTIVATION_REFUSED"
    ACTIVE = "ACTIVE"
    BROKEN = "BROKEN"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    STOPPED = "STOPPED"


class Decision(StrEnum):
    """What became of a submitted version.

    `sign` is one of several signatures and not the last, which is `approve`; `expired` is written by the clock and
    raises the level needed; `withdrawn` is the proposer's own. But for `sign` and `expired` there is one for a version.
    """

    SIGN = "sign"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RelationKind(StrEnum):
    """What links one of the bank's people to a borrower."""

    OWN_ACCOUNT = "own_account"
    RELATIVE = "relative"


class OfferState(StrEnum):
    """Where an offer stands; it is withdrawn only before acceptance."""

    ISSUED = "ISSUED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    COUNTERED = "COUNTERED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class AgreementState(StrEnum):
    """A signed agreement binds; it is void when the core refused the plan."""

    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    VOID = "VOID"


class SignatureMethod(StrEnum):
    """How an agreement was signed: by a click with a code sent to the borrower, or by word of mouth on a recording."""

    ONE_TIME_CODE = "one_time_code"
    RECORDING = "recording"


class PaymentMethod(StrEnum):
    """How the instalments will be paid; a direct debit has a mandate."""

    DIRECT_DEBIT = "direct_debit"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    COUNTER = "counter"


class ActivationState(StrEnum):
    """The command to the core: `unknown` is asked about before it is sent again."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


class ObjectionReason(StrEnum):
    """Why a borrower does not take an offer as it is."""

    INSTALMENT_TOO_HIGH = "INSTALMENT_TOO_HIGH"
    FIRST_PAYMENT_TOO_SOON = "FIRST_PAYMENT_TOO_SOON"
    TERM_TOO_LONG = "TERM_TOO_LONG"
    TOTAL_COST = "TOTAL_COST"
    INTEREST_UNFAIR = "INTEREST_UNFAIR"
    FEES_DISPUTED = "FEES_DISPUTED"
    AMOUNT_DISPUTED = "AMOUNT_DISPUTED"
    NOT_MY_DEBT = "NOT_MY_DEBT"
    DISTRUST_LENDER = "DISTRUST_LENDER"
    FEAR_CREDIT_RECORD = "FEAR_CREDIT_RECORD"
    WANTS_PRINCIPAL_CUT = "WANTS_PRINCIPAL_CUT"
    WANTS_HIGHER_AUTHORITY = "WANTS_HIGHER_AUTHORITY"
    OTHER_DEBTS_FIRST = "OTHER_DEBTS_FIRST"
    FAMILY_CONSENT = "FAMILY_CONSENT"
    NEEDS_TIME = "NEEDS_TIME"
    ADVISED_BY_THIRD_PARTY = "ADVISED_BY_THIRD_PARTY"
    INCOME_UNCERTAIN = "INCOME_UNCERTAIN"
    PAST_BAD_EXPERIENCE = "PAST_BAD_EXPERIENCE"
