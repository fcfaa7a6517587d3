"""Sign-ups go in; seats are given first come first served, and stay given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.activities.service import (
    cancel_sign_up,
    import_sessions,
    import_signups,
    mark_attendance,
    registrations,
    sign_up,
)
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.sheets.outcome import ImportOutcome
from tests.desks import contents, counts, new_desk, passing_desk, rejections, sheet
from tests.signups import person

HEADINGS = "活动编号 姓名 手机 人数 报名时间"
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"

Party = tuple[int, int]
"""Size, and minute of the sign-up."""


def make_session(
    desk: Context, folder: Path, capacity: int, remark: str = "", code: str = "HD001", day: str = "2026-11-09"
) -> None:
    """A session that is over already, as the office's lists tell of them, unless it is on another day."""
    row = [code, day, "09:00-10:00", "书法", "教育", capacity, remark]
    import_sessions(desk, sheet(folder, "活动编号 日期 时间 活动名称 服务类别 名额 备注", [row], "活动.csv"))


def take(desk: Context, folder: Path, parties: Sequence[Party], *, dry_run: bool = False) -> ImportOutcome:
    rows = [
        ["HD001", f"{NAMES[place]}一", f"154000000{place:02}", size, f"2026-11-02 08:{minute:02}"]
        for place, (size, minute) in enumerate(parties)
    ]
    return import_signups(desk, sheet(folder, HEADINGS, rows), dry_run=dry_run)


def test_times_of_sign_up_that_are_yet_to_come_are_remarked(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    make_session(desk, tmp_path, 5)
    assert take(desk, tmp_path, [(1, 0)]).remarks == ()
    rows = [
        ["HD001", "赵一", "15400000000", 1, "2026-11-09 12:00"],
        ["HD001", "钱一", "15400000001", 1, "2026-11-09 12:01"],
        ["HD001", "孙一", "15400000002", 1, "2062-11-02 08:00"],
    ]
    outcome = import_signups(desk, sheet(tmp_path, HEADINGS, rows))
    assert [(one.code, one.details) for one in outcome.remarks] == [("sign_ups_in_the_future", {"count": 2})]
    desk.database.close()


def states(desk: Context) -> str:
    """One letter for each sign-up in the order of the sheet: C confirmed, W waiting, X cancelled."""
    letters = {"confirmed": "C", "waitlisted": "W", "cancelled_by_resident": "X"}
    return "".join(letters[one.state] for one in registrations(desk, "HD001"))


def greedy(capacity: int, parties: Sequence[Party]) -> str:
    """The seat rule once more, minute by minute: whoever fits when their turn comes sits down."""
    result = ["W"] * len(parties)
    for minute in range(60):
        for place, (size, at) in enumerate(parties):
            if at == minute and size <= capacity:
                capacity -= size
                result[place] = "C"
    return "".join(result)


PARTIES = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 5)), min_size=1, max_size=14)


@settings(max_examples=25)
@given(st.integers(0, 20), PARTIES, st.sampled_from(["", "取消:停电"]))
def test_seats_are_those_of_a_queue_at_the_counter(capacity: int, parties: list[Party], remark: str) -> None:
    with passing_desk() as (desk, folder):
        make_session(desk, folder, capacity, remark)
        before = contents(desk, audit=True)
        trial = take(desk, folder, parties, dry_run=True)
        assert contents(desk, audit=True) == before
        assert take(desk, folder, parties) == trial
        assert counts(trial) == (len(parties), 0, 0)
        assert states(desk) == greedy(capacity, parties)
        after = contents(desk)
        assert counts(take(desk, folder, parties)) == (0, 0, len(parties))
        assert contents(desk) == after


@settings(max_examples=25)
@given(st.integers(0, 12), PARTIES, st.data())
def test_a_corrected_sheet_never_overbooks_and_unseats_only_those_who_grew(
    capacity: int, parties: list[Party], data: st.DataObject
) -> None:
    corrected = data.draw(st.lists(PARTIES.map(lambda some: some[0]), min_size=len(parties), max_size=14))
    with passing_desk() as (desk, folder):
        make_session(desk, folder, capacity)
        take(desk, folder, parties)
        before = states(desk)
        outcome = take(desk, folder, corrected)
        same = sum(old == new for old, new in zip(parties, corrected, strict=False))
        assert counts(outcome) == (len(corrected) - len(parties), len(parties) - same, same)
        after = states(desk)
        left = capacity - sum(size for (size, _), state in zip(corrected, after, strict=True) if state == "C")
        assert left >= 0
        for (size, _), state in zip(corrected, after, strict=True):
            assert state == "C" or size > left
        for old, new, was, now in zip(parties, corrected, before, after, strict=False):
            assert was != "C" or now == "C" or new[0] > old[0]
        settled = contents(desk)
        assert counts(take(desk, folder, corrected)) == (0, 0, len(corrected))
        assert contents(desk) == settled


def test_ties_are_broken_by_the_order_of_the_sheet_which_is_the_number_on_the_list(
    desk: Context, tmp_path: Path
) -> None:
    make_session(desk, tmp_path, 3)
    take(desk, tmp_path, [(2, 5), (2, 5), (1, 5)])
    assert [(one.seq_no, one.name, one.state) for one in registrations(desk, "HD001")] == [
        (1, "赵一", "confirmed"),
        (2, "钱一", "waitlisted"),
        (3, "孙一", "confirmed"),
    ]


