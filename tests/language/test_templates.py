"""Every template that goes to borrowers passes its own check, and one that does not keeps the service from starting."""

from datetime import date
from typing import Any

import pytest

from services.common.kernel.policy_file import PolicyFileInvalid
from services.contact import checked_texts
from services.contact.checked_texts import Reader, phrase_names, publish
from services.contact.domain.language import check
from services.contact.domain.vocabulary import Channel
from services.contact.policies import Policies
from services.contact.template_files import Template, shared, templates
from services.contact.texts import LANGUAGES, Kind, Language, Occasion, Voice, write

VOICE = Voice("Sandbox Bank", "8017", "4000000000", "SEAL-1")
VALUES: dict[Kind, str] = {
    "money": "CNY 1234.50", "date": "2026-04-20", "time": "14:30", "count": "12", "recap": "1", "code": "1",
}  # fmt: skip
RULES = frozenset({"US-12", "US-17"})


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.LETTER])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(templates()))
def test_a_template_passes_the_language_check(name: str, language: Language, channel: Channel) -> None:
    kinds = templates()[name].params
    for params in ({}, {key: VALUES[kind] for key, kind in kinds.items()}):
        for first in (True, False):
            occasion = Occasion(channel, RULES, first, "王秀英", {"recap": "好的。", "code": "482913"})
            said = check(write(name, params, language, VOICE, occasion).text, language)
            assert said.verdict == "pass", said.findings


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_passes_before_it_is_filled_in(language: Language) -> None:
    for template in templates().values():
        text = "\n".join(sentence.in_language(language) for sentence in template.sentences)
        assert check(text, language).verdict == "pass"
    for sentence in (*shared().opening, *shared().closing):
        assert check(sentence.in_language(language), language).verdict == "pass"


@pytest.mark.practice("000-02")
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("sentences", {"zh": "今天必须还款。", "en": "We will talk."}),
        ("sentences", {"zh": "我们一起想办法。", "en": "Pay or you will be arrested."}),
        ("subject", {"zh": "再不还后果自负", "en": "Your plan"}),
    ],
)
def test_a_template_that_would_be_blocked_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, place: str, words: dict[str, str]
) -> None:
    publish()
    good = templates()["reminder"].model_dump()
    bad: dict[str, Any] = {place: [*good["sentences"], words] if place == "sentences" else words}
    found = templates() | {"reminder": Template.model_validate(good | bad)}
    monkeypatch.setattr(checked_texts, "templates", lambda: found)
    monkeypatch.setattr("services.contact.texts.templates", lambda: found)
    with pytest.raises(PolicyFileInvalid, match=r"reminder\.yaml") as refused:
        publish()
    blocked = [text for text in words.values() if check(text).verdict == "block"]
    assert blocked and blocked[0] in str(refused.value)


def test_a_text_of_a_known_shape_is_read_once_and_one_with_words_of_its_own_every_time() -> None:
    reader = Reader()
    offer = {"payment": "CNY 100.00", "count": "3", "total": "CNY 300.00"}
    first, second = (write("offer", offer | {"count": count}, "zh", VOICE) for count in ("3", "36"))
    assert reader.found_in(first, "zh") == reader.found_in(second, "zh") == ((), ())
    assert list(reader._read) == [first.shape]
    for words, blocked in (("您希望每月少还一些。", ()), ("你必须今天还清。", ("command",))):
        recap = write("recap", {"recap": "1"}, "zh", VOICE, Occasion(words={"recap": words}))
        assert reader.found_in(recap, "zh")[1] == blocked
    assert len(reader._read) == 1


@pytest.mark.rule("CN-09", "US-22", "UK-02", "UK-11")
def test_rule_packs_bar_phrases_that_the_check_knows() -> None:
    packs = Policies.load().packs._packs
    named = {
        phrase
        for pack in packs.by_name.values()
        for rule in pack.on(date(2026, 11, 22)).rules.values()
        for name in ("barred_phrases", "phrases_barred_after_limitation")
        if (parameter := rule.parameters.get(name)) is not None
        for phrase in parameter.value  # type: ignore[union-attr]
    }
    assert named and named <= phrase_names()
