"""Which programmes there are for an account today. Asks neither the database nor the core, and changes nothing."""

from zoneinfo import ZoneInfo

from services.common.kernel.clock import Clock, local_day
from services.common.runtime.caller import Caller
from services.plans.domain.programmes import Programme, StillAsked, programmes
from services.plans.domain.reliefs.facts import Circumstances
from services.plans.policies import Policies
from services.plans.programme_texts import ASKED, FREE_OF_CHARGE
from services.plans.schemas.base import ToDecide
from services.plans.schemas.programmes import AskProgrammes, ProgrammesView, ProgrammeView
from services.plans.service.context import READERS
from services.plans.service.means.facts import whole_months
from services.plans.service.terms.option_views import rule_view
from services.plans.texts import RELIEF_NAMES


class Programmes:
    """Lists what a borrower may apply for."""

    def __init__(self, policies: Policies, clock: Clock, zone: ZoneInfo) -> None:
        self._policies = policies
        self._clock = clock
        self._zone = zone

    def list(self, caller: Caller, body: AskProgrammes) -> ProgrammesView:
        """Every relief of the catalogue of today, with the conditions that can be judged without the means."""
        caller.require_any(READERS)
        day = local_day(self._clock.now(), self._zone)
        oldest = body.oldest_unpaid_due_date
        found = Circumstances(
            day=day,
            days_past_due=0 if oldest is None else max(0, (day - oldest).days),
            age_months=0 if oldest is None or oldest > day else whole_months(oldest, day),
            packs=frozenset(body.pack.split("+")),
            cause=body.hardship_reason,
        )
        catalogue = self._policies.catalogue(day, body.pack, body.product)
        zh, en = FREE_OF_CHARGE
        return ProgrammesView(
            on=day,
            policy_version=self._policies.reliefs.on(day).version,
            free_of_charge=ToDecide(code="free_of_charge", zh=zh, en=en),
            programmes=[_view(one) for one in programmes(body.product, found, catalogue)],
        )


def _view(one: Programme) -> ProgrammeView:
    zh, en = RELIEF_NAMES[one.relief]
    return ProgrammeView(
        relief_type=one.relief,
        name_zh=zh,
        name_en=en,
        fits=one.fits,
        conditions=[rule_view(judged) for judged in one.verdicts],
        still_asked=[_asked(code) for code in one.asked],
    )


def _asked(code: StillAsked) -> ToDecide:
    zh, en = ASKED[code]
    return ToDecide(code=code.value, zh=zh, en=en)
