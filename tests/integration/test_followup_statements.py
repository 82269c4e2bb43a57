"""Which files close a day: the statements of all accounts, each with all of its pages, in whatever files they come."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from services.followup.files.errors import FileRefused
from services.followup.service.importing import Report
from services.followup.service.policies import Policies
from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.test_followup_files import BANK, Lines, imported

DAY = date(2026, 4, 4)
CLOSING = """
      <Bal>
        <Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="CNY">9700.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-04</Dt></Dt>
      </Bal>"""


@pytest.fixture
async def house(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A bank that has money come in on two accounts."""
    monkeypatch.setattr(Policies, "accounts_in_a_day", lambda *_: 2)
    made = House(await fresh_database("followup"))
    made.move_to(date(2026, 4, 20))
    yield made
    await made.close()


def statement(account: str, number: int, page: int = 1, *, last: bool = True, says_day: bool = True) -> str:
    """A statement without entries, or a page of one."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>M-{account}-{number}-{page}</MsgId><CreDtTm>2026-04-05T01:10:00+08:00</CreDtTm></GrpHdr>
    <Stmt>
      <Id>S-{account}-{number}-{page}</Id>
      <StmtPgntn><PgNb>{page}</PgNb><LastPgInd>{"true" if last else "false"}</LastPgInd></StmtPgntn>
      <ElctrncSeqNb>{number}</ElctrncSeqNb>
      <CreDtTm>2026-04-05T01:10:00+08:00</CreDtTm>
      <Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{CLOSING if says_day else ""}
    </Stmt>
  </BkToCstmrStmt>
</Document>
"""


async def takes(house: House, folder: Path, text: str) -> Report:
    path = folder / f"{abs(hash(text))}.xml"
    path.write_text(text, "utf-8")
    return await imported(house, path)


async def closed(house: House) -> object:
    return await house.scalar("SELECT min(closed_through) FROM closed_day")


async def test_a_day_is_closed_by_the_statement_of_the_last_account(house: House, tmp_path: Path) -> None:
    first = await takes(house, tmp_path, statement("COLLECT-01", 94))
    assert (first.closed, await closed(house)) == (None, None)
    assert first.closes_none_because == "a day is whole with all pages of the statements of 2 accounts"
    again = await takes(house, tmp_path, statement("COLLECT-01", 94).replace("01:10:00", "02:10:00"))
    assert again.closed is None, "the same account once more"
    assert (await takes(house, tmp_path, statement("COLLECT-02", 7))).closed == DAY
    assert await closed(house) == DAY


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
async def test_pages_close_it_when_all_of_them_are_there(house: House, tmp_path: Path, order: tuple[int, ...]) -> None:
    await takes(house, tmp_path, statement("COLLECT-02", 7))
    for number in order:
        assert await closed(house) is None, number
        text = statement("COLLECT-01", 94, number, last=number == 3, says_day=number == 3)
        report = await takes(house, tmp_path, text)
    assert report.closed == DAY and await closed(house) == DAY


async def test_pages_of_different_statements_are_not_one(house: House, tmp_path: Path) -> None:
    await takes(house, tmp_path, statement("COLLECT-02", 7))
    await takes(house, tmp_path, statement("COLLECT-01", 93, 1, last=False, says_day=False))
    assert (await takes(house, tmp_path, statement("COLLECT-01", 94, 2))).closed is None
    assert await closed(house) is None


async def test_a_page_that_could_not_be_used_is_missing_until_it_is_sent_again(house: House, tmp_path: Path) -> None:
    await takes(house, tmp_path, statement("COLLECT-02", 7))
    whole = (BANK / "camt.053.001.02.xml").read_text("utf-8")
    broken = tmp_path / "broken.xml"
    broken.write_text(whole.replace("<BookgDt><Dt>2026-04-04</Dt></BookgDt>", "", 1), "utf-8")
    lines = Lines()
    assert (await imported(house, broken, lines)).closed is None
    assert lines.found == [(23, "the booking date is missing")]
    assert (await imported(house, BANK / "camt.053.001.02.xml")).closed == DAY


async def test_a_closing_balance_without_a_day_is_refused_with_its_line(house: House, tmp_path: Path) -> None:
    text = statement("COLLECT-01", 94).replace("<Dt><Dt>2026-04-04</Dt></Dt>", "<Dt><Dt>4 April</Dt></Dt>")
    with pytest.raises(FileRefused, match=r"line 13: the day of the balance"):
        await takes(house, tmp_path, text)
    assert await house.scalar("SELECT count(*) FROM payment_file") == 0
