"""The texts that go to borrowers: who speaks, short sentences, no gaps, none of the words that are never used."""

import re
from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.common.packs.vocabulary import Product
from services.contact.domain.language import check
from services.contact.domain.vocabulary import Channel
from services.contact.errors import TemplateUnfit
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.service.messages.opt_outs import OptOuts
from services.contact.template_files import OF_LETTERS, Sentence, Template, shared
from services.contact.template_files import VOICE as VOICES
from services.contact.texts import LANGUAGES, Kind, Language, Occasion, Voice, Written, templates, write

VOICE = Voice("Sandbox Bank", "8017", "4000000000", "SEAL-1")
VALUES: dict[Kind, str] = {
    "money": "CNY 1234.50", "date": "2026-12-20", "time": "14:30", "count": "12", "recap": str(UUID(int=1)),
    "code": "sandbox:1",
}  # fmt: skip
PURPOSES = {
    "first_contact", "follow_up", "another_way", "consequences", "evidence_request", "offer", "activation", "reminder",
    "missed_notice", "written_notice", "signing_code",
    "activation_refused", "closing", "recap", "opt_out_confirmation", "cease_acknowledgement",
    "callback_confirmation", "debt_statement", "debt_advice", "disclosures", "card_letter",
    "check_in", "feedback", "programme",
}  # fmt: skip
SAID = "您说上个月失业，想每月少还一些。"
NEVER = [
    "必须", "否则", "后果自负", "犯罪", "坐牢", "警察", "欠钱不还", "老赖", "不打算还", "最后机会", "保证", "一定能批",
    "黑名单",
    "you must", "or else", "arrest", "crime", "police", "deadbeat", "last chance", "guaranteed approval", "blacklist",
    "final warning", "immediately",
]  # fmt: skip
NAMES = sorted(templates())


def full(name: str) -> dict[str, str]:
    return {key: VALUES[kind] for key, kind in templates()[name].params.items()}


def written(
    name: str, params: dict[str, str], language: Language = "en", channel: Channel = Channel.SMS, *rules: str,
    first: bool = False,
) -> Written:  # fmt: skip
    words = {key: SAID for key, kind in templates()[name].params.items() if kind in ("recap", "code")}
    occasion = Occasion(channel, frozenset(rules), first, "王秀英", words)
    return write(name, params, language, VOICE, occasion)


def test_every_purpose_has_its_template() -> None:
    assert set(NAMES) == PURPOSES


@pytest.mark.practice("001-02")
@pytest.mark.parametrize("language", LANGUAGES)
def test_consequences_are_told_as_facts_and_amounts_are_never_typed(language: Language) -> None:
    told = written("consequences", {}, language).text
    assert check(told, language).verdict == "pass"
    assert re.findall(r"\d+", told.replace(VOICE.call_back, "").replace(VOICE.alias, "")) == []
    statement = written("debt_statement", full("debt_statement"), language).text
    assert re.findall(r"CNY \d+\.\d\d", statement) == ["CNY 1234.50"] * statement.count("CNY") != []


@pytest.mark.rule("CN-10")
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.LETTER, Channel.PORTAL])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_text_says_who_is_speaking_and_where_to_call_back(name: str, language: Language, channel: Channel) -> None:
    for params in ({}, full(name)):
        text = written(name, params, language, channel, "US-12", "US-17")
        assert all(part in text.text for part in (VOICE.institution, VOICE.alias, VOICE.call_back))
        assert not re.search(r"[{}]|None", text.text + text.subject)
        assert not [word for word in NEVER if word in f"{text.subject} {text.text}".lower()]


def every_sentence() -> list[tuple[str, Sentence]]:
    own = [(name, sentence) for name, template in templates().items() for sentence in template.sentences]
    return own + [("shared", sentence) for sentence in (*shared().opening, *shared().closing)]


