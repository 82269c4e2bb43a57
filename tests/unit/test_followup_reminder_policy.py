"""How often an instalment is reminded of is said by pack, and a number that is not honoured is refused, not ignored."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.common.kernel import own_files
from services.common.kernel.dated import Dated
from services.common.kernel.policy_file import PolicyFileInvalid, load_policy
from services.followup.service.policies import PACKAGE, FollowUpPolicy

OURS = Path(__file__).resolve().parents[2] / "services/followup/policy/follow_up.yaml"
DAY = date(2026, 12, 1)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    own_files.use(None)


def asked(own: Path, reminders: int) -> Dated[FollowUpPolicy]:
    """The bank's own file, in which the pack cn has so many reminders."""
    ours = yaml.safe_load(OURS.read_text("utf-8"))
    ours["versions"][1]["value"]["packs"]["cn"]["reminders_per_instalment"] = reminders
    (own / "followup").mkdir()
    (own / "followup/follow_up.yaml").write_text(yaml.safe_dump(ours, allow_unicode=True), "utf-8")
    own_files.use(own)
    return load_policy(PACKAGE, "follow_up", Dated[FollowUpPolicy])


@pytest.mark.parametrize(("reminders", "reminds"), [(0, False), (1, True)])
def test_a_pack_reminds_once_or_never(own: Path, reminders: int, reminds: bool) -> None:
    assert asked(own, reminders).on(DAY).value.of("cn").reminds is reminds


@pytest.mark.parametrize("reminders", [2, 7, -1])
def test_a_number_that_is_not_honoured_is_refused_at_the_start(own: Path, reminders: int) -> None:
    with pytest.raises(
        PolicyFileInvalid, match=r"follow_up\.yaml: versions\.1.*cn.*reminders_per_instalment is 0 or 1"
    ):
        asked(own, reminders)
