"""`python -m sandbox.portfolio --count 200 --seed 1 --as-of 2026-03-02 FILE`: write a portfolio extract."""

import argparse
from datetime import date
from pathlib import Path

from sandbox.portfolio.generate import generate
from sandbox.portfolio.row import write_portfolio


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.portfolio", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 3, 2))
    given = parser.parse_args()
    given.file.write_text(write_portfolio(generate(given.count, given.seed, given.as_of)), encoding="utf-8")


if __name__ == "__main__":
    main()
