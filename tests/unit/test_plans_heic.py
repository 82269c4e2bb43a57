"""HEIC with its optional reader and without: shown anew as a JPEG that says nothing of place, or saved as it is."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from services.plans.adapters.examiner.pictures import HEIC, examine_picture, heic_can_be_shown, show_picture
from services.plans.adapters.examiner.unfit import Unfit
from tests import hostile

GPS = 0x8825


@pytest.fixture
def reader() -> Any:
    """The reader of the extra `heic`; the tests with it are run where that is installed."""
    return pytest.importorskip("pillow_heif")


def taken(reader: Any, path: Path) -> Path:
    """A picture as a telephone takes it: on its side, with camera and place."""
    reader.register_heif_opener()
    exif = Image.Exif()
    exif[272] = "telephone"
    exif.get_ifd(GPS)[1] = "N"
    Image.new("RGB", (64, 32), "red").save(path, "HEIF", exif=exif.tobytes())
    return path


def test_without_the_reader_a_picture_is_taken_by_its_brand_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert not heic_can_be_shown()
    path = tmp_path / "picture"
    path.write_bytes(hostile.HEIC)
    assert examine_picture(path, HEIC) == {}
    with pytest.raises(Unfit) as refused:
        show_picture(path, tmp_path / "shown", HEIC)
    assert refused.value.finding == "no_preview" and not (tmp_path / "shown").exists()


def test_with_the_reader_it_is_shown_without_camera_and_place(reader: Any, tmp_path: Path) -> None:
    path, shown = taken(reader, tmp_path / "picture.heic"), tmp_path / "shown"
    assert heic_can_be_shown()
    assert examine_picture(path, HEIC) == {"width": 64, "height": 32, "camera": "telephone"}
    show_picture(path, shown, HEIC)
    with Image.open(shown) as copy:
        assert (copy.format, copy.size) == ("JPEG", (64, 32))
        assert not copy.getexif() and b"telephone" not in shown.read_bytes()


def test_with_the_reader_what_only_looks_like_a_picture_is_refused(reader: Any, tmp_path: Path) -> None:
    whole = taken(reader, tmp_path / "picture.heic").read_bytes()
    for content in (hostile.HEIC, whole[: len(whole) // 2]):
        path = tmp_path / "cut"
        path.write_bytes(content)
        with pytest.raises(Unfit) as refused:
            examine_picture(path, HEIC)
        assert refused.value.finding == "broken"
