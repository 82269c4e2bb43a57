"""No source file grows beyond what one can read in a sitting."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 400


def sources() -> list[Path]:
    """List the Python files that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:  # an unpacked archive has no git
        return [path for path in ROOT.rglob("*.py") if not any(part.startswith(".") for part in path.parts)]
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).exists()]


def too_long(paths: list[Path], limit: int) -> list[str]:
    """Return `path: lines` for each file over the limit."""
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    return [f"{path}: {lines} lines" for path, lines in counted if lines > limit]


def test_no_file_is_longer_than_the_limit() -> None:
    paths = sources()
    assert len(paths) > 20, "the list of sources is not plausible"
    assert too_long(paths, LIMIT) == []


def test_a_long_file_is_found(tmp_path: Path) -> None:
    long, short = tmp_path / "long.py", tmp_path / "short.py"
    long.write_text("x = 1\n" * (LIMIT + 1))
    short.write_text("x = 1\n" * LIMIT)
    assert too_long([long, short], LIMIT) == [f"{long}: {LIMIT + 1} lines"]
