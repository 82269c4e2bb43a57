"""`forbear check ...`: ask what a service would say about something, without doing it. A file here is a command."""

import typer

from forbear.commands.check.contact import contact
from forbear.commands.check.text import text

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
app.command()(text)
app.command()(contact)


@app.callback()
def check() -> None:
    """Ask what would be said about something, without doing it. Needs no service and no database."""
