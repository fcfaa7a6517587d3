"""Ratings: five levels, corrected while the rater stands there, and anonymous in the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db.errors import CodedError
from db.feedback import Rating
from frontdesk.common.periods import week_of
from frontdesk.context import Context, open_context
from frontdesk.feedback import service
from frontdesk.reports import service as reports
from tests.desks import new_desk

DAY = date(2026, 11, 9)


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    return new_desk(tmp_path / "home")


def test_levels_count_and_the_rate_comes_with_its_interval(desk: Context) -> None:
    for level in (5, 5, 4, 3, 2):
        service.rate(desk, level)
    figures = reports.figures(desk, week_of(DAY))
    assert figures["ratings"] == 5
    assert figures["ratings_by_level"] == {"5": 2, "4": 1, "3": 1, "2": 1, "1": 0}
    assert figures["bad_ratings"] == 1
    assert figures["good_rate"] == 0.8
    assert figures["good_rate_interval95"] == [0.375535, 0.963776]


def test_nothing_unrated_counts(desk: Context) -> None:
    figures = reports.figures(desk, week_of(DAY))
    assert (figures["ratings"], figures["good_rate"], figures["good_rate_interval95"]) == (0, None, None)


@pytest.mark.parametrize("level", [0, 6, -1])
def test_there_is_no_sixth_level(desk: Context, level: int) -> None:
    with pytest.raises(CodedError) as refused:
        service.rate(desk, level)
    assert refused.value.code == "bad_level"


def test_a_correction_changes_the_one_rating(desk: Context) -> None:
    key = service.rate(desk, 1)
    service.correct(desk, key, 5)
    assert [rating.level for rating in service.ratings(desk, DAY, DAY)] == [5]
    service.take_back(desk, key)
    assert service.ratings(desk, DAY, DAY) == []
    with pytest.raises(CodedError) as refused:
        service.correct(desk, key, 4)
    assert refused.value.code == "unknown_rating"


def test_a_rating_leaves_no_time_no_operator_and_no_order(desk: Context) -> None:
    connection = desk.database.connection
    entries = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    for level in (1, 2, 3, 4, 5) * 8:
        service.rate(desk, level)
    assert connection.execute("SELECT count(*) FROM audit").fetchone()[0] == entries
    columns = {row["name"]: row["type"] for row in connection.execute("PRAGMA table_info(rating)")}
    assert set(columns) == set(Rating.model_fields)
    assert [name for name, kind in columns.items() if kind == "INTEGER"] == [
        "level", "efficiency", "competence", "attitude", "named", "ended", "excluded",
    ]  # fmt: skip
    stored = [rating.level for rating in service.ratings(desk, DAY, DAY)]
    assert stored != [1, 2, 3, 4, 5] * 8
    assert sorted(stored) == sorted([1, 2, 3, 4, 5] * 8)


def test_the_day_of_a_rating_is_the_local_one(desk: Context) -> None:
    desk.clock = lambda: datetime(2026, 11, 9, 16, 30, tzinfo=UTC)
    service.rate(desk, 5)
    assert len(service.ratings(desk, date(2026, 11, 10), date(2026, 11, 10))) == 1


def wal(desk: Context) -> Path:
    """The file in which SQLite keeps what was written last, in the order of writing."""
    return desk.home.path / "centre.db-wal"


@pytest.mark.parametrize("change", ["rate", "correct", "take_back"])
def test_no_frame_of_a_rating_lies_between_those_of_scans(desk: Context, change: str) -> None:
    key = service.rate(desk, 3)
    with desk.change("test.filled", "centre"):
        pass
    assert wal(desk).stat().st_size > 0
    if change == "rate":
        service.rate(desk, 4)
    elif change == "correct":
        service.correct(desk, key, 5)
    else:
        service.take_back(desk, key)
    assert wal(desk).stat().st_size == 0


def test_a_window_that_is_reading_delays_no_rating(desk: Context) -> None:
    other = open_context(desk.home, source="kiosk")
    with other.database.reading() as connection:
        connection.execute("SELECT * FROM rating").fetchall()
        service.rate(desk, 3)
    assert len(service.ratings(desk, DAY, DAY)) == 1
    service.rate(desk, 4)
    assert wal(desk).stat().st_size == 0
    other.database.close()


def test_a_comment_that_was_taken_back_is_nowhere_in_the_file(desk: Context) -> None:
    comment = "请把热水修好" * 20
    service.take_back(desk, service.rate(desk, 1, comment=comment))
    assert comment[:6].encode() not in (desk.home.database.read_bytes() + wal(desk).read_bytes())
