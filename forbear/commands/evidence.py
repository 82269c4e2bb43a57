"""`forbear evidence`: keep the files and the ledger of evidence tidy."""

from datetime import timedelta
from typing import Annotated

import typer

from forbear.commands._operator import answered, operator
from forbear.commands._stack import find_the_stack
from services.common.runtime.settings import load
from services.plans.bootstrap import sweep_evidence
from services.plans.settings import Settings

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the files and the ledger of evidence tidy."""


@app.command()
def sweep(
    older_than: Annotated[
        int, typer.Option(metavar="HOURS", min=1, help="Leave younger files: an upload may be under way.")
    ] = 24,
) -> None:
    """Remove files that no document refers to, as a crash leaves them, and note what has expired; run it daily."""
    find_the_stack()
    settings = load(Settings, "plans", "operator")
    swept = answered(sweep_evidence(settings, operator(), timedelta(hours=older_than)))
    typer.echo(f"{swept.objects_removed} file(s) removed, {swept.documents_expired} document(s) expired")
