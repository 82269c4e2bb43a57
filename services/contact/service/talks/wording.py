"""The language check of what staff write down for the borrower, and alarms in what the borrower says."""

from collections.abc import Iterable

from services.contact.domain.language import LONGEST, check
from services.contact.errors import WordingBlocked

SELF_HARM = "SUICIDE_RISK"
OVERLAP = 200


def refuse_blocked(texts: Iterable[tuple[str, str | None]], language: str) -> None:
    """Raise `WordingBlocked` for words of staff that must not be said; `texts` are (JSON pointer, words)."""
    fields: list[tuple[str, str]] = []
    findings: list[dict[str, object]] = []
    for pointer, text in texts:
        verdict = check(text or "", language, "agent")
        if verdict.verdict != "block":
            continue
        for found in verdict.findings:
            fields.append((pointer, f"class {found.meaning}; better: {found.prefer}"))
            findings.append({"pointer": pointer, "class": found.meaning, "prefer": found.prefer})
    if fields:
        raise WordingBlocked("these words must not be said to a borrower", fields=fields, findings=findings)


def speaks_of_self_harm(said: Iterable[str | None], told: Iterable[str | None], language: str) -> bool:
    """Whether the borrower, in words of their own (`said`) or as staff tell it (`told`), speaks of self-harm."""
    return any(SELF_HARM in check(piece, language, "borrower").alarms for piece in _pieces(said)) or any(
        SELF_HARM in check(piece, language, "agent").alarms for piece in _pieces(told)
    )


def _pieces(texts: Iterable[str | None]) -> Iterable[str]:
    """The texts in pieces that the check can take; they overlap, so that nothing is said between two of them."""
    for text in texts:
        for start in range(0, len(text or ""), LONGEST - OVERLAP):
            yield (text or "")[start : start + LONGEST]
