"""`forbear check text`: may this be said to a borrower, and what to say instead?"""

import sys
from pathlib import Path
from typing import Annotated

import typer

FAILED = 1
STANDARD_INPUT = "-"


def text(
    words: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="One text; lines of JSON from standard input without, or with `-`."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file that holds one text in UTF-8.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help="zh or en: language of one text and of the answer; its script decides without.")
    ] = None,
    speaker: Annotated[str, typer.Option(help="Who says one text: agent or borrower.")] = "agent",
) -> None:
    """Check the words of messages, letters and calls, in Chinese and English.

    \b
    forbear check text "你必须今天还清全部欠款。"
    forbear check text --lang en "Only $50 a month!"
    forbear check text --file letter.txt
    forbear check text --speaker borrower "我不想活了"
    forbear check text < texts.jsonl

    A line of JSON gives a line of JSON. The speaker is the agent unless it says borrower; what a borrower says is never
    refused, but may raise an alarm. The classes are those of docs/generated/language-check.md.

    \b
    {"id": "1", "lang": "zh", "text": "你必须还款", "speaker": "agent"}
    {"id": "1", "verdict": "block", "classes": [1], "findings": [{"class": 1, "quote": "必须还款",
     "prefer": "我们一起想办法解决这个问题"}], "alarms": []}

    A line that cannot be read gives {"id", "error"}; the others are answered all the same, and the command ends with 1.
    """
    from forbear.language.answers import Refused, answer, ask
    from forbear.language.show import shown

    if words is not None and file is not None:
        raise typer.BadParameter("a text or a file, not both")
    words = None if words == STANDARD_INPUT else words
    if words is not None or file is not None:
        try:
            whole = words if file is None else file.read_text("utf-8")
            said = ask({"text": whole, "lang": lang, "speaker": speaker})
        except (Refused, UnicodeDecodeError) as refused:
            reason = refused if isinstance(refused, Refused) else "the file is not UTF-8"
            typer.echo(str(reason), err=True)
            raise typer.Exit(FAILED) from None
        typer.echo(shown(said))
        return
    if sys.stdin.isatty():
        typer.echo(
            "reading lines of JSON from the keyboard; end with Ctrl-D, or see forbear check text --help", err=True
        )
    failed = False
    for line in sys.stdin.buffer:
        if line.strip():
            answered = answer(line)
            failed = failed or "error" in answered
            sys.stdout.write(_json(answered))
    if failed:
        raise typer.Exit(FAILED)


def _json(answered: dict[str, object]) -> str:
    import json

    # A character that UTF-8 does not know (half of a pair) can only stand in the id; it is shown as JSON shows it.
    return json.dumps(answered, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
