"""Arrears that a closed case has dealt with are no news."""

from datetime import date

import pytest

from services.intake.domain.reopening import dealt_with

CLOSED = date(2026, 4, 30)


@pytest.mark.rule("OPN-01")
@pytest.mark.parametrize(
    ("oldest", "closed", "expected"),
    [
        (date(2026, 4, 29), CLOSED, True),
        (CLOSED, CLOSED, True),
        (date(2026, 5, 1), CLOSED, False),
        (date(2026, 4, 29), None, False),
    ],
)
def test_only_arrears_that_began_after_the_close_are_news(oldest: date, closed: date | None, expected: bool) -> None:
    assert dealt_with(oldest, closed) is expected
