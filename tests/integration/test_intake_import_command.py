"""The command that imports: what it reports, and what it refuses."""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.databases import Databases

PORTFOLIO = Path(__file__).parents[2] / "sandbox" / "portfolio"
SAMPLE = PORTFOLIO / "sample-200.csv"


async def forbear(url: str, folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "forbear", "import", *arguments, cwd=folder,
        env={**os.environ, "FORBEAR_SANDBOX": "1", "FORBEAR_INTAKE_DATABASE_URL": url,
             "PYTHONPATH": str(PORTFOLIO.parents[1])},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_imports_reports_and_refuses(databases: Databases, tmp_path: Path) -> None:
    url = await databases.fresh("intake")
    status, out, err = await forbear(url, tmp_path, str(SAMPLE), "--mapping", "sample", "--json", "--now", "2026-03-02")
    assert status == 0, err
    assert (json.loads(out)["opened"], json.loads(out)["known"]) == (200, 0)
    assert list(tmp_path.iterdir()) == []
    broken = tmp_path / "broken.csv"
    broken.write_bytes(SAMPLE.read_bytes().replace(b"account_ref", b"account", 1))
    for file, mapping in ((broken, "sample"), (SAMPLE, "no-such")):
        status, _, err = await forbear(url, tmp_path, str(file), "--mapping", mapping)
        assert status == 2 and err.strip() and "Traceback" not in err
