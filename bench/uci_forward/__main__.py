"""Play the overdue clients of the UCI extract forward, and write docs/uci-played-forward.md.

`python -m bench.uci_forward` counts all of them by the pure cores and lets followup itself, on a PostgreSQL of its own,
judge an evenly spaced sample; it stops with the account's reference when the two do not say the same.
"""

import argparse
import asyncio
import time
from pathlib import Path

from bench.uci_forward.clients import overdue_clients
from bench.uci_forward.judging import played
from bench.uci_forward.page import PATH, page
from bench.uci_forward.plans import APRIL, longest
from bench.uci_forward.service import check

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = 500


def main() -> None:
    """Count, check the sample, and write the page."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    began = time.monotonic()
    clients = overdue_clients()
    plans = [one for client in clients if (one := played(client, APRIL, longest(client, APRIL)))]
    sample = [plans[number * len(plans) // SAMPLE] for number in range(SAMPLE)]
    heard = asyncio.run(check(sample))
    print(f"{len(sample)} agreements and {heard} postings judged by the service as by the core")
    (ROOT / PATH).write_text(page(clients, sample, heard), "utf-8")
    print(f"{len(clients)} clients, {len(plans)} plans, {time.monotonic() - began:.0f} s; written: {PATH}")


if __name__ == "__main__":
    main()
