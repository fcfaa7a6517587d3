"""Somebody who was entered twice is one person: what counts against either entry counts. No phone stands in clear."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from frontdesk.activities.attendance.marking import mark
from frontdesk.activities.attendance.standing import annul_waiver, history, standings, waive
from frontdesk.activities.service import ActivityError, cancel_sign_up, move_sign_up, sign_up, sign_up_resident
from frontdesk.context import Context
from frontdesk.residents.service import merge
from tests.desks import new_desk
from tests.signups import DAY, assert_as_logged, at, change_session, enter, parties, person, session_at

LATE = timedelta(days=6, hours=20)
"""An hour before the sessions begin."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    context.settings = replace(context.settings, no_show_limit=2, late_cancel_counts=1)
    yield context
    assert_as_logged(context)
    context.database.close()


def strikes(desk: Context, resident: int) -> list[str]:
    """The sessions that count against somebody."""
    return [one.session_code for one in history(desk, resident).strikes]


def give_up_late(desk: Context, number: int, code: str) -> None:
    made = enter(desk, number, code=code, force=True, reason="补登")
    cancel_sign_up(desk, made.registration_id)


def test_late_cancellations_of_both_entries_count_also_in_one_session(desk: Context) -> None:
    for number in range(1, 5):
        session_at(desk, f"HD00{number}", hour=8 + 2 * number)
    kept, gone = person(desk, 1), person(desk, 2)
    enter(desk, 1, code="HD001")
    cancel_sign_up(desk, parties(desk)[0].id)
    at(desk, LATE)
    for number, code in ((2, "HD001"), (1, "HD002"), (2, "HD002"), (2, "HD003"), (1, "HD004")):
        give_up_late(desk, number, code)
    merge(desk, kept, gone)
    assert strikes(desk, kept) == strikes(desk, gone) == ["HD001", "HD002", "HD003", "HD004"]
    (standing,) = standings(desk)
    assert (standing.resident_id, standing.count) == (kept, 4)
    assert [one.session_code for one in history(desk, kept).sessions].count("HD002") == 2


@pytest.mark.parametrize("kept_stands", [True, False])
def test_a_no_show_and_a_late_cancellation_of_one_session_count_once(desk: Context, kept_stands: bool) -> None:
    session_at(desk)
    kept, gone = person(desk, 1), person(desk, 2)
    at(desk, LATE)
    stays, goes = (1, 2) if kept_stands else (2, 1)
    standing = enter(desk, stays, force=True, reason="补登")
    give_up_late(desk, goes, "HD001")
    at(desk, timedelta(days=7))
    mark(desk, standing.registration_id, "no_show")
    merge(desk, kept, gone)
    (strike,) = history(desk, kept).strikes
    assert (strike.registration_id, strike.cancelled_at) == (standing.registration_id, None)


def test_a_waiver_of_either_entry_holds_for_the_one_and_an_annulled_one_for_none(desk: Context) -> None:
    desk.settings = replace(desk.settings, no_show_limit=1)
    session_at(desk, "HD001")
    session_at(desk, "HD002", hour=13)
    session_at(desk, "HD009", day=DAY + timedelta(days=7))
    kept, gone = person(desk, 1), person(desk, 2)
    at(desk, LATE)
    give_up_late(desk, 1, "HD001")
    give_up_late(desk, 2, "HD002")
    annulled = waive(desk, gone, "记错")
    annul_waiver(desk, annulled, gone)
    merge(desk, kept, gone)
    assert history(desk, kept).until is not None
    assert [(one.id, one.annulled_at is None) for one in history(desk, kept).waivers] == [(annulled, False)]
    with pytest.raises(ActivityError, match="in_penalty"):
        sign_up_resident(desk, "HD009", gone)


def test_a_waiver_of_the_entry_that_went_is_annulled_as_that_of_the_one(desk: Context) -> None:
    desk.settings = replace(desk.settings, no_show_limit=1)
    session_at(desk)
    kept, gone = person(desk, 1), person(desk, 2)
    at(desk, LATE)
    give_up_late(desk, 1, "HD001")
    give_up_late(desk, 2, "HD001")
    waived = waive(desk, gone, "住院")
    merge(desk, kept, gone)
    assert history(desk, kept).until is None
    annul_waiver(desk, waived, kept)
    assert history(desk, kept).until is not None


FINDS = """
import sys
from pathlib import Path
folder, *words = sys.argv[1:]
files = [one.read_bytes() for one in sorted(Path(folder).glob("centre.db*"))]
print(len(files), sum(word.encode(how) in one for one in files for word in words for how in ("utf-8", "utf-16-le")))
"""


def found_in(desk: Context, *words: str) -> tuple[int, int]:
    """How many files the centre's database is, and how often one of some words stands in them.

    Another process looks: one that closes the file it has open itself lets go of the locks of SQLite.
    """
    folder = str(desk.home.database.parent)
    said = subprocess.run([sys.executable, "-c", FINDS, folder, *words], capture_output=True, text=True, check=True)
    files, count = said.stdout.split()
    return int(files), int(count)


def test_no_phone_stands_in_clear_in_any_file_whatever_becomes_of_a_sign_up(desk: Context) -> None:
    session_at(desk, capacity=1)
    session_at(desk, "HD002", hour=14)
    phones = [f"154{number:08d}" for number in range(1, 7)]
    first = enter(desk, 1)
    waits = enter(desk, 2)
    cancel_sign_up(desk, first.registration_id, reason="有事")
    move_sign_up(desk, waits.registration_id, "HD002")
    for bad in ("+86 154-0000-0003", "154 0000 0004"):
        sign_up(desk, "HD002", "钱多多", bad, 1)
    with pytest.raises(ActivityError):
        sign_up(desk, "HD002", "钱多多", phones[3], 1)
    change_session(desk, "HD002", capacity=5)
    merge(desk, person(desk, 1), person(desk, 2))
    sign_up(desk, "HD001", "孙小", phones[4], 1)
    files, phones_found = found_in(desk, *phones, *(one[3:] for one in phones))
    assert files >= 2, "the log of the database is looked at, too"
    assert (phones_found, found_in(desk, "钱多多")[1] > 0) == (0, True)