@pytest.mark.practice("000-02")
@pytest.mark.parametrize(("name", "sentence"), every_sentence())
def test_sentences_are_one_each_and_short(name: str, sentence: Sentence) -> None:
    values = {"institution": "Sandbox Bank", "alias": VOICE.alias, "call_back": VOICE.call_back}
    values |= {"seal": "SEAL-1", "addressee": "王秀英"} | (full(name) if name != "shared" else {})
    if {"recap", "code"} & set(sentence.needs):
        return  # the words of somebody else
    kinds = templates()[name].params if name != "shared" else {}
    in_zh = values | {key: "2026年12月20日" for key, kind in kinds.items() if kind == "date"}
    in_en = values | {key: "20 December 2026" for key, kind in kinds.items() if kind == "date"}
    assert len(sentence.zh.format(**in_zh)) <= 40, sentence.zh
    assert len(sentence.en.format(**in_en).split()) <= 20, sentence.en
    assert re.fullmatch(r"[^。？！]+[。？！]", sentence.zh), sentence.zh
    assert re.fullmatch(r"[^.?!]+[.?!]", sentence.en), sentence.en
    assert sentence.placeholders - VOICES == set(sentence.needs)


def test_a_template_that_does_not_fit_itself_is_refused() -> None:
    good = templates()["reminder"].model_dump()
    assert Template.model_validate(good) == templates()["reminder"]
    wrong = [
        {"version": "new"},
        {"params": good["params"] | {"balance": "money"}},
        {"params": {}},
        {"subject": {"zh": "还差{amount}", "en": "{amount} is missing"}},
        {"sentences": [{"zh": "还差{amount}。", "en": "{amount} is missing."}]},
        {"sentences": [{"zh": "好。", "en": "Good.", "needs": ["amount"]}]},
    ]
    for change in wrong:
        with pytest.raises(ValidationError):
            Template.model_validate(good | change)
    assert "addressee" in OF_LETTERS


def test_a_parameter_is_read_before_it_is_written() -> None:
    for params in ({"due_date": "soon"}, {"amount": "12.345", "currency": "CNY"}, {"amount": "5"}, {"number": "-1"}):
        with pytest.raises(TemplateUnfit):
            write("reminder", params, "zh", VOICE)
    for name, wrong in (("threat", {}), ("callback_confirmation", {"call_at": "noon"}), ("recap", {"recap": "1"})):
        with pytest.raises(TemplateUnfit):
            write(name, wrong, "zh", VOICE)


def test_amounts_come_with_their_currency_in_one_parameter_or_in_two() -> None:
    together = written("reminder", {"amount": "CNY 864.00", "due_date": "2026-04-20"}, "zh").text
    apart = written("reminder", {"amount": "864.00", "currency": "CNY", "due_date": "2026-04-20"}, "zh").text
    assert together == apart and "2026年4月20日应还CNY 864.00。" in together


def test_what_was_not_given_leaves_no_gap() -> None:
    assert written("reminder", {"amount": "CNY 864.00"}).text.count("864") == 0


def test_a_recap_shows_the_words_of_the_conversation_and_has_no_shape() -> None:
    text = written("recap", full("recap"), "zh")
    assert SAID in text.text and text.shape == ()
    assert written("offer", full("offer")).shape == written("offer", full("offer") | {"count": "36"}).shape
    assert written("offer", full("offer")).shape != written("offer", {}).shape


@pytest.mark.rule("US-12")
@pytest.mark.parametrize("name", NAMES)
def test_where_the_rule_binds_every_text_and_email_says_how_to_opt_out(name: str) -> None:
    for language in LANGUAGES:
        for channel in (Channel.SMS, Channel.EMAIL):
            text = written(name, {}, language, channel, "US-12").text
            assert text.count("STOP") == 1, "once, in either language"
    assert "STOP" not in written("offer", {}, "en").text
    assert "STOP" not in written("offer", {}, "en", Channel.LETTER, "US-12").text


@pytest.mark.rule("US-17")
@pytest.mark.parametrize("name", NAMES)
def test_the_first_words_say_that_a_debt_is_collected_and_later_ones_that_a_collector_speaks(name: str) -> None:
    first = written(name, {}, "en", Channel.SMS, "US-17", first=True)
    later = written(name, {}, "en", Channel.SMS, "US-17")
    assert "attempt to collect a debt" in first.text and "debt collector" not in first.text
    assert "from a debt collector" in later.text and "attempt" not in later.text
    assert "collector" in first.says & later.says
    assert "collector" not in written(name, {}, "en", first=True).says, "a lender in its own name is none"


