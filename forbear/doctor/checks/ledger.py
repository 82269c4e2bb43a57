"""The ledger of evidence: what its lines say was handed in, or printed, is what the store holds."""

import asyncio

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect

_LINES = """
SELECT 'evidence ' || evidence_id AS name, object_key, sha256 FROM evidence
UNION ALL SELECT 'agreement ' || agreement_id || ' in ' || language, object_key, sha256 FROM agreement_document
"""


@check("V7", "Every file of evidence, and every agreement on paper, still has the hash of its line in the ledger")
async def files_are_what_was_kept(look: Look) -> Examined:
    store = look.evidence()
    lines = await look.rows("plans", _LINES)
    found = await asyncio.gather(*(store.sha256(line["object_key"]) for line in lines))
    suspects = [
        Suspect(f"{line['name']} {'has no file' if sha256 is None else 'has another file'}")
        for line, sha256 in zip(lines, found, strict=True)
        if sha256 != line["sha256"]
    ]
    return Examined(len(lines), suspects)
