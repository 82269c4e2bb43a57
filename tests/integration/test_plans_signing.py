"""Signing with a code that was sent, or on a recording; every way to get it wrong is told apart."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.borrowers.signing import acceptance, accepted
from services.common.contracts.events.cases import CaseClosed
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case

BORROWER = {"subject": "svc-portal", "x_acting_for": "borrower:B1"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def shown(house: House, case: Case) -> dict[str, Any]:
    found: dict[str, Any] = (await house.get(f"{case.path}/offer")).json()
    return found


async def signs(house: House, case: Case, key: str, body: dict[str, Any]) -> httpx.Response:
    return await house.post(f"{case.plan()}/acceptance", body, key, "system", **BORROWER)


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.mark.practice("004-07")
async def test_a_code_signs_once_and_is_nowhere_but_in_its_message(house: House) -> None:
    case = await house.offered()
    sent = await house.ask_code(case.plan(), 1, "code")
    assert (sent.status_code, sent.json()["tries"]) == (201, 5)
    code = await house.newest_code(case.plan(), 1)
    [request] = [body for _, body in await house.outbox(case, "start") if body["purpose"] == "signing_code"]
    stored = await house.scalar("SELECT digest FROM signing_code")
    assert code not in str(request) and code not in str(sent.json()) and code not in stored
    signed = await signs(house, case, "sign", acceptance(await shown(house, case), code))
    signature = signed.json()["signature"]
    assert (signature["method"], signature["consent_version"]) == ("one_time_code", "consent-1")
    assert signature["document_hash"] == (await shown(house, case))["document_hash"]
    assert signed.json()["payment_method"] == "bank_transfer"
    assert await house.scalar("SELECT used_at IS NOT NULL FROM signing_code")
    again = await signs(house, case, "sign", acceptance(await shown(house, case), code))
    assert again.json() == signed.json(), "a repeat of the command gets the same answer"
    assert problem(await signs(house, case, "other", acceptance(await shown(house, case), code))) == "offer-over"


async def test_a_wrong_code_is_counted_and_then_no_code_stands(house: House) -> None:
    case = await house.offered()
    offer = await shown(house, case)
    assert problem(await signs(house, case, "k0", acceptance(offer, "123456"))) == "no-code"
    await house.ask_code(case.plan(), 1, "code")
    right = await house.newest_code(case.plan(), 1)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for attempt in range(5):
        refused = await signs(house, case, f"w{attempt}", acceptance(offer, wrong))
        assert (problem(refused), refused.json()["tries_left"]) == ("code-wrong", 4 - attempt)
    assert problem(await signs(house, case, "k1", acceptance(offer, right))) == "code-expired"
    assert (await shown(house, case))["state"] == "ISSUED"
    locked = await house.ask_code(case.plan(), 1, "at-once")
    assert (locked.status_code, problem(locked)) == (409, "codes-locked")
    assert locked.json()["until"] == (house.clock.now() + timedelta(minutes=30)).isoformat()
    assert await house.scalar("SELECT count(*) FROM signing_code") == 1
    house.later(minutes=30)
    assert (await house.ask_code(case.plan(), 1, "another")).status_code == 201
    other = await house.newest_code(case.plan(), 1)
    assert problem(await signs(house, case, "k2", acceptance(offer, right))) in ("code-wrong",)
    assert (await signs(house, case, "k3", acceptance(offer, other))).status_code == 201


@pytest.mark.practice("004-07")
async def test_nothing_is_put_into_force_without_a_signature(house: House) -> None:
    case = await house.offered()
    assert not (await house.look(case)).activate
    assert (await house.activate(case)).outcome == "gone"
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate") is None
    assert (await house.get(case.plan())).json()["state"] == "OFFERED"


async def test_a_code_stands_for_a_short_time(house: House) -> None:
    case = await house.offered()
    await house.ask_code(case.plan(), 1, "code")
    code = await house.newest_code(case.plan(), 1)
    house.later(hours=12)
    assert problem(await signs(house, case, "k1", acceptance(await shown(house, case), code))) == "code-expired"


async def test_so_many_codes_are_sent_and_no_more(house: House) -> None:
    case = await house.offered()
    for number in range(10):
        assert (await house.ask_code(case.plan(), 1, f"code{number}")).status_code == 201
    assert problem(await house.ask_code(case.plan(), 1, "one-more")) == "too-many-codes"


@pytest.mark.practice("004-07")
async def test_what_was_understood_otherwise_is_explained_again(house: House) -> None:
    case = await house.offered()
    await house.ask_code(case.plan(), 1, "code")
    body = acceptance(await shown(house, case), await house.newest_code(case.plan(), 1))
    body["understood"] |= {"instalments": 3, "if_missed": "do_nothing"}
    refused = await signs(house, case, "k1", body)
    assert (problem(refused), refused.json()["questions"]) == ("not-understood", ["instalments", "if_missed"])
    assert await house.scalar("SELECT count(*) FROM agreement") == 0


@pytest.mark.parametrize(
    ("change", "name"),
    [({"document_hash": "0" * 64}, "document-differs"), ({"consent_version": "consent-0"}, "consent-changed")],
)
async def test_other_words_are_not_signed(house: House, change: dict[str, str], name: str) -> None:
    case = await house.offered()
    await house.ask_code(case.plan(), 1, "code")
    body = acceptance(await shown(house, case), await house.newest_code(case.plan(), 1))
    (body["signature"] if "consent_version" in change else body).update(change)
    assert problem(await signs(house, case, "k1", body)) == name


@pytest.mark.practice("004-07")
@pytest.mark.rule("CN-15")
async def test_a_spoken_agreement_needs_its_recording_and_who_heard_it(house: House) -> None:
    case = await house.offered()
    offer = await shown(house, case)
    spoken = {"method": "recording", "recording_ref": "calls/2026/77", "consent_version": "consent-1"}
    assert problem(await signs(house, case, "k1", accepted(offer, spoken))) == "signature-unfit"
    without = {name: value for name, value in spoken.items() if name != "recording_ref"}
    path = f"{case.plan()}/acceptance"
    assert (await house.post(path, accepted(offer, without), "k2")).status_code == 422
    mandate = accepted(offer, spoken) | {"paying": {"method": "direct_debit"}}
    assert (await house.post(path, mandate, "k3")).status_code == 422, "a direct debit has a mandate"
    mandate["paying"]["mandate_ref"] = "M-1"
    signed = await house.post(path, mandate, "k4")
    assert signed.status_code == 201
    assert signed.json()["signature"]["recording_ref"] == "calls/2026/77"
    assert (signed.json()["payment_method"], signed.json()["mandate_ref"]) == ("direct_debit", "M-1")


@pytest.mark.practice("004-03")
async def test_the_agreement_on_paper_is_stored_once_for_those_who_may_read_it(house: House) -> None:
    case = await house.offered()
    path = f"{case.plan()}/agreement.pdf"
    terms = await house.get(path)
    assert terms.headers["content-type"] == "application/pdf" and terms.content.startswith(b"%PDF")
    assert house.files() == 1, "what is not signed is not stored"
    assert (await house.accept(case)).status_code == 201
    signed = await house.get(path)
    english = await house.get(f"{path}?language=en")
    assert signed.content != terms.content and english.content != signed.content
    assert signed.headers["x-content-sha256"] == await house.scalar(
        "SELECT sha256 FROM agreement_document WHERE language = 'zh'"
    )
    assert house.files() == 3
    again = await house.as_portal("GET", path, "borrower:B1")
    assert (again.content, house.files()) == (signed.content, 3)
    assert (await house.as_portal("GET", path, "borrower:B2")).status_code == 404
    assert (await house.as_portal("GET", f"{case.plan()}/agreement", "borrower:B2")).status_code == 404
    view = (await house.as_portal("GET", f"{case.plan()}/agreement", "borrower:B1")).json()
    assert view["signature"]["understood"]["if_missed"] == "tell_the_bank"


async def test_there_is_nothing_to_print_before_an_offer(house: House) -> None:
    case, _ = await house.submitted()
    assert problem(await house.get(f"{case.plan()}/agreement.pdf")) == "no-agreement"
    assert problem(await house.get(f"{case.plan()}/agreement")) == "no-agreement"


async def test_no_code_is_sent_for_what_is_over(house: House) -> None:
    case = await house.offered()
    await house.hear("intake", CaseClosed(case_id=case.case_id, reason="withdrawn", closed_at=house.clock.now()))
    assert problem(await house.ask_code(case.plan(), 1, "code")) == "offer-over"
