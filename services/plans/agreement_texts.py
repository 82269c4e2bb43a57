"""What an offer says beside its key terms: sections, exchanges, reporting, questions; all by the own numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.agreements import Consent, Exchange, Question, Reporting, Section
from services.plans.schemas.base import PlanTermsRecord
from services.plans.words import Said, SectionWords, agreement_words

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Values = Mapping[Language, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an offer is made of: terms, who approved them when, until when they stand, what the packs ask for, and the
    day on which it is talked about."""

    relief: ReliefType
    terms: PlanTermsRecord
    total: Money
    today: date
    approved_on: date
    expires_at: datetime
    zone: ZoneInfo
    level: str
    no_card: bool
    reporting_years: int | None


def values_of(occasion: Occasion) -> Values:
    """What placeholders stand for, in each language."""
    terms, compared = occasion.terms, occasion.terms.comparison
    shown = {
        "as_of": terms.account_as_of.isoformat(),
        "currency": terms.payment.currency,
        "payment": str(terms.payment),
        "before_payment": str(compared.before_payment),
        "total": str(occasion.total),
        "before_total": str(compared.before_total),
        "count": str(terms.instalments),
        "before_count": str(compared.before_payments),
        "first_due": terms.first_due_date.isoformat(),
        "days_to_first": str((terms.first_due_date - occasion.today).days),
        "end": terms.end_date.isoformat(),
        "before_end": compared.before_end_date.isoformat(),
        "own_share": str(terms.own_share),
        "headroom": str(terms.own_share - terms.payment),
        "waived_interest": str(terms.waived_interest),
        "waived_fees": str(terms.waived_fees),
        "months": str(max(terms.extension_months, 0)),
        "level": occasion.level,
        "approved_on": occasion.approved_on.isoformat(),
        "expires": f"{occasion.expires_at.astimezone(occasion.zone):%Y-%m-%d %H:%M}",
    }
    if terms.instruction is not None:
        told = terms.instruction
        shown |= {
            "pause": str(told.pause_months),
            "forgone_interest": str(told.forgone_interest),
            "principal_discount": str(told.principal_discount),
            "released": str(told.released),
            "parked": str(told.parked),
        }
    if terms.claim is not None:
        shown |= {
            "claim": str(terms.claim.total),
            "principal": str(terms.claim.principal),
            "interest": str(terms.claim.interest),
            "fees": str(terms.claim.fees),
        }
    found: dict[Language, dict[str, str]] = {}
    for language in LANGUAGES:
        found[language] = {
            **shown,
            "change": _change(compared.total_cost_change, language),
            "payment_change": _change(compared.payment_change, language),
            "rate": _rate(occasion, language),
            "waived": _waived(terms, language),
        }
    return found


def said(words: Said, values: Values) -> dict[str, str]:
    """Words with their placeholders filled, by language."""
    return {"zh": words.zh.format_map(values["zh"]), "en": words.en.format_map(values["en"])}


def sections(occasion: Occasion, values: Values) -> list[Section]:
    """The sections of the agreement on this plan."""
    found = [one for one in agreement_words().sections if _applies(one, occasion)]
    return [Section(code=one.code, says=sorted(one.says), **said(one, values)) for one in found]


def exchanges(occasion: Occasion, values: Values) -> list[Exchange]:
    """What the bank concedes, each with what the borrower commits to for it. There is always one."""
    known = agreement_words().exchanges
    found = []
    for code in conceded(occasion.relief, occasion.terms):
        words = known[code]
        found.append(
            Exchange(
                concession=code,
                commitment=words.commitment,
                zh=_both(words.zh, values["zh"]),
                en=_both(words.en, values["en"]),
            )
        )
    return found


def conceded(relief: ReliefType, terms: PlanTermsRecord) -> list[str]:
    """What a plan concedes, by name."""
    found = ["longer_term"] if terms.extension_months > 0 else []
    if relief is ReliefType.INT_STOP:
        found.append("no_interest")
    if relief is ReliefType.RATE_CUT:
        found.append("lower_rate")
    if terms.waived_interest.is_positive:
        found.append("waived_interest")
    if terms.waived_fees.is_positive:
        found.append("waived_fees")
    told = terms.instruction
    if told is not None:
        given = {
            "payment_pause": told.pause_months > 0,
            "forgone_interest": told.forgone_interest.is_positive,
            "principal_discount": told.principal_discount.is_positive,
            "written_off": told.released.is_positive,
            "smaller_payments": told.parked.is_positive,
        }
        found += [code for code, conceded in given.items() if conceded]
    return found or ["other_dates"]


def reporting(occasion: Occasion, values: Values) -> Reporting:
    """What is reported to credit bureaus under the plan, as the pack of the case has it."""
    known, restructured = agreement_words().reporting, occasion.terms.restructured
    marked = known["restructured" if restructured else "not_restructured"]
    words = known["general" if occasion.reporting_years is None else "known"]
    more = {"years": str(occasion.reporting_years)}
    filled: dict[Language, dict[str, str]] = {
        "zh": {**values["zh"], **more, "restructured": marked.zh},
        "en": {**values["en"], **more, "restructured": marked.en},
    }
    status: Literal["restructured", "as_kept"] = "restructured" if restructured else "as_kept"
    return Reporting(status=status, keep_years=occasion.reporting_years, **said(words, filled))


def consent(version: str) -> Consent:
    """The words under which an agreement is signed."""
    words = agreement_words().consent
    return Consent(version=version, zh=words.zh, en=words.en)


def questions() -> list[Question]:
    """What the borrower is asked, so that it shows whether the terms were understood."""
    return [Question(code=code, zh=words.zh, en=words.en) for code, words in agreement_words().questions.items()]


def _both(sides: tuple[str, str], values: Mapping[str, str]) -> tuple[str, str]:
    ours, yours = sides
    return ours.format_map(values), yours.format_map(values)


def _applies(section: SectionWords, occasion: Occasion) -> bool:
    return {
        None: True,
        "claim_known": occasion.terms.claim is not None,
        "no_card": occasion.no_card,
        "settlement": occasion.relief is ReliefType.SETTLE,
    }[section.when]


def _change(change: Money, language: Language) -> str:
    if change.is_zero:
        return "不变" if language == "zh" else "no different"
    amount = -change if change.is_negative else change
    if language == "zh":
        return f"{'少' if change.is_negative else '多'} {amount}"
    return f"{amount} {'less' if change.is_negative else 'more'}"


def _rate(occasion: Occasion, language: Language) -> str:
    told = occasion.terms.instruction
    rate = occasion.terms.annual_rate if told is None else told.annual_rate
    if occasion.relief is ReliefType.INT_STOP or not rate:
        return "方案期内不计利息。" if language == "zh" else "No interest runs while the plan is kept."
    percent = f"{(rate * Decimal(100)).normalize():f}"
    return f"年利率 {percent}%。" if language == "zh" else f"The yearly rate is {percent}%."


def _waived(terms: PlanTermsRecord, language: Language) -> str:
    interest, fees = terms.waived_interest, terms.waived_fees
    if (interest + fees).is_zero:
        if language == "zh":
            return "本方案不收费，也不减免已产生的息费。"
        return "The plan costs no fee, and nothing accrued is waived."
    if language == "zh":
        return f"本方案不收费，减免利息 {interest}、费用 {fees}。"
    return f"The plan costs no fee; interest of {interest} and fees of {fees} are waived."
