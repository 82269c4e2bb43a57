"""The documents that borrowers send: small, valid PDF files, each different, some of them forged."""

import hashlib
from datetime import date

FORGED = b"%% forged"


def document(kind: str, holder: str, on: date, forged: bool) -> tuple[str, bytes]:
    """A file name and a one-page PDF about its holder. A forged one says so in a comment that a careful eye finds."""
    digest = hashlib.sha256(f"{kind}/{holder}/{on}".encode()).hexdigest()[:16]
    stream = f"BT /F1 12 Tf 72 720 Td ({kind} {on.isoformat()} {digest}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.4\n" + (FORGED + b"\n" if forged else b"")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return f"{kind.lower()}-{digest}.pdf", body
