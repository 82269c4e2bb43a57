"""`forbear check contact`: may this borrower be contacted, by which rules not, and from when on?"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

FAILED, PACKS_INVALID = 1, 2
STANDARD_INPUT = "-"


def contact(
    situation: Annotated[
        str | None,
        typer.Argument(help="One situation as JSON; lines of JSON from standard input without, or with `-`."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with one situation as JSON.")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(envvar="FORBEAR_PACK_OVERLAY", help="Folder of the bank's own rules on top of the packs."),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a situation, and stop.")] = False,
    examples: Annotated[
        bool, typer.Option("--examples", help="Print one situation or more for each pack, a line each, and stop.")
    ] = False,
) -> None:
    """Ask the contact guard about situations: lines of JSON on standard input, or one in a file or as an argument.

    \b
    forbear check contact --examples | forbear check contact
    forbear check contact --file situation.json

    One situation is answered in plain words: what refused or warns, and the next legal moment. Lines are answered by
    lines of JSON; a situation alone on standard input may go over several lines.

    A situation names the rule packs, and all that is known: the instant, every time zone in which the borrower may be,
    channel and class of the message, the number with its source, earlier contacts, holds, consents and preferences.

    \b
    {"id": "1", "verdict": "refuse", "rules": [{"id": "CN-01", "verdict": "refuse", "sentence": {"zh": ..., "en": ...},
     "facts": {"hours": "08:00-22:00", ...}}, ...], "earliest": "2026-06-02T08:00:00+08:00", ...}

    `earliest` is the next moment at which every rule lets the contact through if nothing else happens; null when
    waiting alone brings none. A line that cannot be read gives {"id", "error"}; the others are answered all the same,
    and the command ends with 1. It ends with 2, before any line, when a rule pack or the overlay is wrong.
    """
    import json

    from forbear.contact.answers import Checker
    from forbear.contact.examples import situations
    from forbear.contact.show import shown
    from forbear.contact.situation import schema as published
    from services.common.packs.reading import PackInvalid
    from services.contact.policies import Policies

    if schema:
        typer.echo(json.dumps(published(), indent=2, ensure_ascii=False))
        return
    if examples:
        for one in situations():
            typer.echo(json.dumps(one, ensure_ascii=False))
        return
    try:
        checker = Checker(Policies.load(overlay).packs)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(PACKS_INVALID) from None
    if situation is not None and file is not None:
        raise typer.BadParameter("a situation or a file, not both")
    single = file.read_bytes() if file is not None else None
    if situation not in (None, STANDARD_INPUT):
        single = str(situation).encode()
    if single is not None and len(single.strip().splitlines()) > 1 and _are_lines(single):
        lines: Iterable[bytes] = single.splitlines()
    elif single is not None:
        answered = checker.answer(single)
        if "error" in answered:
            typer.echo(answered["error"], err=True)
            raise typer.Exit(FAILED)
        typer.echo(shown(answered))
        return
    else:
        lines = _situations(sys.stdin.buffer)
    if single is None and sys.stdin.isatty():
        typer.echo(
            "reading lines of JSON from the keyboard; end with Ctrl-D, or see forbear check contact --help", err=True
        )
    failed = False
    for line in lines:
        if line.strip():
            answered = checker.answer(line)
            failed = failed or "error" in answered
            typer.echo(json.dumps(answered, ensure_ascii=False))
    if failed:
        raise typer.Exit(FAILED)


def _situations(given: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, or all of them as one where the first only opens a situation that goes on."""
    lines = iter(given)
    first = next(lines, b"")
    yield first + b"".join(lines) if first.strip() == b"{" else first
    yield from lines


def _are_lines(content: bytes) -> bool:
    """Whether each line of a file is a situation of its own."""
    return all(line.strip().startswith(b"{") and line.strip().endswith(b"}") for line in content.strip().splitlines())
