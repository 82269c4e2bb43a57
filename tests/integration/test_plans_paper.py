"""The agreement on paper, as its borrower reads it: every term, every line of the schedule, and how it was signed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from sandbox.borrowers.signing import accepted
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import INSTITUTION, Case

TITLES = {
    "zh": ("还款方案条款（未签署）", "还款协议"),
    "en": ("Terms of a repayment plan (not signed)", "Repayment agreement"),
}
UNSIGNED = {
    "zh": "尚未签署。没有您的同意，方案不会生效。",
    "en": "Not signed. Nothing changes unless you agree.",
}
#: What must stand there in so many words: the duties of both, what a missed payment leads to, where to complain.
SAID = {
    "zh": ["您按约还款", "不再就此催收", "方案可能终止，恢复原合同条款", "找主管、向我们投诉，或向监管部门反映"],
    "en": [
        "You pay as agreed and tell us early if things change",
        "we keep to the plan and stop collecting",
        "if it stays unpaid, the plan may end and the contract applies again",
        "you can ask for a supervisor, complain to us, or complain to the supervisory authority",
    ],
}
SIGNED = {
    "code": {
        "zh": ["以发送给您的一次性验证码签署", "签署时间: 2026-03-02 10:00", "付款方式: 银行转账"],
        "en": [
            "Signed with a one-time code that was sent to you",
            "Signed at: 2026-03-02 10:00",
            "Paid by: bank transfer",
        ],
    },
    "recording": {
        "zh": ["口头同意，有录音", "录音编号: calls/2026/77", "付款方式: 银行代扣", "代扣授权编号: M-1"],
        "en": [
            "Agreed by word of mouth, recorded",
            "Recording: calls/2026/77",
            "Paid by: direct debit",
            "Mandate: M-1",
        ],
    },
}
SPOKEN = {"method": "recording", "recording_ref": "calls/2026/77", "consent_version": "consent-1"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def plain(text: str) -> str:
    """Text without spaces and breaks: these are the page's and not the agreement's."""
    return "".join(text.split())


async def printed(house: House, case: Case, language: str) -> str:
    """The plain text of the PDF in a language."""
    answer = await house.get(f"{case.plan()}/agreement.pdf?language={language}")
    assert answer.status_code == 200, answer.text
    with pypdfium2.PdfDocument(answer.content) as document:
        return plain("".join(page.get_textpage().get_text_range() for page in document))


def absent(paper: str, wanted: list[str]) -> list[str]:
    """What should stand on the paper and does not."""
    return [one for one in wanted if plain(one) not in paper]


def terms_of(offer: dict[str, Any], language: str) -> list[str]:
    """All that an offer says, its numbers, names and hash among it."""
    document = offer["document"]
    ours, yours = document["exchanges"][0][language]
    lines = [
        f"{one['number']}{one['due_date']}{one['amount']['currency']}{one['amount']['amount']}"
        for one in document["schedule"]
    ]
    assert len(lines) == document["instalments"] and len(document["key_terms"]) == 7
    said = [one[language] for one in (*document["key_terms"], *document["sections"], document["reporting"])]
    names = [INSTITUTION, document["account_ref"], str(document["plan_id"]), offer["document_hash"]]
    return [*said, *lines, ours, yours, *names]


@pytest.mark.practice("004-03")
@pytest.mark.rule("CN-14")
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_paper_says_all_that_was_offered_before_and_after_it_is_signed(house: House, language: str) -> None:
    case = await house.offered()
    offer = (await house.get(f"{case.path}/offer")).json()
    wanted = [*terms_of(offer, language), *SAID[language]]
    signed = [*SIGNED["code"][language], offer["document"]["consent"][language]]
    unsigned_title, title = TITLES[language]

    before = await printed(house, case, language)
    assert absent(before, [unsigned_title, UNSIGNED[language], *wanted]) == []
    assert absent(before, signed) == signed, "nothing of a signature stands there before it is given"
    assert (await house.accept(case)).status_code == 201
    after = await printed(house, case, language)
    assert absent(after, [title, *wanted, *signed, "consent-1"]) == []
    assert absent(after, [UNSIGNED[language], unsigned_title]) == [UNSIGNED[language], unsigned_title]


@pytest.mark.practice("004-07")
async def test_a_spoken_signature_stands_on_the_paper_with_its_recording_and_mandate(house: House) -> None:
    case = await house.offered()
    offer = (await house.get(f"{case.path}/offer")).json()
    body = accepted(offer, SPOKEN) | {"paying": {"method": "direct_debit", "mandate_ref": "M-1"}}
    assert (await house.post(f"{case.plan()}/acceptance", body, "spoken")).status_code == 201
    for language, lines in SIGNED["recording"].items():
        paper = await printed(house, case, language)
        assert absent(paper, [*lines, *terms_of(offer, language)]) == []
        assert absent(paper, SIGNED["code"][language][:1]) != []
