"""The words of a contact: who speaks, how to opt out, what must be said and what must not."""

from __future__ import annotations

from services.contact.domain.guard import own
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.guard.questions import Question, when
from services.contact.domain.guard.terms import GuardTerms, RuleTerms
from services.contact.domain.vocabulary import Channel, MessageClass


def wording_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """What the text or script must say: who speaks (CN-10), how to opt out (US-12), no more on a voicemail (US-15)."""
    rules = terms.having("identity_fields")
    asked = [Question(rule, when(facts.names_institution)) for rule in rules]
    if not rules:
        asked.append(own.ask(own.institution_is_named, facts.names_institution))
    if facts.says_opt_out is not None:
        words = sorted(terms.all_of("opt_out_words"))
        said = f"Words: {', '.join(words)}.", f"退订词：{'、'.join(words)}。"
        asked += [Question(rule, when(facts.says_opt_out), said) for rule in terms.having("opt_out_words")]
    if facts.says_collector is not None:
        asked += [Question(rule, when(facts.says_collector)) for rule in terms.having("collector_is_named")]
    if facts.voicemail is not None:
        asked += [_limited_content(rule, frozenset(facts.voicemail)) for rule in terms.having("required_items")]
    if facts.channel is Channel.LETTER and facts.message_class is MessageClass.DEMAND:
        asked += [_whole_letter(rule, frozenset(facts.letter_contents)) for rule in terms.having("letter_contents")]
    return asked + _phrases(facts, terms)


def _phrases(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """CN-09, US-22, UK-02, UK-11: meanings that no text has; US-20: about a time-barred debt none that threatens."""
    if facts.phrases is None:
        return []
    asked = [_may_be_said(facts.blocked_phrases)]
    names = ["barred_phrases"] + (["phrases_barred_after_limitation"] if facts.time_barred else [])
    return asked + [_without(rule, facts.phrases, rule.values[name]) for name in names for rule in terms.having(name)]


def _may_be_said(blocked: tuple[str, ...]) -> Question:
    """What the house lets nobody say, whatever the packs of the case name."""
    said = (f"Says: {', '.join(blocked)}.", f"含有：{'、'.join(blocked)}。") if blocked else ("", "")
    return own.ask(own.words_may_be_said, own.words_may_be_said(blocked), said, blocked=list(blocked))


def _without(rule: RuleTerms, phrases: tuple[str, ...], barred: frozenset[str]) -> Question:
    met = sorted(set(phrases) & barred)
    said = f"Says: {', '.join(met) or 'none of it'}.", f"含有：{'、'.join(met) or '无'}。"
    return Question(rule, when(not met), said, {"phrases": met})


def _whole_letter(rule: RuleTerms, contents: frozenset[str]) -> Question:
    missing = sorted(rule.values["letter_contents"] - contents)
    said = f"Missing: {', '.join(missing) or 'nothing'}.", f"缺少：{'、'.join(missing) or '无'}。"
    return Question(rule, when(not missing), said, {"missing": missing})


def _limited_content(rule: RuleTerms, items: frozenset[str]) -> Question:
    required, optional = rule.values["required_items"], rule.values["optional_items"]
    wrong = (required - items) | (items - required - optional)
    said = f"Wrong: {', '.join(sorted(wrong)) or 'nothing'}.", f"不符：{'、'.join(sorted(wrong)) or '无'}。"
    return Question(rule, when(not wrong), said, {"items": sorted(items)})
