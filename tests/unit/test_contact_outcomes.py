"""Every outcome of a contact, by its group, with what it counts as, what it leads to and whether it needs a note."""

from __future__ import annotations

import pytest

from services.contact.domain.outcomes import OUTCOMES

#: group: {code: (what it counts as, what it leads to, whether it needs a note)}. Each letter is something that the
#: outcome counts as: an attempt (a), a connection (c), a conversation (v), which is one with the right party too.
GROUPS = {
    "not connected": {
        "NO_ANSWER": ("a", "try_later", False),
        "BUSY": ("a", "try_later", False),
        "NOT_IN_SERVICE": ("a", "check_number", False),
        "WRONG_FORMAT": ("", "check_number", False),
        "CALL_DROPPED_BEFORE_VERIFY": ("ac", "try_later", False),
        "BLOCKED_BY_RULE": ("", "try_later", False),
        "VOICEMAIL_LCM": ("a", "try_later", False),
        "VOICEMAIL_NONE": ("a", "try_later", False),
    },
    "wrong or third party": {
        "WRONG_NUMBER": ("ac", "stop_number", False),
        "THIRD_PARTY_MESSAGE": ("ac", "try_later", False),
        "THIRD_PARTY_REFUSED": ("ac", "stop_number", True),
        "DECEASED_REPORTED": ("ac", "place_hold", True),
        "UNVERIFIED_PARTY": ("ac", "try_later", False),
    },
    "right party": {
        "RPC_PAID": ("acv", "await_payment", False),
        "RPC_PTP": ("acv", "record_promise", False),
        "RPC_REQUEST_RELIEF": ("acv", "record_request", False),
        "RPC_PARTIAL_PAYMENT": ("acv", "await_payment", False),
        "RPC_DISPUTE": ("acv", "open_dispute", True),
        "RPC_REFUSED_TALK": ("acv", "written_notice", False),
        "RPC_REFUSED_PAY": ("acv", "written_notice", True),
        "RPC_CALLBACK_AGREED": ("acv", "call_back", False),
        "RPC_HARDSHIP_DISCLOSED": ("acv", "record_request", True),
        "RPC_VULNERABILITY_DISCLOSED": ("acv", "place_hold", True),
        "RPC_COMPLAINT": ("acv", "open_complaint", True),
        "RPC_SUPERVISOR_REQUESTED": ("acv", "to_supervisor", True),
        "RPC_CEASE_REQUEST": ("acv", "place_hold", True),
        "RPC_CHANNEL_STOP": ("acv", "place_hold", True),
        "RPC_ATTORNEY": ("acv", "place_hold", True),
        "RPC_ABUSIVE": ("acv", "to_supervisor", True),
        "RPC_DISTRESS_ENDED": ("acv", "to_supervisor", True),
    },
    "written": {
        "SENT": ("a", "await_receipt", False),
        "DELIVERED": ("a", "none", False),
        "BOUNCED": ("a", "check_address", False),
        "OPTED_OUT": ("a", "place_hold", False),
        "REPLIED": ("acv", "read_reply", False),
    },
    "visit": {
        "VISIT_MET": ("acv", "record_request", True),
        "VISIT_NOT_HOME": ("a", "try_later", False),
        "VISIT_REFUSED_ENTRY": ("ac", "written_notice", True),
        "VISIT_ADDRESS_INVALID": ("a", "check_address", False),
        "VISIT_ABORTED_SAFETY": ("a", "to_supervisor", True),
    },
}
EVERY = {code: row for group in GROUPS.values() for code, row in group.items()}


def test_there_are_these_outcomes_and_no_others() -> None:
    assert list(OUTCOMES) == list(EVERY)
    assert [len(group) for group in GROUPS.values()] == [8, 5, 17, 5, 5]


@pytest.mark.parametrize("code", EVERY)
def test_an_outcome_counts_as_what_its_group_says(code: str) -> None:
    counts, action, note = EVERY[code]
    outcome = OUTCOMES[code]
    assert outcome.code == code
    assert outcome.counts_as_attempt is ("a" in counts)
    assert outcome.counts_as_connected is ("c" in counts)
    assert outcome.counts_as_conversation is ("v" in counts)
    assert outcome.counts_as_rpc is ("v" in counts) and outcome.starts_cooldown is ("v" in counts)
    assert (outcome.next_action, outcome.needs_note) == (action, note)


def test_nobody_of_the_groups_without_the_right_party_was_spoken_with() -> None:
    for group in ("not connected", "wrong or third party"):
        assert not any(OUTCOMES[code].counts_as_conversation for code in GROUPS[group]), group
    assert all(OUTCOMES[code].counts_as_conversation for code in GROUPS["right party"])
