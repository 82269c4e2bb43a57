"""What playing a portfolio costs: processor seconds of every process, and counts per case, in one run.

`python -m bench.play --cases 20` starts everything in a state directory of its own, plays the cases to their end and
prints processor seconds by process, per case and per step. Wall time is shown last: it says more of the machine.
"""

import argparse
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import uvloop

from forbear.demo.play import Played, play
from forbear.demo.portfolio import SAMPLE, Portfolio
from sandbox.engines.stack import LocalStack


def processor_seconds(stack: LocalStack) -> dict[str, float]:
    """Processor seconds by process of the stack since it began, with children that have ended; ours as `driver`."""
    found = {"driver": _own(psutil.Process())}
    for name, member in stack.supervisor.members.items():
        if member.pid is not None:
            found[name] = _with_children(psutil.Process(member.pid))
    return found


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _with_children(process: psutil.Process) -> float:
    times = process.cpu_times()
    total = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += _own(child)
    return total


async def run(cases: int, seed: int, state: Path) -> None:
    """Play and print."""
    portfolio = Portfolio(SAMPLE, cases)
    env = {"FORBEAR_SANDBOX_SEED": str(seed)}
    async with LocalStack(state, lapse=portfolio.begins, fsync=False, env=env) as stack:
        before, began = processor_seconds(stack), time.monotonic()
        played = await play(stack, portfolio, lambda closed, total, now: None)
        wall = time.monotonic() - began
        spent = {name: seconds - before.get(name, 0.0) for name, seconds in processor_seconds(stack).items()}
        counts = await stack.run("doctor", "--cost", "--only", "E1")
    _print(played, spent, wall)
    print(counts)


def _print(played: Played, spent: dict[str, float], wall: float) -> None:
    total = sum(spent.values())
    print(f"{'process':<12} {'cpu s':>8} {'share':>6} {'ms/case':>8}")
    for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1]):
        print(f"{name:<12} {seconds:>8.1f} {seconds / total:>6.0%} {seconds / played.cases * 1000:>8.0f}")
    print(f"{'together':<12} {total:>8.1f} {'':>6} {total / played.cases * 1000:>8.0f}")
    each = total / played.steps * 1000
    print(f"{played.cases} cases, {played.steps} steps, {each:.0f} ms a step, {wall:.0f} s of wall time")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20, help="play the first N accounts of the sample (20)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything people do (1)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forbear-bench-") as state:
        uvloop.run(run(arguments.cases, arguments.seed, Path(state)))


if __name__ == "__main__":
    main()
