"""The language check of what staff write down for the borrower, and alarms in what the borrower says."""

from collections.abc import Iterable

from services.contact.domain.language import check
from services.contact.errors import WordingBlocked

SELF_HARM = "SUICIDE_RISK"


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
    return any(SELF_HARM in check(text, language, "borrower").alarms for text in said if text) or any(
        SELF_HARM in check(text, language, "agent").alarms for text in told if text
    )
