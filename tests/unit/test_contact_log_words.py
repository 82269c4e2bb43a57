"""The words of the borrower's copy: whole in both languages, for everything that can be told."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
import yaml

from services.common.kernel.channels import Channel
from services.contact.domain.outcomes import OUTCOMES
from services.contact.log_words import MADE, Telling, phrases, spoken
from services.contact.models.blocks import HOLD_ORIGINS
from services.contact.repository.contact_log import ASKED, Happening
from services.contact.service.contact_log import entry
from services.contact.texts import Language, Voice

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
NOTHING: dict[str, Any] = {
    "at": AT, "kind": "message", "ref": UUID(int=1), "channel": None, "state": None, "ours": True, "other": False,
    "words": None, "ending": None, "confirmed": None, "blocks": (), "ends_at": None, "due_on": None, "settled_at": None,
}  # fmt: skip
# A visit is what is stopped here.
NAMED = ("visit",)
LANGUAGES: tuple[Language, ...] = ("zh", "en")
HAN = re.compile(r"[\u4e00-\u9fff]")


def row(**told: Any) -> Happening:
    return Happening(**(NOTHING | told))


def told(line: Happening) -> dict[str, str]:
    """What a line says in each language."""
    return {one: Telling(one, "Asia/Shanghai", Voice("Bank", "8017", "4000")).what(line) for one in LANGUAGES}


def assert_said(line: Happening) -> None:
    said = told(line)
    assert HAN.search(said["zh"]) and not HAN.search(said["en"])
    assert not any("{" in one or "None" in one for one in said.values())


def test_every_phrase_is_filled_alike_in_both_languages() -> None:
    gaps = re.compile(r"\{(\w+)\}")
    for group in (phrases().channels, phrases().blocks, phrases().phrases):
        for name, phrase in group.items():
            assert sorted(gaps.findall(phrase.zh)) == sorted(gaps.findall(phrase.en)), name
            assert name == "separator" or not HAN.search(phrase.en)


def test_every_channel_and_everything_that_a_hold_blocks_has_a_name() -> None:
    assert set(phrases().channels) == {channel.value for channel in Channel}
    policy = yaml.safe_load((files("services.intake") / "policy" / "holds.yaml").read_text("utf-8"))
    blocked = set(re.findall(r"'([a-z_]+)'", str([_blocks(policy)])))
    assert len(blocked) > 8 and blocked <= set(phrases().blocks)


def _blocks(node: Any) -> list[Any]:
    """All lists named `blocks` in a policy."""
    if isinstance(node, dict):
        return [one for name, value in node.items() for one in ([value] if name == "blocks" else _blocks(value))]
    return [one for value in node for one in _blocks(value)] if isinstance(node, list) else []


@pytest.mark.practice("003-07")
@pytest.mark.parametrize("channel", list(Channel))
def test_everything_that_is_kept_can_be_told(channel: Channel) -> None:
    for state in ("sent", "delivered", "failed", "unknown"):
        assert_said(row(channel=channel.value, state=state, ending="1234"))
    assert_said(row(kind="reply", channel=channel.value, ours=False))
    assert_said(row(kind="reply", channel=channel.value, state="opted_out", ours=False))
    for code in MADE:
        for ours in (True, False):
            assert_said(row(kind="conversation", channel=channel.value, state=code, ours=ours))


def test_holds_say_who_asked_and_never_why() -> None:
    for origin in HOLD_ORIGINS:
        line = row(
            kind="hold", state=origin, ours=origin not in ASKED, blocks=("visit",), ends_at=AT + timedelta(days=1)
        )
        assert_said(line)
        assert told(line)["en"].startswith("As you asked") == (origin in ASKED)
        assert told(line)["en"].endswith("visits, until 3 March 2026 10:00.")
        assert origin in NAMED or origin not in told(line)["en"]


@pytest.mark.parametrize("state", ["open", "kept", "broken", "withdrawn"])
def test_promises_say_by_when_and_whether_they_were_kept(state: str) -> None:
    line = row(kind="commitment", state=state, ours=False, due_on=date(2026, 3, 31), settled_at=AT)
    assert_said(line)
    assert "31 March 2026" in told(line)["en"] and (state == "open" or "2 March 2026" in told(line)["en"])


def test_only_what_the_verified_borrower_said_is_theirs() -> None:
    for code in OUTCOMES:
        assert spoken(row(kind="conversation", state=code)) == OUTCOMES[code].counts_as_conversation
        assert not spoken(row(kind="conversation", state=code, other=True))
    assert told(row(kind="conversation", channel="voice", state="RPC_PTP", other=True))["en"].startswith("We contacted")


def test_a_number_that_somebody_else_answered_is_not_told() -> None:
    telling = Telling("zh", "Asia/Shanghai", Voice("Bank", "8017", "4000"))
    for code in MADE:
        line = row(kind="conversation", channel="voice", state=code, ending="1234", words="said", confirmed=False)
        shown = entry(telling, line)
        somebody = OUTCOMES[code].counts_as_connected and not OUTCOMES[code].counts_as_conversation
        assert (shown.ending is None) == somebody and ("1234" not in shown.what or not somebody)
        assert (shown.kind, shown.words) == (("conversation", "said") if spoken(line) else ("attempt", None))
