"""What the processes of a running stack are told, for commands that come later and from another shell."""

from collections.abc import Mapping

from sandbox.engines.state import State

_FILE = "environment.json"


class NothingRuns(RuntimeError):
    """No supervisor holds this state directory."""


def write_environment(state: State, variables: Mapping[str, str]) -> None:
    """Keep the variables beside the secrets, which are among them: readable for the owner only."""
    state.write_json(_FILE, dict(variables), mode=0o600)


def environment(state: State) -> dict[str, str]:
    """The `FORBEAR_*` variables of the stack that runs in this directory. NothingRuns when none does."""
    variables: dict[str, str] | None = state.read_json(_FILE)
    if state.holder() is None or variables is None:
        raise NothingRuns(f"nothing runs in {state.root}")
    return variables
