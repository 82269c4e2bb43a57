"""Uploads that mean harm: refused with a reason, without a row, without an object, without filling the memory."""

import resource
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import hostile
from tests.databases import Databases
from tests.integration.plans_house import NEGOTIATOR, REVIEWER, House, plans_house
from tests.integration.plans_service import Case

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
async def house(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    async with plans_house(databases, tmp_path) as made:
        yield made
        assert not list((tmp_path / "scratch").iterdir()), "what was looked into lies about nowhere"


async def asked(house: House) -> Case:
    """A case whose borrower was asked for evidence."""
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    return case


async def test_what_means_harm_is_refused_and_leaves_nothing(house: House) -> None:
    case = await asked(house)
    attempts = {name: ("p.pdf", content, 422, "active-content") for name, content in hostile.HARMFUL_PDFS.items()} | {
        "bomb": ("p.pdf", hostile.bomb(), 422, "unreadable-file"),
        "cut": ("p.jpg", hostile.picture()[:-900], 422, "unreadable-file"),
        "two-kinds": ("p.jpg", hostile.picture() + hostile.archive(), 422, "active-content"),
        "svg": ("p.svg", SVG, 415, "unsupported-media-type"),
        "svg-as-png": ("p.png", SVG, 415, "unsupported-media-type"),
        "gif-as-png": ("p.png", b"GIF89a" + hostile.archive(), 415, "unsupported-media-type"),
        "other-brand": ("p.heic", hostile.box(b"ftyp", b"qt  \x00\x00\x00\x00"), 422, "unreadable-file"),
        "no-brand": ("p.heic", hostile.picture(), 415, "unsupported-media-type"),
    }
    for name, (file, content, status, problem) in attempts.items():
        refused = await house.upload(case, f"k-{name}", content, file)
        found = (refused.status_code, refused.json()["type"].rpartition("/")[2])
        assert found == (status, problem), (name, refused.text)
    assert house.files() == 0 and await house.scalar("SELECT count(*) FROM evidence WHERE sha256 IS NOT NULL") == 0


async def test_sixty_megabytes_are_refused_while_they_stream(house: House) -> None:
    case = await asked(house)
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield (
            b'--b\r\nContent-Disposition: form-data; name="evidence_type"\r\n\r\npayslips\r\n'
            b'--b\r\nContent-Disposition: form-data; name="document_date"\r\n\r\n2026-03-01\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.pdf"\r\n\r\n%PDF-1.7\n'
        )
        for _ in range(60):
            sent += 1
            yield b"0" * 1024 * 1024
        yield b"\r\n--b--\r\n"

    token = house.issuer.token(sub=NEGOTIATOR, roles=["agent"])
    headers = {
        "authorization": f"Bearer {token}",
        "idempotency-key": "large",
        "content-type": "multipart/form-data; boundary=b",
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused = await house.client.post(f"{case.path}/evidence", content=body(), headers=headers)
    assert refused.status_code == 413
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 40 * 1024, f"{grown} KiB more than before"
    assert house.files() == 0 and await house.scalar("SELECT count(*) FROM evidence WHERE sha256 IS NOT NULL") == 0


async def test_a_table_with_formulas_is_served_without_them(house: House) -> None:
    case = await asked(house)
    uploaded = await house.upload(case, content=b"day,amount\n=cmd|'/C calc'!A0,-12.00\n", name="flow.csv")
    shown = await house.get(f"/v1/evidence/{uploaded.json()['evidence_id']}/content", subject=REVIEWER)
    assert shown.content == b"day,amount\r\n'=cmd|'/C calc'!A0,-12.00\r\n"
    assert shown.headers["content-disposition"].startswith("attachment")


async def test_a_picture_that_nothing_here_shows_is_only_saved(house: House) -> None:
    case = await asked(house)
    uploaded = await house.upload(case, content=hostile.HEIC, name="p.heic")
    shown = await house.get(f"/v1/evidence/{uploaded.json()['evidence_id']}/content", subject=REVIEWER)
    assert shown.content == hostile.HEIC and shown.headers["content-type"] == "image/heic"
    assert shown.headers["content-disposition"].startswith("attachment")


async def test_the_original_is_kept_as_it_came(house: House) -> None:
    case = await asked(house)
    content = hostile.picture(note="Home 31.2N")
    uploaded = await house.upload(case, content=content, name="p.jpg")
    assert [path.read_bytes() for path in house.folder.rglob("*") if path.is_file()] == [content]
    shown = await house.get(f"/v1/evidence/{uploaded.json()['evidence_id']}/content", subject=REVIEWER)
    assert b"Home" not in shown.content and shown.headers["content-disposition"].startswith("inline")
