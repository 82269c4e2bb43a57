"""Agreements as PDF: the terms that were offered, and what proves their signature."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from services.common.documents.typesetting import Typesetter
from services.plans.schemas.agreements import AgreementView
from services.plans.schemas.offers import OfferDocument
from services.plans.words import print_words

Language = Literal["zh", "en"]
_REGION = {"zh": "CN", "en": "GB"}
_METHODS = {"one_time_code": "by_code", "recording": "by_recording"}


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: the offered document with its hash, the agreement on it if there is one, and as of when."""

    document: OfferDocument
    document_hash: str
    agreement: AgreementView | None
    institution: str
    language: Language
    zone: ZoneInfo
    at: datetime


class AgreementPrinter:
    """Prints by one template. The same paper has the same bytes."""

    def __init__(self) -> None:
        self._typesetter = Typesetter((files("services.plans.documents") / "agreement.typ").read_bytes())

    async def pdf(self, paper: Paper) -> bytes:
        """The PDF of a paper."""
        return await self._typesetter.pdf(_data(paper), paper.at)


def _data(paper: Paper) -> dict[str, object]:
    language, document = paper.language, paper.document
    return {
        "title": _word("title" if paper.agreement else "title_unsigned", language),
        "language": language,
        "region": _REGION[language],
        "facts": [{"label": _word(name, language), "value": value} for name, value in _facts(paper)],
        "parts": list(_parts(paper)),
        "schedule": {
            "heading": _word("schedule", language),
            "columns": [_word(name, language) for name in ("number", "due_date", "amount")],
            "rows": [[str(one.number), one.due_date.isoformat(), str(one.amount)] for one in document.schedule],
        },
        "signed": _signed(paper),
        "page": _word("page", language),
    }


def _facts(paper: Paper) -> Iterator[tuple[str, str]]:
    document = paper.document
    yield "institution", paper.institution
    yield "account", document.account_ref
    yield "plan", str(document.plan_id)
    yield "version", str(document.version)
    if paper.agreement is None:
        yield "open_until", _moment(document.expires_at, paper.zone)
    yield "fingerprint", paper.document_hash


def _parts(paper: Paper) -> Iterator[dict[str, object]]:
    language, document = paper.language, paper.document
    yield _part("key_terms", language, [getattr(term, language) for term in document.key_terms])
    if document.sections:
        yield _part("contents", language, [getattr(section, language) for section in document.sections])
    if document.exchanges:
        sides = [getattr(exchange, language) for exchange in document.exchanges]
        said = _word("exchange", language)
        yield _part("exchanges", language, [said.format(ours=ours, yours=yours) for ours, yours in sides])
    if document.reporting is not None:
        yield _part("reporting", language, [getattr(document.reporting, language)])


def _signed(paper: Paper) -> dict[str, object]:
    language, agreement = paper.language, paper.agreement
    heading = _word("signature", language)
    if agreement is None:
        return {"heading": heading, "lines": [_word("unsigned", language)], "facts": []}
    signature, facts = agreement.signature, [("signed_at", _moment(agreement.accepted_at, paper.zone))]
    lines = [_word("before" if signature is None else _METHODS[signature.method], language)]
    if paper.document.consent is not None:
        lines.append(getattr(paper.document.consent, language))
    if signature is not None:
        facts.append(("consent", signature.consent_version))
        if signature.recording_ref is not None:
            facts.append(("recording", signature.recording_ref))
    if agreement.payment_method is not None:
        facts.append(("paid_by", _word(agreement.payment_method, language)))
    if agreement.mandate_ref is not None:
        facts.append(("mandate", agreement.mandate_ref))
    if agreement.cooling_off_until is not None:
        facts.append(("cooling_off", agreement.cooling_off_until.isoformat()))
    shown = [{"label": _word(name, language), "value": value} for name, value in facts]
    return {"heading": heading, "lines": lines, "facts": shown}


def _part(name: str, language: Language, lines: list[str]) -> dict[str, object]:
    return {"heading": _word(name, language), "lines": lines}


def _word(name: str, language: Language) -> str:
    said: str = getattr(print_words()[name], language)
    return said


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
