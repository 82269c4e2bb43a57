"""However a text is written - traditional, wide or narrow, with its marks or without - it means the same."""

import re
from collections.abc import Callable, Mapping

import pytest

from services.contact.domain.language import check
from services.contact.domain.language.data import traditional
from tools.generate_language import LANGUAGES, Example, corpus

MARKS = "，。！？；：、（）【】…—,.!?;:()[]"
BARE = re.compile(rf"(?<!\d)[{re.escape(MARKS)}]|[{re.escape(MARKS)}](?!\d)|(?<=\s)[-–](?=\s)")
NARROW = str.maketrans("，。！？；：（）“”", ',.!?;:()""')
ASCII = range(0x21, 0x7F)
WIDE = {code: code + 0xFEE0 for code in ASCII} | {ord(" "): 0x3000}


def _traditional(text: str) -> str:
    table = {new: old for old, new in reversed(traditional().items())}
    return "".join(table.get(each, each) for each in text)


def _bare(text: str) -> str:
    """No marks but quotation marks and those within numbers; English words stay apart."""
    return BARE.sub("" if re.search("[\u3400-\u9fff]", text) else " ", text)


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "traditional": _traditional,
    "wide": lambda text: text.translate(WIDE),
    "narrow": lambda text: text.translate(NARROW),
    "without its end": lambda text: text.rstrip("。！？!?.；;… \n"),
    "without marks": _bare,
}


def _differs(example: Example, text: str) -> bool:
    answer = check(text, example.lang, example.speaker)
    return (answer.classes, answer.alarms) != (example.classes, example.alarms)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_text_means_the_same_in_every_spelling(spelling: str, language: str) -> None:
    spell = SPELLINGS[spelling]
    examples = [example for example in corpus("seen") if example.lang == language]
    changed = {example.id: spell(example.text) for example in examples if spell(example.text) != example.text}
    assert changed or language == "en"
    assert not [each.text for each in examples if each.id in changed and _differs(each, changed[each.id])]


def test_a_decent_text_stays_decent_without_its_marks() -> None:
    decent = "不是我们不帮您，这要看审批结果；您方便时，我们再谈，好吗？"
    assert check(decent).verdict == check(_bare(decent)).verdict == "pass"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("没收到钱，到底哪个朋友借给你", 7),
        ("不用解释了，否则我们会告诉你家人", 8),
        ("No, you must pay today.", 1),
        ("I don't mind, but you will be arrested.", 3),
    ],
)
def test_a_negation_ends_with_its_clause_even_without_a_comma(text: str, found: int) -> None:
    assert found in check(text).classes and found in check(_bare(text)).classes
