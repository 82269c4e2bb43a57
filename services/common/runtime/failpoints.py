"""Named points at which a test can make the process die, stop or fail. Off unless FORBEAR_FAILPOINTS is set.

FORBEAR_FAILPOINTS=`name=kill`, `name=stop`, several separated by commas; `name=kill@FILE` only while FILE can be
created, so that it happens once.
"""

import os
import signal

_ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def failpoint(name: str) -> None:
    """Do what the environment asks for at this point; nothing by default."""
    wanted = os.environ.get("FORBEAR_FAILPOINTS")
    if not wanted:
        return
    for entry in wanted.split(","):
        point, _, rest = entry.partition("=")
        action, _, marker = rest.partition("@")
        if point == name and (not marker or _first(marker)):
            os.kill(os.getpid(), _ACTIONS[action])


def _first(marker: str) -> bool:
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True
