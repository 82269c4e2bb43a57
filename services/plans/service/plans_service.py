"""The use cases of plans together, as routes, consumers and activities get them."""

from services.plans.service.activation import ActivatePlans
from services.plans.service.agreements import Agreements
from services.plans.service.authority import ShowAuthority
from services.plans.service.checklists import Checklists
from services.plans.service.context import Context
from services.plans.service.decisions import DecideOnPlans
from services.plans.service.deputies import Deputies, Relations
from services.plans.service.drafting import DraftPlans
from services.plans.service.ending import EndPlans
from services.plans.service.looking import LookAtNegotiation
from services.plans.service.means import TakeMeans
from services.plans.service.offers import AnswerOffers
from services.plans.service.options import Options
from services.plans.service.programmes import Programmes
from services.plans.service.queries import Queries
from services.plans.service.receipts import Receipts
from services.plans.service.refusing import RefuseReliefs
from services.plans.service.requests import AskBorrowers
from services.plans.service.reuse import ReuseEvidence
from services.plans.service.reviews import ReviewsOfEvidence
from services.plans.service.revocation import RevokeDocuments
from services.plans.service.rounds import Rounds
from services.plans.service.signing import SignAgreements
from services.plans.service.statements import ReadStatements
from services.plans.service.submission import SubmitPlans
from services.plans.service.taking_back import TakeBackAgreements
from services.plans.service.terms_reviews import ReviewTemporaryTerms
from services.plans.service.upload import ReceiveEvidence
from services.plans.service.versions import Versions
from services.plans.service.viewing import ViewEvidence


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
