"""What is typed into the box of sign-up is read as it is meant; how a sign-up stands is said at a glance."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.activities import SessionLine, SignUpTerms
from frontdesk.activities.signup.looks import look
from frontdesk.activities.signup.typed import Typed, read_typed
from frontdesk.context import to_ms

STARTS = to_ms(datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Typed("", "", None)),
        ("zxm", Typed("zxm", "", None)),
        ("zxm 2", Typed("zxm", "", 2)),
        ("zhang xiao mei １２", Typed("zhang xiao mei", "", 12)),
        ("1234", Typed("1234", "", None)),
        ("1234 3", Typed("1234", "", 3)),
        ("12", Typed("12", "", None)),
        ("钱多多 13900000001 2", Typed("钱多多", "13900000001", 2)),
        ("13900000001", Typed("", "13900000001", None)),
        ("zxm 2026", Typed("zxm 2026", "", None)),
    ],
)
def test_the_box_reads_who_the_phone_and_how_many(text: str, meant: Typed) -> None:
    assert read_typed(text) == meant


@given(st.text())
def test_whatever_is_typed_is_read(text: str) -> None:
    typed = read_typed(text)
    assert typed.party_size is None or 0 <= typed.party_size <= 99
    assert typed.is_empty == (not typed.search)


@pytest.mark.parametrize(
    ("expected", "changes", "terms"),
    [
        ("", {}, {}),
        ("full", {"seats_confirmed": 1, "seats_offered": 1}, {}),
        ("not_open", {"seats_confirmed": 2}, {"opens_days_before": 0, "opens_time": "18:00"}),
        ("over", {"seats_confirmed": 2}, {"closes_minutes_before": 180}),
        ("lottery", {"seats_confirmed": 0}, {"allocation": "lottery"}),
        ("", {"drawn_at": 1}, {"allocation": "lottery"}),
        ("cancelled", {"state": "cancelled"}, {"allocation": "lottery"}),
        ("closed", {"state": "closed"}, {}),
    ],
)
def test_what_matters_first_of_a_sessions_sign_up_is_said(
    expected: str, changes: dict[str, object], terms: dict[str, object]
) -> None:
    values: dict[str, object] = {
        "code": "HD1",
        "day": "2026-11-20",
        "starts_at": STARTS,
        "ends_at": STARTS + HOUR,
        "name": "书法沙龙",
        "category": "文体服务",
        "capacity": 2,
        "terms": SignUpTerms.model_validate(terms),
        **dict.fromkeys(("seats_confirmed", "seats_offered", "parties_waitlisted", "parties_applied"), 0),
        **dict.fromkeys(("person_times", "no_show_seats", "attendance_rows"), 0),
        **changes,
    }
    assert look(SessionLine.model_validate(values), ZoneInfo("Asia/Shanghai"), STARTS - 2 * HOUR) == expected
