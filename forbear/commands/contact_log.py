"""`forbear contact-log`: the borrower's copy of all contact about a case, to read here or to give away as PDF.

It speaks to the database of contact. Whoever copies a log is recorded.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from forbear.commands._operator import answered, opened, operator

if TYPE_CHECKING:
    from services.contact.schemas.contact_log import LogEntry

app = typer.Typer(help=__doc__, add_completion=False)


@app.command()
def contact_log(
    case: Annotated[UUID, typer.Argument(metavar="CASE", help="The id of the case.")],
    pdf: Annotated[Path | None, typer.Option(help="Write it here as PDF; an existing file is kept.")] = None,
    language: Annotated[Literal["zh", "en"] | None, typer.Option(help="The case's unless given.")] = None,
) -> None:
    """Show the borrower's copy of the log of contact."""
    if pdf is not None and pdf.exists():
        raise typer.BadParameter(f"{pdf} is there already")
    entries, document = answered(_copied(case, language, printed=pdf is not None))
    if pdf is not None and document is not None:
        pdf.write_bytes(document)
        typer.echo(f"{pdf}: {len(entries)} line(s)")
        return
    for entry in entries:
        typer.echo(f"{entry.local:%Y-%m-%d %H:%M}  {entry.by}: {entry.what}")
        for line in (entry.words or "").splitlines():
            typer.echo(f"    {line}")


async def _copied(
    case: UUID, language: Literal["zh", "en"] | None, *, printed: bool
) -> "tuple[list[LogEntry], bytes | None]":
    """The lines of the copy, and the document if it is wanted; read once."""
    from services.contact.adapters.contact_log_pdf import ContactLogPdf
    from services.contact.service.contact_log import ContactLogs
    from services.contact.settings import Settings
    from services.contact.texts import Voice

    async with opened("contact") as service:
        settings = service.settings
        assert isinstance(settings, Settings)
        printer = ContactLogPdf()
        voice = Voice(settings.institution, settings.agent_alias, settings.call_back_number)
        copy = await ContactLogs(service.database, voice, printer).copy(operator(), case, language)
        return list(copy.entries), await printer.pdf(copy) if printed else None
