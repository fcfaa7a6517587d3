"""What the commands about periods answer and how they end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from frontdesk.common.periods import week_of
from frontdesk.context import open_context
from frontdesk.home import Home
from tests.desks import new_desk
from tests.programs import run_here

WEEK = week_of(date(2024, 5, 8)).key
"""A week that has ended, whenever this is run."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A centre with a volunteer who forgot to leave in that week."""
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        connection.execute("INSERT INTO volunteer (no, name) VALUES ('0310001', '张三')")
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at) VALUES ('0310001', '2024-05-08', 1, 1000000)"
        )
    context.database.close()
    return tmp_path / "home"


def test_a_period_is_checked_closed_amended_and_shown(home: Path) -> None:
    assert run_here(home, "period", "list").answers == [{"periods": []}]
    checked = run_here(home, "period", "check", WEEK)
    [answer] = checked.answers
    assert checked.code == 1
    assert [one["item"] for one in answer["items"] if one["count"]] == ["open_visits"]
    assert run_here(home, "period", "close", WEEK).error == "still_open"
    assert run_here(home, "period", "close", WEEK, "--waive", "open_visits").error == "reason_required"
    closed = run_here(home, "period", "close", WEEK, "--waive", "open_visits", "--reason", "问不到人")
    [answer] = closed.answers
    assert (closed.code, answer["edition"], answer["waived"]) == (0, 1, [{"item": "open_visits", "count": 1}])
    assert len(answer["digest"]) == 64 and answer["figures"]["visits_left_open"] == 1
    assert run_here(home, "period", "close", WEEK).error == "already_closed"
    assert run_here(home, "period", "check", WEEK).code == 0 == run_here(home, "period", "check").code

    context = open_context(Home(home), source="cli", synchronous="OFF")
    with context.database.write() as connection:
        connection.execute("UPDATE visit SET left_at = 1000000 + 3600000")
    context.database.close()
    checked = run_here(home, "period", "check")
    assert (checked.code, [one["period"] for one in checked.answers[0]["drifted"]]) == (1, [WEEK])
    assert run_here(home, "report", "show", WEEK).answers[0]["visits_left_open"] == 1
    amended = run_here(home, "period", "amend", WEEK, "--reason", "问到了")
    assert amended.answers[0]["changes"] == [
        {"figure": "volunteers_served", "key": "", "before": 0, "after": 1},
        {"figure": "volunteer_seconds_measured", "key": "", "before": 0, "after": 3600},
        {"figure": "visits_left_open", "key": "", "before": 1, "after": 0},
        {"figure": "volunteer_visits", "key": "", "before": 0, "after": 1},
        {"figure": "volunteer_seconds", "key": "", "before": 0, "after": 3600},
        {"figure": "volunteer_seconds_by_team", "key": "", "before": 0, "after": 3600},
    ]
    shown = run_here(home, "period", "show", WEEK).answers[0]["editions"]
    assert [(one["edition"], one["reason"]) for one in shown] == [(1, "问不到人"), (2, "问到了")]
    assert [one["edition"] for one in run_here(home, "period", "list").answers[0]["periods"]] == [2]
    assert run_here(home, "report", "show", WEEK).answers[0]["edition"] == 2
    found = run_here(home, "check").answers[0]["findings"]
    assert "closings_astray" not in {one["code"] for one in found}


def test_days_and_half_months_are_shown_too_and_only_known_keys_are_taken(home: Path) -> None:
    assert run_here(home, "report", "show", "2024-05-08").answers[0]["visits_left_open"] == 1
    half = run_here(home, "report", "show", "2024-05-H1").answers[0]
    assert (half["from"], half["to"]) == ("2024-05-01", "2024-05-15")
    assert run_here(home, "report", "submit", "2024-05-08").error == "bad_period"
    for key in ("2024-05-32", "2024-05-H3", "W47"):
        assert run_here(home, "period", "check", key).error == "bad_period"
    assert run_here(home, "period", "show", "2024-05").error == "not_closed"
