"""Problems in Chinese: asked for by Accept-Language, complete where people meet them, and never out of step."""

import re

import pytest

from services.common.kernel.errors import ForbearError, StaleVersion
from services.common.runtime.http.problem_words import chinese, language_of, words_of
from services.common.runtime.http.problems import catalogue
from services.common.runtime.http.refusals import NoSuchPath
from tests.contract.edge import GOOD, Edge
from tests.contract.problem_answers import assert_problem
from tests.contract.problem_sentences import sentences
from tools.generate_problems import load_all, reaches_callers

HAN = re.compile(r"[\u4e00-\u9fff]")
# Where people meet problems first: the edge of every service, and contact.
SPOKEN = ("services/common/runtime/http", "services/contact")
#: Told to machines: an administrator of a gateway reads them in a log.
UNSPOKEN = {"gateway-refused", "call-failed", "unavailable", "invalid-input"}


def kinds(of: type[ForbearError] = ForbearError) -> dict[str, str]:
    """Every class of error in the services and the name of its problem."""
    load_all()
    found = {of.__name__: of.problem}
    for kind in of.__subclasses__():
        if kind.__module__.startswith("services."):
            found |= kinds(kind)
    return found


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh-Hant;q=0.4, en;q=0.3", "zh"),
        ("fr;q=1.0, *;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("zh;q=x, en;q=0.1", "en"),
        ("zh;q=9, en;q=0.1", "en"),
        ("ZH-HANS", "zh"),
        ("zh;Q=0.5, en;Q=0.2", "zh"),
        (";;,,q=1", "en"),
    ],
)
def test_the_language_that_is_preferred_is_taken(header: str, language: str) -> None:
    assert language_of({"type": "http", "headers": [(b"accept-language", header.encode())]}) == language


def test_numbers_of_a_detail_are_told_in_chinese_too() -> None:
    stale = StaleVersion("you read version 3; the current version is 5")
    assert words_of(stale, "zh") == ("读取后版本已变更", "您读取的是第3版；当前为第5版")
    assert words_of(stale, "en") == (stale.title, stale.detail)
    assert words_of(StaleVersion("what nobody has put into Chinese"), "zh")[1] == "what nobody has put into Chinese"
    assert words_of(NoSuchPath(), "zh") == ("该路径下没有内容", "该路径下没有内容")


async def test_the_api_answers_in_the_language_that_was_asked_for(edge: Edge) -> None:
    asked = {"accept_language": "zh-CN"}
    missing = assert_problem(
        await edge.client.get("/v1/nothing", headers={"accept-language": "zh-CN"}), 404, "no-such-path"
    )
    assert missing["title"] == "该路径下没有内容"
    wrong = await edge.post("/v1/things/1", GOOD | {"status": "x"}, **asked)
    problem = assert_problem(wrong, 422, "validation-failed")
    assert problem["detail"] == "有1处与文档不符" and problem["errors"][0]["pointer"] == "#/status"
    assert (wrong.headers["content-language"], wrong.headers["vary"]) == ("zh", "Accept-Language")
    broken = assert_problem(await edge.post("/v1/things/1", b"{", **asked), 400, "invalid-json")
    assert broken["detail"] == "正文不是 UTF-8 编码的 JSON"
    english = await edge.get("/v1/nothing")
    assert english.headers["content-language"] == "en" and not HAN.search(english.text)


def test_every_problem_has_a_title_in_chinese_and_no_title_is_left_over() -> None:
    known = set(kinds().values())
    reach = {row.slug: row.title_zh for row in catalogue() if row.slug in known and reaches_callers(row)}
    assert {slug for slug, title in reach.items() if not HAN.search(title)} == set()
    assert set(chinese()) - set(reach) == set()


def test_what_people_are_told_by_the_edge_and_by_contact_is_there_in_chinese() -> None:
    said = set(sentences(kinds(), *SPOKEN))
    assert len(said) > 50, "the search for sentences is not plausible"
    table = chinese()
    spoken = {one for one in said if one[0] in table and one[0] not in UNSPOKEN}
    assert {one for one in spoken if one[1] not in table[one[0]].details} == set()


def test_no_sentence_in_chinese_is_left_over_and_each_has_the_gaps_of_the_english() -> None:
    said = set(sentences(kinds(), "services"))
    table = {(slug, english): words.details[english] for slug, words in chinese().items() for english in words.details}
    assert set(table) - said == set()
    assert [one for one in table if one[1].count("{}") != table[one].count("{}") or not HAN.search(table[one])] == []
