"""`forbear` and `python -m forbear`."""

import os
import sys
from pathlib import Path

from forbear.cli import cli
from services.common.kernel import own_files
from services.common.kernel.policy_file import PolicyFileInvalid
from services.common.runtime.garbage import collect_seldom

UNFIT = 2


def main() -> None:
    """Run the command line; ends the process with the command's status, 2 when a policy or a pack cannot be read."""
    collect_seldom()  # before the command is imported
    own = os.environ.get(own_files.FOLDER_VARIABLE)
    try:
        own_files.use(Path(own) if own else None)
        cli(prog_name="forbear")
    except (own_files.OwnFilesUnfit, PolicyFileInvalid) as unfit:
        sys.stderr.write(f"{unfit}\n")
        sys.exit(UNFIT)


if __name__ == "__main__":
    main()
