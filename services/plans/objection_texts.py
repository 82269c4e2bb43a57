"""The answer to an objection: why the plan can work, in the borrower's own numbers, without a promise or a push."""

from services.plans.agreement_texts import Values, said
from services.plans.schemas.agreements import Feasibility, Reporting
from services.plans.vocabulary import ObjectionReason
from services.plans.words import Said, objection_words, token_objection_words

_NUMBERS = ("payment", "before_payment", "own_share", "headroom", "total", "before_total", "count", "first_due", "end")


def feasibility(reason: ObjectionReason, values: Values, reporting: Reporting, *, deficit: bool) -> Feasibility:
    """What is answered to an objection of this kind, with the numbers that it rests on. `deficit`: nothing is
    left for instalments, and the payment is a token."""
    filled: Values = {
        "zh": {**values["zh"], "reporting": reporting.zh},
        "en": {**values["en"], "reporting": reporting.en},
    }
    words = said(_words(reason, deficit=deficit), filled)
    return Feasibility(reason=reason, numbers={name: values["en"][name] for name in _NUMBERS}, **words)


def _words(reason: ObjectionReason, *, deficit: bool) -> Said:
    found = objection_words()[reason]
    return token_objection_words().get(reason, found) if deficit else found
