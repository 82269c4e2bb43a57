"""JPEG and PNG, and HEIC where its reader is installed: read whole, and written anew without what surrounds them."""

import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from services.plans.adapters.examiner.unfit import MAX_PIXELS, unreadable

FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIF"}
HEIC: Final = "image/heic"
_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_SIDE: Final = 3000
_TAGS: Final = {305: "software", 306: "modified", 272: "camera"}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
Image.preinit()


def heic_can_be_shown() -> bool:
    """Whether the optional reader of HEIC is installed (the extra `heic`)."""
    try:
        import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def examine_picture(path: Path, media_type: str) -> dict[str, Any]:
    """What the picture says of itself. Unfit when it is cut short, broken, or larger than can be shown."""
    if media_type == HEIC and not heic_can_be_shown():
        return _examine_brand(path)
    with _opened(path, media_type) as picture:
        tags = picture.getexif()
        facts = {name: str(tags[tag])[:200] for tag, name in _TAGS.items() if tag in tags}
        return {"width": picture.width, "height": picture.height, **facts}


def show_picture(source: Path, target: Path, media_type: str) -> None:
    """Write the picture anew: upright, no larger than a screen needs, and without a word about camera or place."""
    if media_type == HEIC and not heic_can_be_shown():
        raise unreadable("no_preview")
    with _opened(source, media_type) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((_SIDE, _SIDE))
        if media_type == "image/png":
            bare = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
            bare.info.clear()
            bare.save(target, "PNG")
        else:
            bare = upright.convert("RGB")
            bare.info.clear()
            bare.save(target, "JPEG", quality=85)


def _opened(path: Path, media_type: str) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(path, formats=(FORMATS[media_type],))
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise unreadable("too_much_inside") from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
            raise unreadable("broken") from None
    return picture


def _examine_brand(path: Path) -> dict[str, Any]:
    """Without a reader: the boxes of the file are whole, and the first one names a brand of HEIC."""
    size, at, seen = path.stat().st_size, 0, set[bytes]()
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4])
            length = int.from_bytes(head[8:16]) if length == 1 else length or size - at
            if length < 8 or at + length > size:
                raise unreadable("broken")
            if at == 0 and (head[4:8] != b"ftyp" or head[8:12] not in _BRANDS):
                raise unreadable("broken")
            seen.add(head[4:8])
            at += length
    if b"meta" not in seen:
        raise unreadable("broken")
    return {}
