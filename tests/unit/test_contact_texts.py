"""The texts that go to borrowers: who speaks, short sentences, no gaps, none of the words that are never used."""

import re
from datetime import date

import pytest

from services.contact.domain.vocabulary import Channel
from services.contact.errors import TemplateUnfit
from services.contact.policies import Policies
from services.contact.service.inbound import plain
from services.contact.texts import LANGUAGES, Kind, Language, Voice, templates, write

VOICE = Voice("Sandbox Bank", "8017", "4000000000")
VALUES: dict[Kind, str] = {"money": "CNY 1234.50", "date": "2026-04-20", "count": "12"}
PURPOSES = {
    "first_contact", "follow_up", "evidence_request", "offer", "activation", "reminder", "missed_notice",
    "written_notice", "closing", "another_way", "consequences",
}  # fmt: skip
NEVER = [
    "必须", "否则", "后果自负", "犯罪", "坐牢", "警察", "欠钱不还", "老赖", "不打算还", "最后机会", "保证", "一定能批",
    "黑名单",
    "you must", "or else", "arrest", "crime", "police", "deadbeat", "last chance", "guaranteed approval", "blacklist",
    "final warning", "immediately",
]  # fmt: skip
NAMES = sorted(templates())


def full(name: str) -> dict[str, str]:
    return {key: VALUES[kind] for key, kind in templates()[name].params.items()}


def test_every_purpose_has_its_template() -> None:
    assert set(NAMES) == PURPOSES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_text_says_who_is_speaking_and_where_to_call_back(name: str, language: Language) -> None:
    for params in ({}, full(name)):
        text = write(name, params, language, VOICE)
        assert all(part in text for part in (VOICE.institution, VOICE.alias, VOICE.call_back))
        assert not re.search(r"[{}]|None", text)
        assert not [word for word in NEVER if word in text.lower()]


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_one_each_and_short(name: str) -> None:
    for sentence in templates()[name].sentences:
        values = full(name) | {"institution": "Sandbox Bank", "alias": VOICE.alias, "call_back": VOICE.call_back}
        assert len(sentence.zh.format(**values)) <= 40, sentence.zh
        assert len(sentence.en.format(**values).split()) <= 20, sentence.en
        assert re.fullmatch(r"[^。？！]+[。？！]", sentence.zh), sentence.zh
        assert re.fullmatch(r"[^.?!]+[.?!]", sentence.en), sentence.en
        used = set(re.findall(r"{(\w+)}", sentence.zh + sentence.en)) - {"institution", "alias", "call_back"}
        assert used == set(sentence.needs) and used <= set(templates()[name].params)


def test_a_parameter_is_read_before_it_is_written() -> None:
    for params in ({"due_date": "soon"}, {"amount": "12.345", "currency": "CNY"}, {"amount": "5"}, {"number": "-1"}):
        with pytest.raises(TemplateUnfit):
            write("reminder", params, "zh", VOICE)
    with pytest.raises(TemplateUnfit):
        write("threat", {}, "zh", VOICE)


def test_amounts_come_with_their_currency_in_one_parameter_or_in_two() -> None:
    together = write("reminder", {"amount": "CNY 864.00", "due_date": "2026-04-20"}, "zh", VOICE)
    apart = write("reminder", {"amount": "864.00", "currency": "CNY", "due_date": "2026-04-20"}, "zh", VOICE)
    assert together == apart and "2026年4月20日应还CNY 864.00。" in together


def test_what_was_not_given_leaves_no_gap() -> None:
    assert write("reminder", {"amount": "CNY 864.00"}, "en", VOICE).count("864") == 0


def test_the_cadence_has_texts_and_its_demands_say_how_to_stop_them() -> None:
    for version in Policies.load().cadence.versions:
        assert version.value.purposes <= PURPOSES
        notice = version.value.steps[version.value.notice].purpose
        for purpose in version.value.purposes - {notice}:
            assert "STOP" in write(purpose, {}, "en", VOICE) and "退订" in write(purpose, {}, "zh", VOICE)


@pytest.mark.parametrize("words", ["STOP", " stop. ", "Ｓｔｏｐ！", "退订", "【退订】", "TD"])
def test_a_reply_is_an_opt_out_however_it_is_written(words: str) -> None:
    delivery = Policies.load().delivery.versions[-1].value
    assert plain(words) in delivery.opt_out_words


def test_a_sentence_with_such_a_word_is_none() -> None:
    delivery = Policies.load().delivery.versions[-1].value
    assert plain("please don't stop my plan") not in delivery.opt_out_words


def test_every_origin_of_a_number_is_a_lawful_one_of_the_pack() -> None:
    policies = Policies.load()
    terms = policies.packs.terms(("cn",), date(2026, 11, 22), Channel.SMS)
    (rule,) = terms.limiting("accepted_provenance")
    lawful = rule.of("accepted_provenance")
    origins = policies.delivery.versions[-1].value.provenance_of
    assert set(origins) == {"bank", "core", "file", "borrower"} and set(origins.values()) <= lawful
