"""A bank's own policies and lists of holidays, in place of the packaged ones."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.common.kernel import own_files
from services.common.kernel.dated import Dated
from services.common.kernel.policy_file import PolicyFileInvalid, load_policy
from services.common.packs.calendars import HolidayList, load_calendars
from services.common.packs.reading import PackInvalid
from services.contact.agencies import AgencyPolicy

ROOT = Path(__file__).resolve().parents[3]
AGENCIES, HOLIDAYS = "contact/agencies.yaml", "holidays/cn.yaml"
STRANGERS = ["contact/agency.yaml", "contakt/agencies.yaml", "holidays/xx.yaml", "agencies.yaml", "contact/README"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """The bank's folder, in use once `taken` is called."""
    yield tmp_path
    own_files.use(None)


def written(own: Path, place: str, packaged: str, change: Any) -> Path:
    """A copy of our file, changed, in the bank's folder that is in use from then on."""
    ours = yaml.safe_load((ROOT / "services" / packaged).read_text("utf-8"))
    change(ours)
    (own / place).parent.mkdir(parents=True, exist_ok=True)
    (own / place).write_text(yaml.safe_dump(ours, allow_unicode=True), "utf-8")
    own_files.use(own)
    return own / place


def agencies() -> Dated[AgencyPolicy]:
    return load_policy("services.contact", "agencies", Dated[AgencyPolicy])


def chinese() -> HolidayList:
    return load_calendars.__wrapped__()["cn"]


def test_the_banks_policy_stands_in_place_of_ours(own: Path) -> None:
    def published(ours: Any) -> None:
        ours["versions"][0]["value"]["assessed_on"] = {"fair-collect": date(2026, 9, 1)}

    before = agencies().on(date(2026, 10, 1)).value.assessed_on
    written(own, AGENCIES, "contact/policy/agencies.yaml", published)
    assert agencies().on(date(2026, 10, 1)).value.assessed_on == {"fair-collect": date(2026, 9, 1)} != before
    own_files.use(None)
    assert agencies().on(date(2026, 10, 1)).value.assessed_on == before


@pytest.mark.rule("CAL-01")
def test_the_list_of_a_new_year_is_known_when_the_bank_adds_it(own: Path) -> None:
    def announced(ours: Any) -> None:
        ours["years"][2027] = {"holidays": {date(2027, 1, 1): "New Year"}}

    assert 2027 not in chinese().years
    written(own, HOLIDAYS, "common/packs/holidays/cn.yaml", announced)
    assert 2027 in chinese().years and date(2027, 1, 1) in chinese().holidays
    assert "hk" in load_calendars.__wrapped__(), "the lists of other packs stay"


def test_what_is_wrong_in_the_banks_file_is_said_with_its_place(own: Path) -> None:
    policy = written(own, AGENCIES, "contact/policy/agencies.yaml", lambda ours: ours.pop("versions"))
    with pytest.raises(PolicyFileInvalid, match="versions") as unfit:
        agencies()
    assert str(unfit.value).startswith(f"{policy}: ")
    listed = written(own, HOLIDAYS, "common/packs/holidays/cn.yaml", lambda ours: ours.pop("source"))
    with pytest.raises(PackInvalid) as invalid:
        chinese()
    assert str(invalid.value).startswith(f"{listed}:")


@pytest.mark.parametrize("place", STRANGERS)
def test_a_file_that_stands_for_none_of_ours_stops_every_command(own: Path, place: str) -> None:
    (own / place).parent.mkdir(exist_ok=True)
    (own / place).write_text("name: x\n", "utf-8")
    command = [sys.executable, "-m", "forbear", "calc", "--list"]
    env = os.environ | {own_files.FOLDER_VARIABLE: str(own)}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"{own / place}: stands for no file of ours\n")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(own_files.OwnFilesUnfit, match="no such folder"):
        own_files.use(tmp_path / "gone")
