"""The borrower's copy: all of their contact in order, in their language, and nothing of anybody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner, Result

from forbear.commands import contact_log
from services.common.kernel.ids import business_uuid
from services.common.runtime.settings import driverless
from services.contact.repository import messages
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, phone_of
from tests.integration.contact_house import House
from tests.integration.contact_log_story import SAID, contacted, log_of, others, pdf_text


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fresh_url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("contact")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_url: str) -> AsyncIterator[House]:
    made = House(fresh_url)
    yield made
    await made.close()


@pytest.mark.practice("003-07")
async def test_the_log_says_when_by_whom_and_in_which_words(house: House) -> None:
    case = await contacted(house, "log")
    page = await log_of(house, case)
    assert (page["zone"], page["language"], page["next"]) == ("Asia/Shanghai", "zh", None)
    lines = page["items"]
    assert [(line["kind"], line["side"], line["state"]) for line in lines] == [
        ("message", "institution", "delivered"),
        ("attempt", "institution", None),
        ("reply", "borrower", None),
        ("conversation", "institution", None),
        ("hold", "institution", None),
        ("commitment", "borrower", "open"),
        ("commitment", "institution", "kept"),
        ("hold_lifted", "institution", None),
        ("hold", "borrower", None),
        ("reply", "borrower", None),
    ]
    ending = phone_of(case)[-4:]
    assert [line["what"] for line in lines][:4] == [
        f"我们给您发出短信（尾号{ending}），已送达。",
        f"我们致电给您（尾号{ending}），未能与您通话。",
        "您通过短信写信给我们。",
        f"我们致电给您（尾号{ending}）并与您通话。",
    ]
    assert lines[4]["what"].startswith("我们暂停：催收电话、上门，至2026年")
    assert lines[9]["what"] == "您要求不再通过短信联系您。" and lines[8]["what"].startswith("按您的要求，我们停止：")
    promises = {line["side"]: (line["what"], line["words"], line["due_on"]) for line in lines[5:7]}
    assert promises == {
        "institution": ("我们作出承诺，期限2026年3月31日。已履行（2026年3月2日）。", "把对账单寄给您", "2026-03-31"),
        "borrower": ("您作出承诺，期限2026年3月31日。尚未履行，也未撤回。", "月底前还500元", "2026-03-31"),
    }
    assert lines[0]["words"] == (await house.message(message_id_of(offer_of(case)))).text
    assert lines[2]["words"] == "我失业了😀可以延期吗？"
    assert (lines[3]["words"], lines[3]["read_back_confirmed"]) == (SAID, True)
    at = datetime.fromisoformat(lines[0]["at"])
    assert lines[0]["local"] == at.astimezone(datetime.fromisoformat(lines[0]["local"]).tzinfo).isoformat()
    assert lines[0]["local"].endswith("+08:00")


@pytest.mark.practice("003-07")
async def test_nothing_of_other_persons_or_of_employees_is_in_a_copy(house: House) -> None:
    case = await contacted(house, "private")
    await others(house, case)
    page = await log_of(house, case)
    copied = str(page) + await pdf_text(house, case)
    for hidden in ("王五", "李四", "广州", "邻居", "agent-secret-name", "a-1", phone_of(case)[-6:]):
        assert hidden not in copied
    other = [line for line in page["items"] if "另一人" in line["what"]]
    assert [(line["kind"], line["words"], line["ending"]) for line in other] == [("attempt", None, None)]
    assert not [line for line in page["items"] if line["words"] and "担保" in line["words"]]


@pytest.mark.practice("003-07")
async def test_pages_are_the_log_whatever_their_length(house: House) -> None:
    case = await contacted(house, "paged")
    await others(house, case)
    whole = (await log_of(house, case, limit=200))["items"]
    walked: list[dict[str, Any]] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = await log_of(house, case, **query)
        walked += page["items"]
        assert len(page["items"]) <= 2
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert walked == whole and len(whole) == 11
    assert [line["at"] for line in whole] == sorted(line["at"] for line in whole)
    too_long = await house.get(f"/v1/cases/{case.case_id}/contact-log?limit=201")
    assert too_long.status_code == 422


@pytest.mark.practice("003-07")
async def test_the_document_says_all_of_it_in_either_language(house: House) -> None:
    case = await contacted(house, "printed")
    chinese, english = await pdf_text(house, case), await pdf_text(house, case, "format=pdf&language=en")
    for said in ("联系记录副本", "2026年3月", "失业", "希望每月还500元", "从五月起", "[grinningface]", "您确认无误"):
        assert said in chinese
    for said in ("Copyoftherecordofcontact", "Wecalledyou(number", "readbacktoyou,andyouconfirmedit", "第1页"):
        assert (said in english) == (said != "第1页")
    order = [chinese.index(said) for said in ("已送达", "未能与您通话", "可以延期吗", "并与您通话", "退订")]
    assert order == sorted(order)


@pytest.mark.practice("003-07")
async def test_what_was_said_cannot_be_changed(house: House) -> None:
    case = await contacted(house, "lasting")
    about = {"conversation": "case_id", "attempt": "case_id", "inbound": "borrower_id"}
    changes = [f"UPDATE {table} SET at = now() WHERE {key} = :id" for table, key in about.items()]
    changes += [f"DELETE FROM {table} WHERE {key} = :id" for table, key in about.items()]
    changes += ["UPDATE commitment SET due_on = due_on + 1 WHERE case_id = :id"]
    changes += [f"UPDATE {table} SET text = 'v1.other' WHERE case_id = :id" for table in ("commitment", "message")]
    before = await log_of(house, case)
    for change in changes:
        who = case.borrower_id if "inbound" in change else case.case_id
        with pytest.raises(IntegrityError, match="is append-only"):
            async with house.database.read() as session:
                await session.execute(text(change), {"id": who})
    assert await log_of(house, case) == before
    kept = "UPDATE commitment SET state = 'kept', settled_at = now(), settled_by = 'a-1' WHERE case_id = :id"
    async with house.database.read() as session:
        await session.execute(text(kept), {"id": case.case_id})
    states = [line["state"] for line in (await log_of(house, case))["items"] if line["kind"] == "commitment"]
    assert states == ["kept", "kept"]


async def test_a_way_by_which_a_message_went_in_vain_stays_in_the_log(house: House) -> None:
    case = await house.triaged("in-vain")
    await house.deliver(offer_of(case))
    async with house.database.read() as session:
        await messages.pass_on(session, message_id_of(offer_of(case)), "expired", house.clock.now())
    lines = (await log_of(house, case))["items"]
    assert [(line["kind"], line["channel"], line["state"], line["words"]) for line in lines] == [
        ("message", "sms", "failed", None)
    ]
    assert lines[0]["what"].endswith("未能送达。")


async def test_accept_asks_for_the_document_too(house: House) -> None:
    case = await house.triaged("accepting")
    path = f"/v1/cases/{case.case_id}/contact-log"
    for accept, kind in (
        ("application/pdf", "application/pdf"),
        ("application/json, application/pdf;q=0.5", "application/json"),
        ("*/*", "application/json"),
    ):
        headers = house._headers((), "a-1") | {"accept": accept}
        answer = await house.client.get(path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert "没有联系记录" in await pdf_text(house, case)


async def test_who_reads_or_copies_a_log_is_recorded_and_others_may_not(house: House) -> None:
    case = await house.triaged("audited")
    await log_of(house, case, "compliance")
    await pdf_text(house, case)
    async with house.database.read() as session:
        found = await session.execute(
            text("SELECT action FROM audit_entry WHERE case_id = :id AND action LIKE 'contact_log%' ORDER BY id"),
            {"id": case.case_id},
        )
        assert [row.action for row in found] == ["contact_log.read", "contact_log.copied"]
    assert (await house.get(f"/v1/cases/{case.case_id}/contact-log", "risk")).status_code == 403
    assert (await house.get(f"/v1/cases/{business_uuid('case', 'nobody')}/contact-log")).status_code == 404


async def test_a_log_takes_the_same_number_of_statements_whatever_its_length(house: House) -> None:
    short, long = await house.triaged("short"), await contacted(house, "long")
    counts = []
    for case in (short, long):
        before = house.database.statements
        await log_of(house, case)
        counts.append(house.database.statements - before)
    assert counts[0] == counts[1] <= 3


async def test_an_operator_reads_a_log_and_writes_it_down(
    house: House, fresh_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    monkeypatch.setenv("FORBEAR_CONTACT_DATABASE_URL", driverless(fresh_url))
    case = await contacted(house, "typed")

    async def typed(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, contact_log.app, list(words))

    shown = await typed(str(case.case_id), "--language", "en")
    assert shown.exit_code == 0, shown.output
    assert "You wrote to us by text message." in shown.stdout and "    从五月起" in shown.stdout
    file = tmp_path / "copy.pdf"
    written = await typed(str(case.case_id), "--pdf", str(file))
    assert written.exit_code == 0, written.output
    assert file.read_bytes().startswith(b"%PDF") and "10 line(s)" in written.stdout
    assert (await typed(str(case.case_id), "--pdf", str(file))).exit_code == 2, "what is there is kept"
    unknown = await typed(str(business_uuid("case", "nobody")))
    assert (unknown.exit_code, "No such case here" in unknown.stderr) == (2, True)
