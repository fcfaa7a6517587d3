"""Whoever holds the file, its journal and the logs cannot join an anonymous rating to a visit or to a time.

Scans and ratings are made in turn, so that any order that is left over anywhere says who gave which rating; then the
join is tried: from the tables, from the bytes of the file, from the WAL after every step, from every other file.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from db.volunteers import Volunteer
from frontdesk.context import Context, open_context
from frontdesk.feedback import service
from frontdesk.feedback.capture.rules import MOST_ON_THE_SPOT
from frontdesk.feedback.followup.checking import follow_ups_astray
from frontdesk.feedback.followup.service import act
from frontdesk.feedback.service import Entry
from frontdesk.volunteers import service as volunteers
from tests.desks import new_desk, sheet

PAGE = 4096
VISITORS = 48
AFTERNOON = datetime(2026, 11, 9, 4, 30, tzinfo=UTC)
TOO_ALIKE = 0.75
"""A rank correlation that chance does not reach: with 30 things one time in a million."""


@dataclass
class Centre:
    """Two windows on one file, a clock that moves, and what really happened."""

    desk: Context
    kiosk: Context
    codes: list[str]
    minutes: list[int]
    given: list[bytes] = field(default_factory=list)

    @property
    def file(self) -> bytes:
        return self.desk.home.database.read_bytes()

    @property
    def wal(self) -> Path:
        return self.desk.home.path / "centre.db-wal"

    def scan(self, number: int) -> None:
        self.minutes[0] += 1
        outcome = volunteers.scan(self.desk, self.codes[number % len(self.codes)])
        assert outcome.result in ("entered", "left")

    def in_journal(self) -> set[bytes]:
        """The ratings of which the WAL holds a trace."""
        content = self.wal.read_bytes() if self.wal.exists() else b""
        return {key for key in self.given if key in content}


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    desk = new_desk(tmp_path / "home")
    numbers = [f"{310000 + one:07d}" for one in range(VISITORS)]
    with desk.change("test.filled", "centre") as connection:
        for one, no in enumerate(numbers):
            volunteers.store(desk, connection, Volunteer(no=no, name=f"张{chr(0x4E00 + one)}"), "")
    codes = dict(volunteers.issue_cards(desk))
    minutes = [0]
    clock = lambda: AFTERNOON + timedelta(minutes=minutes[0])  # noqa: E731 - both windows have one clock
    desk.clock = clock
    kiosk = open_context(desk.home, source="kiosk", clock=clock, synchronous="OFF")
    yield Centre(desk, kiosk, [codes[no] for no in numbers], minutes)
    kiosk.database.close()
    desk.database.close()


def alike(order: Sequence[int]) -> float:
    """How far a sequence of ranks runs as the visits did: 1 in the same order, -1 in the opposite one (Spearman)."""
    places = {value: place for place, value in enumerate(sorted(order))}
    count = len(order)
    distance = sum((places[value] - place) ** 2 for place, value in enumerate(order))
    return 1 - 6 * distance / (count * (count * count - 1))


def orders_in(content: bytes, marks: Sequence[bytes]) -> dict[int, list[int]]:
    """For each page of a file, which of the marks stand on it, as their numbers in the order of the bytes."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, mark in enumerate(marks):
        place = content.find(mark)
        while place >= 0:
            found[place // PAGE].append((place, number))
            place = content.find(mark, place + 1)
    return {page: [number for _, number in sorted(places)] for page, places in found.items()}


def give_in_turn(centre: Centre, say: Callable[[Context, int, Random], bytes]) -> None:
    """A scan, a rating, a scan, a rating; after each rating the WAL holds nothing of any."""
    chance = Random(11)
    for number in range(VISITORS):
        centre.scan(number)
        centre.given.append(say(centre.kiosk, number, chance))
        assert centre.in_journal() == set()
        assert not centre.wal.exists() or centre.wal.stat().st_size == 0


def one_key(kiosk: Context, number: int, chance: Random) -> bytes:
    return service.rate(kiosk, chance.choice((5, 5, 4, 3, 2, 1)))


def with_words(kiosk: Context, number: int, chance: Random) -> bytes:
    """What a rater may do besides: correct, add aspects, tags and a comment, short or as long as can be."""
    key = service.rate(kiosk, chance.choice((1, 2, 3, 4, 5)))
    if number % 2:
        service.correct(kiosk, key, chance.choice((1, 5)))
    tags = kiosk.settings.rating_tags[: 1 + number % 3]
    comment = f"意见{number:02d}" + "字" * (MOST_ON_THE_SPOT - 4 if number % 4 else 0)
    service.add_details(kiosk, key, aspects={"attitude": 1 + number % 5}, tags=tags, comment=comment)
    return key


@pytest.mark.parametrize("say", [one_key, with_words])
def test_no_order_in_the_bytes_of_the_file_is_that_of_the_visits(
    centre: Centre, say: Callable[[Context, int, Random], bytes]
) -> None:
    give_in_turn(centre, say)
    centre.desk.database.fold()
    content = centre.file
    by_page = orders_in(content, centre.given)
    assert sum(map(len, by_page.values())) >= 3 * VISITORS
    joined = {page: alike(order) for page, order in by_page.items() if len(order) >= 30}
    assert joined, by_page
    assert all(abs(found) < TOO_ALIKE for found in joined.values()), joined
    whole = orders_in(content, [f"意见{number:02d}".encode() for number in range(VISITORS)])
    texts = [number for page in sorted(whole) for number in whole[page]]
    assert len(texts) < 30 or abs(alike(texts)) < TOO_ALIKE, texts


@pytest.mark.parametrize("say", [one_key, with_words])
def test_what_lies_about_in_unused_parts_of_the_file_is_at_most_a_few_rows_of_the_last_mixing(
    centre: Centre, say: Callable[[Context, int, Random], bytes]
) -> None:
    give_in_turn(centre, say)
    centre.desk.database.fold()
    connection, content = centre.desk.database.connection, centre.file
    over = []
    for key in centre.given:
        level, comment = connection.execute("SELECT level, comment FROM rating WHERE key = ?", (key,)).fetchone()
        tags = connection.execute("SELECT count(*) FROM rating_tag WHERE key = ?", (key,)).fetchone()[0]
        # The row, the indexes of day and subject, those of bad ones and of comments, the tags.
        over.append(content.count(key) - 3 - (level <= 2) - (comment != "") - tags)
    # A page that gave some of its rows to a neighbour keeps the bytes of the last of them: SQLite zeroes what it frees,
    # but not the gap of a page that it lays out anew. Every rating frees all pages of the day first, so that the rows
    # left over are those of the last mixing, in whose order chance had its hand. A key may be left in two of its trees.
    assert set(over) <= {0, 1, 2} and sum(over) <= VISITORS // 6, over


def test_no_table_and_no_log_tells_more_than_the_day(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    connection = centre.desk.database.connection
    before = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    give_in_turn(centre, with_words)
    scans = connection.execute("SELECT count(*) FROM audit").fetchone()[0] - before
    actions = {row[0] for row in connection.execute("SELECT action FROM audit WHERE id > ?", (before,))}
    assert scans in (0, VISITORS) and not any("rating" in action for action in actions)
    for table in ("rating", "rating_tag"):
        listing = "SELECT sql FROM sqlite_schema WHERE name = ?"
        assert "WITHOUT ROWID" in connection.execute(listing, (table,)).fetchone()[0]
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            connection.execute(f"SELECT rowid FROM {table}")
    named = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    counted = (
        [] if "sqlite_sequence" not in named else connection.execute("SELECT name FROM sqlite_sequence").fetchall()
    )
    assert not any(row[0].startswith("rating") for row in counted)
    stored = [bytes(row[0]) for row in connection.execute("SELECT key FROM rating")]
    assert abs(alike([centre.given.index(key) for key in stored])) < TOO_ALIKE
    moments = {str(value) for row in connection.execute("SELECT at FROM scan") for value in row}
    for row in connection.execute("SELECT * FROM rating"):
        assert {row["day"], row["known_on"]} == {"2026-11-09"}
        assert not moments & {str(value) for value in row}
        assert row["named"] == 0 and row["staff_no"] == ""
    others = [
        path for path in centre.desk.home.path.rglob("*") if path.is_file() and not path.name.startswith("centre.db")
    ]
    for path in others:
        content = path.read_bytes()
        assert not any(key in content or key.hex().encode() in content for key in centre.given), path
    assert not any(key.hex() in caplog.text for key in centre.given)


def test_what_a_reading_window_kept_in_the_journal_goes_with_the_next_rating_or_use_of_any_window(
    centre: Centre,
) -> None:
    other = open_context(centre.desk.home, source="desk", clock=centre.desk.clock)
    with other.database.reading() as connection:
        connection.execute("SELECT count(*) FROM rating").fetchone()
        centre.scan(0)
        centre.given.append(service.rate(centre.kiosk, 2))
        centre.scan(1)
        owed = [centre.kiosk.database.owes_fold]
    centre.kiosk.database.fold_if_free()
    assert [*owed, centre.kiosk.database.owes_fold] == [True, False]
    assert centre.in_journal() == set() and centre.wal.stat().st_size == 0
    other.database.close()


def test_slips_keyed_in_one_by_one_or_together_lie_in_no_order(centre: Centre) -> None:
    day = date(2026, 11, 8)
    entry = Entry(day=day, kind="service", subject=service.DEFAULT_SERVICE, level=4)
    for number in range(20):
        centre.scan(number)
        centre.given.append(service.record(centre.desk, replace(entry, level=1 + number % 5)))
    centre.given += service.record_slips(centre.desk, [entry] * 20)
    centre.desk.database.fold()
    by_page = orders_in(centre.file, centre.given)
    joined = [alike(order) for order in by_page.values() if len(order) >= 30]
    assert joined and all(abs(found) < TOO_ALIKE for found in joined), joined
    assert centre.in_journal() == set()
    actions = {row[0] for row in centre.desk.database.connection.execute("SELECT action FROM audit")}
    assert not any("rating" in action for action in actions)


def test_no_comment_given_on_the_spot_gets_a_page_of_its_own_between_those_of_scans(centre: Centre) -> None:
    longest = "\U0001f600" * MOST_ON_THE_SPOT
    subject = service.Subject("service", "务" * 50, "")
    key = service.rate(centre.kiosk, 1, subject=subject)
    service.add_details(centre.kiosk, key, comment=longest)
    for context in (centre.kiosk, centre.desk):
        with pytest.raises(service.FeedbackError, match="comment_too_long"):
            service.rate(context, 1, comment=longest + "字")
    with pytest.raises(service.FeedbackError, match="comment_too_long"):
        service.add_details(centre.kiosk, key, comment=longest + "字")
    centre.desk.database.fold()
    content = centre.file
    assert content.find(key + b"2026-11-09") // PAGE == content.find(longest.encode()) // PAGE


def test_named_ratings_and_sheets_whose_times_are_known_are_no_marks_between_anonymous_ones(
    centre: Centre, tmp_path: Path
) -> None:
    """One anonymous rating before and one behind each: in the bytes they lie on either side of it by chance alone."""
    day = centre.desk.today()
    named = Entry(day=day, kind="service", subject=service.DEFAULT_SERVICE, level=4, name="赵一")
    sides: set[tuple[str, bool]] = set()
    for number in range(40):
        marks = {"before": service.rate(centre.kiosk, 5)}
        if number % 2:
            marks["named"] = service.record(centre.desk, named)
        else:
            sheet(tmp_path, "日期 对象 满意度 意见 实名", [[day.isoformat(), "综合服务台", 4, f"第{number}张", "否"]])
            service.import_ratings(centre.desk, tmp_path / "表.csv")
            said = f"comment = '第{number}张'"
            row = centre.desk.database.connection.execute(f"SELECT key FROM rating WHERE {said}").fetchone()
            marks["sheet"] = bytes(row[0])
        assert centre.in_journal() == set()
        centre.desk.database.fold()
        order = next(one for one in orders_in(centre.file, list(marks.values())).values() if len(one) == 2)
        sides.add((list(marks)[1], order == [0, 1]))
        with centre.desk.database.write() as connection:
            connection.execute("DELETE FROM rating")
    assert len(sides) == 4, sides


def test_a_named_rating_that_is_followed_up_the_same_day_keeps_its_follow_up(centre: Centre) -> None:
    entry = Entry(
        day=centre.desk.today(), kind="service", subject="综合服务台", level=1, name="赵一", phone="13812345678"
    )
    key = service.record(centre.desk, entry)
    no = act(centre.desk, key, "verified", note="去看过").responsible
    for level in (5, 1):
        service.rate(centre.kiosk, level)
    connection = centre.desk.database.connection
    stored = connection.execute(
        "SELECT f.responsible, p.name, p.phone_cipher IS NOT NULL FROM follow_up f "
        "JOIN rating_rater p ON p.key = f.key JOIN rating r ON r.key = f.key WHERE r.key = ?",
        (key,),
    ).fetchone()
    assert tuple(stored) == (no, "赵一", 1)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == [] and not follow_ups_astray(connection)


def test_the_trial_itself_would_find_an_order(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.feedback.mix", lambda *_, **__: None)
    give_in_turn(centre, one_key)
    centre.desk.database.fold()
    joined = [alike(order) for order in orders_in(centre.file, centre.given).values() if len(order) >= 30]
    assert any(abs(found) > TOO_ALIKE for found in joined)
