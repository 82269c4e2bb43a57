"""Files as strangers send them: honest ones, broken ones, and ones that mean harm."""

import io
import zipfile
import zlib

from PIL import Image

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"


def pdf(text: str = "payslip", catalog: bytes = b"", *more: bytes, content: bytes | None = None) -> bytes:
    """A PDF of one page; `catalog` is written into its catalogue, `more` are its further objects from 6 on."""
    drawn = b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % text.encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        content or stream(drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def bomb() -> bytes:
    """A PDF of some hundred kilobytes whose page unpacks to 400 megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\x00" * 1_000_000) for _ in range(400)) + packer.flush()
    return pdf(content=stream(packed, b"/Filter /FlateDecode"))


def archive() -> bytes:
    """A ZIP file, as programmes for Java are ones too."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("Evil.class", b"\xca\xfe\xba\xbe")
    return packed.getvalue()


def picture(kind: str = "JPEG", side: int = 64, note: str = "") -> bytes:
    """A picture; `note` is written beside it, as cameras write where they were."""
    packed = io.BytesIO()
    made = Image.effect_noise((side, side), 60).convert("RGB")
    exif = Image.Exif()
    if note:
        exif[305] = note
    made.save(packed, kind, exif=exif)
    return packed.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    """A box of a HEIC file."""
    return (8 + len(content)).to_bytes(4) + kind + content


HEIC = box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic") + box(b"meta", b"\x00" * 32) + box(b"mdat", b"\x00" * 64)
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
HARMFUL_PDFS = {
    "javascript": pdf("x", b"/OpenAction 6 0 R", SCRIPT),
    "launch": pdf("x", b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "embedded_file": pdf("x", b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>", b"<< /Type /Filespec /F (a) >>"),
    "escaped_javascript": pdf("x", b"/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>"),
    "packed_javascript": pdf(
        "x",
        b"/OpenAction 6 0 R",
        stream(zlib.compress(b"7 0 " + SCRIPT), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
    ),
    "hex_packed_javascript": pdf(
        "x",
        b"/OpenAction 6 0 R",
        stream((b"7 0 " + SCRIPT).hex().encode() + b">", b"/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode"),
    ),
    "unlisted_javascript": pdf("x").replace(b"xref\n0", b"99 0 obj\n" + SCRIPT + b"\nendobj\nxref\n0", 1),
    "form_script": pdf("x", b"/AcroForm << /XFA (data) >>"),
    "archive_behind": pdf("x") + archive(),
    "archive_inside": pdf("x", b"", stream(archive())),
    "page_in_front": pdf("x").replace(b"%PDF-1.7\n", b"%PDF-1.7\n%<html><script>alert(1)</script>\n", 1),
    "appended": pdf("x") + b"MZ something else",
}
