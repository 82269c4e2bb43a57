"""`forbear` and `python -m forbear`."""

from forbear.cli import cli
from services.common.runtime.garbage import collect_seldom


def main() -> None:
    """Run the command line; ends the process with the command's status."""
    collect_seldom()  # before the command is imported
    cli(prog_name="forbear")


if __name__ == "__main__":
    main()
