"""What is typed at the desk about visits."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from frontdesk.common.typed_dates import minute_of
from frontdesk.volunteers.checkin.words import typed_reason, typed_times

DAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("8", 480),
        ("830", 510),
        ("1130", 690),
        ("8:30", 510),
        ("８：３０", 510),
        ("8点30分", 510),
        ("8点", 480),
        ("", None),
    ],
)
def test_a_time_of_day_is_typed_in_every_usual_way(typed: str, minute: int | None) -> None:
    assert minute_of(typed) == minute


@pytest.mark.parametrize("typed", ["99", "2460", "8:3", "halb neun", "8:99", "-5"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        minute_of(typed)


def test_an_exit_after_midnight_is_of_the_day_after_and_one_before_the_entry_is_not() -> None:
    _, over = typed_times(DAY, "2200", "130", UTC)
    assert (over.date().day, over.hour, over.minute) == (20, 1, 30)
    entered, slip = typed_times(DAY, "1602", "1400", UTC)
    assert slip < entered and slip.date() == DAY


@pytest.mark.parametrize(("entered", "left", "field"), [("x", "10", "entered"), ("9", "", "left"), ("9", "y", "left")])
def test_the_field_that_cannot_be_read_is_named(entered: str, left: str, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        typed_times(DAY, entered, left, UTC)


def test_one_figure_stands_for_a_reason_and_everything_else_for_itself() -> None:
    assert typed_reason("１") == typed_reason(" 1 ") == "忘记签退"
    assert typed_reason(" 下雨了 ") == "下雨了"
    assert typed_reason("12") == "12"