def test_a_confirmed_party_that_outgrows_the_seats_goes_back_to_the_queue_at_its_time(
    desk: Context, tmp_path: Path
) -> None:
    make_session(desk, tmp_path, 5)
    take(desk, tmp_path, [(2, 1), (3, 2), (2, 3)])
    assert states(desk) == "CCW"
    assert counts(take(desk, tmp_path, [(4, 1), (3, 2), (2, 3)])) == (0, 1, 2)
    assert states(desk) == "WCC"
    take(desk, tmp_path, [(2, 1), (3, 2), (3, 3)])
    assert states(desk) == "CCW"


def test_a_confirmed_party_that_grows_into_free_seats_keeps_them(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 5)
    take(desk, tmp_path, [(2, 1)])
    take(desk, tmp_path, [(5, 1)])
    assert states(desk) == "C"


def test_a_party_that_has_attended_keeps_its_seats_however_it_grows(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 5)
    take(desk, tmp_path, [(2, 1), (3, 2)])
    mark_attendance(desk, registrations(desk, "HD001")[0].id, "attended")
    take(desk, tmp_path, [(4, 1), (3, 2)])
    assert states(desk) == "CC"


def test_a_sign_up_cancelled_on_the_screen_is_not_revived(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 2, day="2026-11-16")
    take(desk, tmp_path, [(2, 1), (2, 2)])
    cancel_sign_up(desk, registrations(desk, "HD001")[0].id)
    assert states(desk) == "XC"
    before = contents(desk)
    assert counts(take(desk, tmp_path, [(2, 1), (2, 2)])) == (0, 0, 2)
    assert contents(desk) == before
    assert counts(take(desk, tmp_path, [(1, 4), (2, 2)])) == (0, 0, 2)
    assert contents(desk) == before


def test_who_is_in_a_party_gets_no_seats_beside_it_until_that_party_has_left(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 5)
    member = person(desk, 1)
    made = sign_up(desk, "HD001", "孙一", "15400000009", 2, members=[member])
    row = ["HD001", f"赵{chr(0x4E01)}", "15400000001", 1, "2026-11-02 08:00"]
    path = sheet(tmp_path, HEADINGS, [row])
    before = contents(desk)
    assert [one[3] for one in rejections(import_signups(desk, path))] == ["in_other_party"]
    assert contents(desk) == before
    cancel_sign_up(desk, made.registration_id)
    assert counts(import_signups(desk, path)) == (1, 0, 0)
    assert states(desk) == "XC"


def test_an_earlier_time_moves_a_waiting_party_up_but_unseats_nobody(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 2, day="2026-11-16")
    take(desk, tmp_path, [(2, 5), (2, 6), (2, 7)])
    take(desk, tmp_path, [(2, 5), (2, 6), (2, 1)])
    assert states(desk) == "CWW"
    cancel_sign_up(desk, registrations(desk, "HD001")[0].id)
    assert states(desk) == "XWC"


def test_what_is_wrong_is_named_and_nothing_is_written(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 5)
    before = contents(desk, audit=True)
    rows = [
        ["HD001", "张三", "15412345678", 1, "2026-11-02 08:31"],
        ["HD009", "李四", "15412345678", 1, "2026-11-02 08:31"],
        ["HD001", "李四", "15412345678", 21, "2026-11-02 08:31"],
        ["hd001", "张 三", "+86 154-1234-5678", 2, "2026-11-02 09:31"],
        ["HD001", "王五", "15412345678", 1, "2026-11-02"],
    ]
    assert rejections(import_signups(desk, sheet(tmp_path, HEADINGS, rows))) == [
        (3, "活动编号", "HD009", "unknown_session"),
        (4, "人数", "21", "out_of_range"),
        (5, "活动编号", "hd001", "duplicate_in_file"),
        (6, "报名时间", "2026-11-02", "bad_time"),
    ]
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (" ", "missing_name"),
        ("张" * 51, "bad_name"),
        ("张\x1b[2J", "bad_name"),
        ("张\udcff", "bad_name"),
        ("12", "bad_name"),
    ],
)
def test_at_the_counter_a_name_is_what_an_import_would_take(
    desk: Context, tmp_path: Path, name: str, code: str
) -> None:
    make_session(desk, tmp_path, 5)
    with pytest.raises(DeskError) as refused:
        sign_up(desk, "HD001", name, "15412345678", 1)
    assert refused.value.code == code
    assert "{" not in words_for(refused.value)
    assert registrations(desk, "HD001") == []


def test_a_refused_sign_up_names_neither_the_resident_nor_the_phone(desk: Context, tmp_path: Path) -> None:
    make_session(desk, tmp_path, 5)
    sign_up(desk, "HD001", "张三", "15412345678", 1)
    for phone, code, details in (("15412345678", "already_signed_up", {"seq_no": 1}), ("1541234567", "bad_phone", {})):
        with pytest.raises(DeskError) as refused:
            sign_up(desk, "HD001", "张三", phone, 1)
        assert (refused.value.code, refused.value.details) == (code, details)
        said = words_for(refused.value)
        assert "张三" not in said and phone not in said and "{" not in said
