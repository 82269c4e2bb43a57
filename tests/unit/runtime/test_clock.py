"""The lapse clock: one file, read at each call."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.common.runtime.clock import LapseClock, SystemClock, clock_from, moves_of, wall_now, write_lapse

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_reader_sees_each_new_instant_to_the_microsecond(tmp_path: Path) -> None:
    path = tmp_path / "lapse"
    clock = LapseClock(path)
    for step in range(50):
        instant = NOON + timedelta(microseconds=step)
        write_lapse(path, instant)
        assert clock.now() == instant
    assert path.read_bytes() == b"00001772366400123505"
    assert [entry.name for entry in tmp_path.iterdir()] == ["lapse"]


def test_an_instant_is_written_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "lapse"
    write_lapse(path, datetime.fromisoformat("2026-03-01T20:00:00+08:00"))
    assert LapseClock(path).now() == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_naive_instant_and_one_before_1970_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        write_lapse(tmp_path / "lapse", datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="1970"):
        write_lapse(tmp_path / "lapse", datetime(1969, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    "content", [b"", b"12", b"0000177236640012350x", b"000001772366400123505", b"-0001772366400123505"]
)
def test_another_file_is_not_a_clock(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lapse"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a lapse clock"):
        LapseClock(path).now()


def test_a_missing_file_is_an_error_not_the_present(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LapseClock(tmp_path / "lapse").now()


def test_settings_choose_the_clock(tmp_path: Path) -> None:
    lapse = clock_from(SimpleNamespace(lapse_clock=tmp_path / "lapse"))
    system = clock_from(SimpleNamespace(lapse_clock=None))
    assert isinstance(lapse, LapseClock) and not lapse.flows
    assert isinstance(system, SystemClock) and system.flows
    before = wall_now()
    assert before <= system.now() <= wall_now()


async def test_each_move_of_a_lapse_clock_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "lapse"
    with moves_of(LapseClock(path)) as moved:
        for step in range(3):
            write_lapse(path, NOON + timedelta(hours=step))
            async with asyncio.timeout(5):
                assert await moved.wait()
            moved.clear()
