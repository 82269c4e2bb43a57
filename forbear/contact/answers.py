"""What the contact guard says about a situation: every rule that was asked, and the earliest next legal moment."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from forbear.contact.situation import Situation
from services.common.kernel.clock import local_day
from services.common.kernel.dated import PolicyMissing
from services.contact.checked_texts import meanings
from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.guard.questions import Verdict
from services.contact.domain.guard.telling import sentence, summary
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.language import TextTooLong, check
from services.contact.packs import ContactPacks

SHAPE = "see forbear check contact --schema for the form and --examples for some"


class Checker:
    """Answers lines of JSON by the packs that were loaded."""

    def __init__(self, packs: ContactPacks) -> None:
        self._packs = packs

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one situation; it has `error` when it cannot be read. Never raises for what the line says."""
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            return {"id": None, "error": f"the line is not JSON in UTF-8; {SHAPE}"}
        if not isinstance(asked, dict):
            return {"id": None, "error": f"the line is not a JSON object; {SHAPE}"}
        name = asked.get("id")
        try:
            situation = Situation.model_validate_json(line)
            return {"id": name, **shown(self.decide(situation))}
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'situation'}: {e['msg']}" for e in found)
            return {"id": name, "error": f"{places}; {SHAPE}"}
        except TextTooLong as long:
            return {"id": name, "error": f"text: {long}"}
        except PolicyMissing as missing:
            return {"id": name, "error": f"packs: {missing.detail}"}
        except OverflowError:
            return {"id": name, "error": f"facts: a day is too far away to reckon with; {SHAPE}"}

    def decide(self, situation: Situation) -> Permit | Refusal:
        """Ask the guard. PolicyMissing when a pack is not there on the day."""
        facts = situation.facts
        day = local_day(facts.now, facts.zones[0]) if facts.zones else facts.now.astimezone(UTC).date()
        terms = self._packs.terms(situation.packs, day, facts.channel, situation.actor, situation.product)
        given = {one.pack for one in facts.calendars}
        ours = tuple(one for one in self._packs.calendars(terms) if one.pack not in given)
        return ask(replace(_with_text(situation, facts, terms), calendars=(*facts.calendars, *ours)), terms)


def _with_text(situation: Situation, facts: ContactFacts, terms: GuardTerms) -> ContactFacts:
    if situation.text is None:
        return facts
    words = terms.all_of("opt_out_words")
    says = bool(words & set(re.findall(r"[a-z]+", situation.text.lower()))) if words else facts.says_opt_out
    phrases, blocked = meanings(check(situation.text))
    names = facts.names_institution if situation.institution is None else situation.institution in situation.text
    return replace(
        facts,
        says_opt_out=says,
        names_institution=names,
        phrases=tuple(sorted({*phrases, *(facts.phrases or ())})),
        blocked_phrases=tuple(sorted({*blocked, *facts.blocked_phrases})),
    )


def shown(answer: Permit | Refusal) -> dict[str, Any]:
    """An answer as JSON values. Moments are in the first zone of the borrower."""
    earliest = answer.earliest if isinstance(answer, Refusal) else answer.facts.now
    return {
        "verdict": "permit" if isinstance(answer, Permit) else "refuse",
        "rules": [_rule(one, answer.facts) for one in answer.verdicts],
        "earliest": _plain(earliest, answer.facts),
        "closes": _plain(answer.closes, answer.facts) if isinstance(answer, Permit) else None,
        "said": summary(answer),
        "pack_version": answer.pack_version,
    }


def _rule(one: Verdict, facts: ContactFacts) -> dict[str, Any]:
    verdict = "pass" if one.passed else "refuse" if one.refuses else "warn"
    kept = {name: _plain(value, facts) for name, value in one.facts.items()}
    return {"id": one.rule, "verdict": verdict, "strength": one.strength, "sentence": sentence(one), "facts": kept}


def _plain(value: Any, facts: ContactFacts) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(facts.zones[0]) if facts.zones else UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
