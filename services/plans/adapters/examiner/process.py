"""The process that looks into files: `python -m services.plans.adapters.examiner.process`.

It reads one job a line and answers with one line. Each job is done by a child of its own, with an upper limit on
memory, processor time and output, so that what a file does to its reader ends with that child. It ends when its input
ends, which is when the process that asked is gone.
"""

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, Final

from services.plans.adapters.examiner.disguise import refuse_disguises
from services.plans.adapters.examiner.pdf import examine_pdf, show_pdf
from services.plans.adapters.examiner.pictures import examine_picture, show_picture
from services.plans.adapters.examiner.tables import examine_table, show_table
from services.plans.adapters.examiner.unfit import UNREADABLE, Unfit

MEMORY: Final = 768 * 1024 * 1024
SECONDS: Final = 20
OUTPUT: Final = 64 * 1024 * 1024
PDF, CSV = "application/pdf", "text/csv"


def examine(source: Path, media_type: str) -> dict[str, Any]:
    """What the file says of itself; Unfit when it is not taken."""
    if media_type == CSV:
        return examine_table(source)
    refuse_disguises(source)
    return examine_pdf(source) if media_type == PDF else examine_picture(source, media_type)


def show(source: Path, target: Path, media_type: str) -> dict[str, Any]:
    """Write a copy of the file that is safe to look at."""
    if media_type == PDF:
        show_pdf(source, target)
    elif media_type == CSV:
        show_table(source, target)
    else:
        show_picture(source, target, media_type)
    return {}


def main() -> None:
    """Do jobs until there are no more to come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    for line in sys.stdin:
        job = json.loads(line)
        sys.stdout.write(json.dumps({"job": job["job"], **_in_a_child(job)}) + "\n")
        sys.stdout.flush()


def _in_a_child(job: dict[str, Any]) -> dict[str, Any]:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _limit(job.get("memory", MEMORY), job.get("seconds", SECONDS))
        with os.fdopen(write_end, "w") as answer:
            answer.write(json.dumps(_done(job)))
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if status == 0 and said:
        found: dict[str, Any] = json.loads(said)
        return found
    return {"unfit": UNREADABLE, "finding": "limits"}


def _limit(memory: int, seconds: int) -> None:
    # What a broken reader prints is nobody's answer.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _done(job: dict[str, Any]) -> dict[str, Any]:
    source, media_type = Path(job["source"]), job["media_type"]
    target = job.get("target")
    try:
        return {"facts": show(source, Path(target), media_type) if target else examine(source, media_type)}
    except Unfit as refused:
        return {"unfit": refused.kind, "finding": refused.finding}
    except (MemoryError, RecursionError):
        return {"unfit": UNREADABLE, "finding": "limits"}
    except Exception:
        # A reader that fails in a way of its own has met a file that is not to be read.
        return {"unfit": UNREADABLE, "finding": "broken"}


if __name__ == "__main__":
    main()
