"""Where a command finds the installation it speaks to: in its environment, or in the stack that runs here."""

import os

import typer

from sandbox.engines.running import NothingRuns, environment
from sandbox.engines.state import State
from services.common.runtime.settings import SERVICES

USAGE = 2


def variables() -> dict[str, str]:
    """The variables of this process when they name databases of services, otherwise those of the stack that runs in
    the state directory, otherwise again this process's, with one address for all services as in production.

    NothingRuns when there is none of these.
    """
    own = dict(os.environ)
    if own.get("FORBEAR_SECRETS_DIR") or any(own.get(f"FORBEAR_{name.upper()}_DATABASE_URL") for name in SERVICES):
        return own
    try:
        return own | environment(State())
    except NothingRuns:
        if own.get("FORBEAR_DATABASE_URL"):
            return own
        raise


def find_the_stack() -> None:
    """Have this process speak to the installation that `variables` finds; leave with 2 when there is none."""
    try:
        os.environ.update(variables())
    except NothingRuns as nothing:
        typer.echo(f"{nothing}; start it with `forbear up`, or set FORBEAR_DATABASE_URL", err=True)
        raise typer.Exit(USAGE) from None
