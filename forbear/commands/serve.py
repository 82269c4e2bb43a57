"""`forbear serve SERVICE`: one service, one role or all of them, in this process."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


class Service(StrEnum):
    """The five services."""

    INTAKE = "intake"
    CONTACT = "contact"
    PLANS = "plans"
    FOLLOWUP = "followup"
    DESK = "desk"


class Role(StrEnum):
    """What a process of a service does."""

    ALL = "all"
    API = "api"
    WORKER = "worker"
    CONSUMER = "consumer"
    RELAY = "relay"


@app.command()
def serve(
    service: Annotated[Service, typer.Argument(help="Which service.")],
    role: Annotated[Role, typer.Option(help="Which of its roles; production runs one process for each.")] = Role.ALL,
) -> None:
    """Run a service until SIGTERM. It is configured by FORBEAR_* variables."""
    from services.common.runtime.serve import main  # the runtime takes a second to import; --help should not

    raise typer.Exit(main(service.value, role.value))
