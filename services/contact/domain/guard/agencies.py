"""Who may collect for the lender: an agency on its list, assessed in time (CN-30)."""

from __future__ import annotations

from services.common.kernel.clock import local_day
from services.common.kernel.months import add_months
from services.contact.domain.guard.facts import Agency, ContactFacts
from services.contact.domain.guard.questions import Question, when
from services.contact.domain.guard.terms import GuardTerms, RuleTerms


def agency_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """What binds an agency that asks before it dials; nothing where the lender itself does."""
    if facts.agency is None:
        return []
    return [_assessed(rule, facts.agency, facts) for rule in terms.having("assessed_every_months")]


def _assessed(rule: RuleTerms, agency: Agency, facts: ContactFacts) -> Question:
    """On the list, which only an assessment puts one on, and not later than so many months after it.

    Whoever work was passed on to asks as somebody who is not on it.
    """
    months, assessed = rule.values["assessed_every_months"], agency.assessed_on
    last = None if assessed is None else add_months(assessed, months)
    passes = last is not None and all(local_day(facts.now, zone) <= last for zone in facts.zones)
    said = (
        f"On the list until {last}, {months} months after its assessment." if last else "Not on the list of agencies.",
        f"名单有效至{last}（评估后{months}个月）。" if last else "不在受托机构名单上。",
    )
    return Question(rule, when(passes), said, {"assessed_on": assessed, "assessed_every_months": months})
