"""`forbear` and `python -m forbear`."""

from forbear.cli import cli


def main() -> None:
    """Run the command line; ends the process with the command's status."""
    cli(prog_name="forbear")


if __name__ == "__main__":
    main()
