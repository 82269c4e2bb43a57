"""Asking the process that looks into files; it is started when first asked and again when it has ended."""

import asyncio
import json
import sys
from itertools import count
from pathlib import Path
from typing import Any

from services.plans.adapters.examiner.unfit import Unfit

_MODULE = "services.plans.adapters.examiner.process"


class Examiner:
    """Looks into files one at a time, off the event loop, with limits on time and memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._numbers = count(1)
        self._process: asyncio.subprocess.Process | None = None

    async def examine(self, source: Path, media_type: str, **limits: int) -> dict[str, Any]:
        """What a file says of itself. Unfit when it is not taken. `limits`: `memory` in bytes, `seconds`."""
        return await self._ask({"source": str(source), "media_type": media_type, **limits})

    async def show(self, source: Path, target: Path, media_type: str, **limits: int) -> None:
        """Write a copy of the file that is safe to look at. Unfit when there can be none."""
        await self._ask({"source": str(source), "target": str(target), "media_type": media_type, **limits})

    async def close(self) -> None:
        """Let the process end."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._process = None

    async def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        async with self._turn:
            answer = await self._answer(number, json.dumps({"job": number, **job}))
        if "unfit" in answer:
            raise Unfit(answer["unfit"], answer["finding"])
        facts: dict[str, Any] = answer["facts"]
        return facts

    async def _answer(self, number: int, line: str) -> dict[str, Any]:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the examiner is spoken to by pipes")
        process.stdin.write(line.encode() + b"\n")
        while said := await process.stdout.readline():
            answer: dict[str, Any] = json.loads(said)
            # Whoever asked before may have gone away without waiting for the answer.
            if answer["job"] == number:
                return answer
        raise RuntimeError("the process that looks into files has ended")

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(sys.executable, "-m", _MODULE, stdin=pipe, stdout=pipe)
        return self._process
