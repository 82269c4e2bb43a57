"""Files of strangers: what is refused, what is shown instead of them, and that the limits hold."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from services.plans.adapters.examiner.client import Examiner
from services.plans.adapters.examiner.tables import defused
from services.plans.adapters.examiner.unfit import Unfit
from tests import hostile

PDF, JPEG, PNG, CSV, HEIC = "application/pdf", "image/jpeg", "image/png", "text/csv", "image/heic"


@pytest.fixture
async def examiner() -> AsyncIterator[Examiner]:
    made = Examiner()
    yield made
    await made.close()


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


async def refusal(examiner: Examiner, path: Path, media_type: str, **limits: int) -> tuple[str, str]:
    with pytest.raises(Unfit) as refused:
        await examiner.examine(path, media_type, **limits)
    return refused.value.kind, refused.value.finding


@pytest.mark.parametrize("name", hostile.HARMFUL_PDFS)
async def test_what_acts_or_hides_in_a_pdf_is_refused(examiner: Examiner, tmp_path: Path, name: str) -> None:
    kind, _ = await refusal(examiner, kept(tmp_path, hostile.HARMFUL_PDFS[name]), PDF)
    assert kind == "active"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(hostile.picture() + hostile.archive(), JPEG, id="jpeg-and-archive"),
        pytest.param(hostile.picture("PNG") + hostile.archive(), PNG, id="png-and-archive"),
        pytest.param(hostile.picture("JPEG", note="<script>alert(1)</script>"), JPEG, id="page-in-a-note"),
    ],
)
async def test_a_picture_that_is_something_else_too_is_refused(
    examiner: Examiner, tmp_path: Path, content: bytes, media_type: str
) -> None:
    assert (await refusal(examiner, kept(tmp_path, content), media_type))[0] == "active"


PACKED = b"/Type /ObjStm /N 1 /First 4 /Filter /UnheardOfDecode"


async def test_what_cannot_be_shown_is_refused(examiner: Examiner, tmp_path: Path) -> None:
    locked = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(hostile.pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    for content, media_type, finding in (
        (locked.getvalue(), PDF, "encrypted"),
        (hostile.pdf()[:200], PDF, "broken"),
        (hostile.picture()[:-900], JPEG, "broken"),
        (hostile.picture("PNG")[:-900], PNG, "broken"),
        (b"a,b\n1,\x00\n", CSV, "not_text"),
        (b"a,b\n\xff\xfe\n", CSV, "not_text"),
        (hostile.HEIC[:-20], HEIC, "broken"),
        (hostile.box(b"ftyp", b"qt  \x00\x00\x00\x00"), HEIC, "broken"),
        (hostile.bomb(), PDF, "too_much_inside"),
        (hostile.pdf("x", b"", hostile.stream(b"7 0 <<>>", PACKED)), PDF, "packed_objects"),
    ):
        found = await refusal(examiner, kept(tmp_path, content), media_type)
        assert found == ("unreadable", finding), (media_type, finding)


async def test_a_flood_of_pixels_is_refused_before_it_is_unpacked(examiner: Examiner, tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(packed, "PNG")
    assert len(packed.getvalue()) < 200_000
    assert await refusal(examiner, kept(tmp_path, packed.getvalue()), PNG) == ("unreadable", "too_much_inside")


async def test_limits_end_a_job_and_not_its_examiner(examiner: Examiner, tmp_path: Path) -> None:
    path = kept(tmp_path, hostile.picture(side=3000))
    assert await refusal(examiner, path, JPEG, memory=96 * 1024 * 1024) == ("unreadable", "limits")
    assert (await examiner.examine(path, JPEG))["width"] == 3000


async def test_an_examiner_that_was_killed_is_started_again(examiner: Examiner, tmp_path: Path) -> None:
    path = kept(tmp_path, hostile.pdf())
    assert (await examiner.examine(path, PDF))["pages"] == 1
    process = examiner._process
    assert process is not None
    process.kill()
    await process.wait()
    assert (await examiner.examine(path, PDF))["pages"] == 1


async def test_an_answer_nobody_waited_for_is_nobody_elses(examiner: Examiner, tmp_path: Path) -> None:
    large, small = tmp_path / "large", tmp_path / "small"
    large.write_bytes(hostile.picture(side=2500))
    small.write_bytes(hostile.picture(side=8))
    await examiner.examine(small, JPEG)
    gone = asyncio.create_task(examiner.examine(large, JPEG))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await examiner.examine(small, JPEG))["width"] == 8


async def test_a_pdf_is_shown_as_pictures_of_its_pages(examiner: Examiner, tmp_path: Path) -> None:
    source, target = kept(tmp_path, hostile.pdf("MARK-4711")), tmp_path / "shown.pdf"
    await examiner.show(source, target, PDF)
    shown = pypdf.PdfReader(target)
    assert len(shown.pages) == 1 and "MARK-4711" not in shown.pages[0].extract_text()
    assert len(shown.pages[0].images) == 1
    assert b"MARK-4711" not in target.read_bytes()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG)])
async def test_a_picture_is_shown_without_what_was_said_beside_it(
    examiner: Examiner, tmp_path: Path, kind: str, media_type: str
) -> None:
    source, target = kept(tmp_path, hostile.picture(kind, note="Home 31.2N")), tmp_path / "shown"
    assert (await examiner.examine(source, media_type))["software"] == "Home 31.2N"
    await examiner.show(source, target, media_type)
    assert b"Home" not in target.read_bytes()
    with Image.open(target) as picture:
        assert picture.size == (64, 64) and not picture.getexif()


async def test_a_table_is_shown_without_formulas(examiner: Examiner, tmp_path: Path) -> None:
    source, target = kept(tmp_path, "日期,金额\n=cmd|'/C calc'!A0,-3500.00\n@x,+12\n".encode()), tmp_path / "shown.csv"
    assert await examiner.examine(source, CSV) == {"rows": 3, "columns": 2}
    await examiner.show(source, target, CSV)
    assert target.read_bytes().decode() == "日期,金额\r\n'=cmd|'/C calc'!A0,-3500.00\r\n'@x,+12\r\n"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("-12.50", "-12.50"),
        ("+86 138", "'+86 138"),
        ("-1+cmd", "'-1+cmd"),
        ("\tx", "'\tx"),
        (" =1", "' =1"),
        ("a", "a"),
    ],
)
def test_a_cell_that_would_be_calculated_is_not(cell: str, shown: str) -> None:
    assert defused(cell) == shown


async def test_a_heic_picture_is_taken_by_its_brand(examiner: Examiner, tmp_path: Path) -> None:
    assert await examiner.examine(kept(tmp_path, hostile.HEIC), HEIC) == {}
    with pytest.raises(Unfit) as refused:
        await examiner.show(kept(tmp_path, hostile.HEIC), tmp_path / "shown", HEIC)
    assert refused.value.finding == "no_preview"
