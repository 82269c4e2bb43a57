"""What commands for operators share: the service as its bootstrap builds it, and who is acting."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, TypeVar

import typer

from forbear.commands._stack import find_the_stack
from services.common.kernel.errors import ForbearError
from services.common.runtime.assembly import AssembledService
from services.common.runtime.caller import Caller
from services.common.runtime.serve import settings_class
from services.common.runtime.settings import load

T = TypeVar("T")
USAGE = 2


def operator() -> Caller:
    """Who runs the command, as the audit names them."""
    return Caller(f"operator:{getpass.getuser()}", frozenset({"system"}), "command-line")


@asynccontextmanager
async def opened(service: str) -> AsyncIterator[AssembledService]:
    """The parts of a service, without running any of its roles; of the stack that runs here unless one is named."""
    find_the_stack()
    built: AssembledService = import_module(f"services.{service}.bootstrap").build(
        load(settings_class(service), service, "operator")
    )
    try:
        yield built
    finally:
        await built.close()


def answered(asking: Coroutine[Any, Any, T]) -> T:
    """What a use case answers; the command says why and leaves with 2 when it refuses."""
    try:
        return asyncio.run(asking)
    except ForbearError as refusal:
        typer.echo(f"{refusal.title}: {refusal.detail}", err=True)
        raise typer.Exit(USAGE) from None