@pytest.mark.rule("CN-12")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_about_a_card_contains_what_the_rule_lists(language: Language) -> None:
    terms = Policies.load().packs.terms(("cn",), date(2026, 11, 22), Channel.LETTER, product=Product.CREDIT_CARD)
    (rule,) = terms.having("letter_contents")
    contents = rule.values["letter_contents"]
    assert contents <= written("card_letter", full("card_letter"), language, Channel.LETTER).says
    for missing in ("claim", "overdue_since"):
        params = {key: value for key, value in full("card_letter").items() if key != missing}
        assert not contents <= written("card_letter", params, language, Channel.LETTER).says
    unsealed = write(
        "card_letter", full("card_letter"), language, Voice("Bank", "1", "2"), Occasion(Channel.LETTER, addressee="王")
    )
    assert "seal" not in unsealed.says
    nameless = write("card_letter", full("card_letter"), language, VOICE, Occasion(Channel.LETTER))
    assert "name_and_balance" not in nameless.says


@pytest.mark.practice("000-03")
def test_what_texts_disclose_is_on_the_list_and_one_text_tells_all_of_it() -> None:
    listed = set(Policies.load().script.versions[-1].value.disclosures)
    told = {name: {one.discloses for one in templates()[name].sentences if one.discloses} for name in NAMES}
    assert set().union(*told.values()) == listed == told["disclosures"]
    assert templates()["disclosures"].discloses("1.1", {}) == frozenset(), "the first version told none of it"
    assert templates()["evidence_request"].discloses("1.1", {}) == frozenset(), "without a day there is no next step"
    with pytest.raises(ValidationError):
        Sentence.model_validate({"zh": "好。", "en": "Good.", "discloses": "rights", "when": "first"})


def test_the_cadence_has_texts_and_its_demands_say_how_to_stop_them() -> None:
    for version in Policies.load().cadence.versions:
        assert version.value.purposes <= PURPOSES
        notice = version.value.steps[version.value.notice].purpose
        for purpose in version.value.purposes - {notice}:
            assert "STOP" in written(purpose, {}).text and "退订" in written(purpose, {}, "zh").text


OPT_OUTS = OptOuts(Policies.load())
DAY = date(2026, 11, 22)


def opts_out(words: str, pack: str, day: date = DAY) -> bool:
    case = ContactCase(
        case_id=UUID(int=1), borrower_id=UUID(int=2), pack=pack, bucket="M1", product="credit_card", origin="bank",
        language="en", time_zones=["UTC"], contactable=True, round=1,
    )  # fmt: skip
    return OPT_OUTS.is_one(words, [case], Channel.SMS, day)


@pytest.mark.rule("US-31a")
@pytest.mark.parametrize("words", ["Stop", "QUIT", "end!", "revoke", "Opt out.", "opt-out", "cancel", "Unsubscribe"])
def test_every_word_of_the_rule_opts_out_where_it_binds(words: str) -> None:
    assert opts_out(words, "us")


@pytest.mark.parametrize(
    "words",
    ["STOP", " stop. ", "Ｓｔｏｐ！", "退订", "退訂", "【退订】", "取消訂閱", "停止聯繫", "别再发了", "TD", "Opt-Out"],
)
def test_a_reply_is_an_opt_out_however_it_is_written(words: str) -> None:
    assert opts_out(words, "cn")


def test_a_sentence_with_such_a_word_is_none_and_a_word_of_another_pack_neither() -> None:
    assert not opts_out("please don't stop my plan", "us") and not opts_out("", "us")
    assert not opts_out("cancel", "cn")
    assert not opts_out("stop" * 3_000, "us"), "and a very long one is read only so far"


def test_every_origin_of_a_number_is_a_lawful_one_of_the_pack() -> None:
    policies = Policies.load()
    terms = policies.packs.terms(("cn",), date(2026, 11, 22), Channel.SMS)
    (rule,) = terms.limiting("accepted_provenance")
    lawful = rule.of("accepted_provenance")
    origins = policies.delivery.versions[-1].value.provenance_of
    assert set(origins) == {"bank", "core", "file", "borrower"} and set(origins.values()) <= lawful
