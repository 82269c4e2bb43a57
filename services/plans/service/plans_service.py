"""The use cases of plans together, as routes, consumers and activities get them."""

from services.plans.service.agreement.activation import ActivatePlans
from services.plans.service.agreement.ending import EndPlans
from services.plans.service.agreement.reading import Agreements
from services.plans.service.agreement.signing import SignAgreements
from services.plans.service.agreement.taking_back import TakeBackAgreements
from services.plans.service.approval.authority import ShowAuthority
from services.plans.service.approval.decisions import DecideOnPlans
from services.plans.service.approval.deputies import Deputies, Relations
from services.plans.service.approval.submission import SubmitPlans
from services.plans.service.context import Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.evidence.receipts import Receipts
from services.plans.service.evidence.requests import AskBorrowers
from services.plans.service.evidence.reuse import ReuseEvidence
from services.plans.service.evidence.reviews import ReviewsOfEvidence
from services.plans.service.evidence.revocation import RevokeDocuments
from services.plans.service.evidence.upload import ReceiveEvidence
from services.plans.service.evidence.viewing import ViewEvidence
from services.plans.service.means.refusing import RefuseReliefs
from services.plans.service.means.statements import ReadStatements
from services.plans.service.means.taking import TakeMeans
from services.plans.service.negotiation.answers import AnswerOffers
from services.plans.service.negotiation.looking import LookAtNegotiation
from services.plans.service.negotiation.rounds import Rounds
from services.plans.service.queries import Queries
from services.plans.service.terms.drafting import DraftPlans
from services.plans.service.terms.options import Options
from services.plans.service.terms.programmes import Programmes
from services.plans.service.terms.reviews import ReviewTemporaryTerms
from services.plans.service.terms.versions import Versions


class PlansService:
    """One object per subject."""

    def __init__(self, context: Context) -> None:
        checklists = Checklists(context)
        self.rounds = Rounds(context)
        self.means = TakeMeans(context, checklists)
        self.refusals = RefuseReliefs(context)
        self.statements = ReadStatements(context)
        self.uploads = ReceiveEvidence(context, checklists)
        self.viewing = ViewEvidence(context)
        self.receipts = Receipts(context)
        self.reuses = ReuseEvidence(context, checklists)
        self.requests = AskBorrowers(context, checklists)
        self.revocations = RevokeDocuments(context, checklists)
        self.reviews = ReviewsOfEvidence(context, checklists)
        self.options = Options(context)
        self.programmes = Programmes(context.policies, context.database.clock, context.zone)
        self.drafts = DraftPlans(context, checklists)
        self.submissions = SubmitPlans(context, checklists)
        self.decisions = DecideOnPlans(context, checklists)
        self.ends = EndPlans(context)
        self.authority = ShowAuthority(context)
        self.deputies = Deputies(context)
        self.relations = Relations(context)
        self.offers = AnswerOffers(context)
        self.signing = SignAgreements(context)
        self.agreements = Agreements(context)
        self.taking_back = TakeBackAgreements(context)
        self.versions = Versions(context)
        self.terms_reviews = ReviewTemporaryTerms(context)
        self.looking = LookAtNegotiation(context, checklists)
        self.activation = ActivatePlans(context)
        self.queries = Queries(context, checklists)
