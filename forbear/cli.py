"""Finds the commands: each module of `forbear/commands` is one, imported only when it is called or listed.

A module has `app`, a Typer: with one command it is that command, with more it is a group. The command's name is the
module's, with dashes for underscores and without a trailing one (`import_.py` is `import`).
"""

import pkgutil
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from forbear import commands


class CommandsOfModules(TyperGroup):
    """A group whose commands are modules."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name every module."""
        return sorted(_names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the one module that is asked for; None for an unknown name."""
        module = _names().get(cmd_name)
        if module is None:
            return None
        command = typer.main.get_command(import_module(f"{commands.__name__}.{module}").app)
        command.name = cmd_name
        return command


def _names() -> dict[str, str]:
    """Map the names of commands to those of modules; a module that starts with an underscore helps others."""
    found = (module.name for module in pkgutil.iter_modules(commands.__path__))
    return {name.rstrip("_").replace("_", "-"): name for name in found if not name.startswith("_")}


_app = typer.Typer(
    cls=CommandsOfModules,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Forbear: casework for negotiated repayment.",
)


@_app.callback()
def _root() -> None:
    """Forbear: casework for negotiated repayment."""


cli = typer.main.get_command(_app)
