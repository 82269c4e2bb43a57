"""Computing the terms of a version again from what is stored beside them."""

from typing import Any

from pydantic import TypeAdapter

from services.plans.domain.catalogue import ReliefType
from services.plans.domain.options import Situation, option
from services.plans.domain.reliefs.facts import Wish
from services.plans.domain.reliefs.terms import Terms
from services.plans.models import Plan, StatementOfMeansRow
from services.plans.policies import Policies
from services.plans.service.stored import terms_of

_SITUATION, _WISH = TypeAdapter(Situation), TypeAdapter(Wish)


def computed_from(situation: Situation, wish: Wish) -> dict[str, Any]:
    """The facts as they are stored with the terms; the cause stays with the statement of means, encrypted."""
    facts = _SITUATION.dump_python(situation, mode="json")
    facts["circumstances"]["cause"] = None
    facts["circumstances"]["packs"].sort()
    return {"situation": facts, "wish": _WISH.dump_python(wish, mode="json")}


def recomputed_terms(plan: Plan, statement: StatementOfMeansRow, policies: Policies, pack: str) -> Terms | None:
    """The terms by the catalogue of the day of the draft; None where the facts were not stored, or none come out."""
    stored = terms_of(plan).computed_from
    if stored is None:
        return None
    facts = stored["situation"]
    told = facts["circumstances"] | {"cause": statement.hardship_reason}
    situation = _SITUATION.validate_python(facts | {"circumstances": told})
    catalogue = policies.catalogue(situation.circumstances.day, pack, situation.account.product)
    return option(ReliefType(plan.relief_type), situation, _WISH.validate_python(stored["wish"]), catalogue).terms
