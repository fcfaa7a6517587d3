"""The plan of sessions goes in, and what was decided on the screen is not undone by it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from frontdesk.activities.service import (
    cancel_session,
    import_sessions,
    import_signups,
    mark_attendance,
    registrations,
    restore_session,
    session,
    sign_up,
)
from frontdesk.activities.sessions.service import close_session
from frontdesk.context import Context
from tests.desks import contents, counts, rejections, sheet

HEADINGS = "活动编号 日期 时间 活动名称 服务类别 活动类型 场地 名额 开班人数 负责人 备注"


def plan(folder: Path, *changes: dict[int, object]) -> Path:
    """A plan of one session HD001, HD002, … for each set of changed columns (by place)."""
    rows = []
    for number, changed in enumerate(changes, 1):
        row: list[object] = [f"HD{number:03}", "2026年11月9日", "09:00-10:30", "书法沙龙", "亲子服务"]
        row += ["便民服务", "多功能厅", 10, 3, "武思嘉", ""]
        for place, value in changed.items():
            row[place] = value
        rows.append(row)
    return sheet(folder, HEADINGS, rows)


def test_a_session_is_stored_with_its_instants_and_local_day(desk: Context, tmp_path: Path) -> None:
    assert counts(import_sessions(desk, plan(tmp_path, {}))) == (1, 0, 0)
    found = session(desk, "HD001")
    assert found.day == date(2026, 11, 9).isoformat()
    assert found.starts_at == datetime(2026, 11, 9, 1, 0, tzinfo=UTC).timestamp() * 1000
    assert found.ends_at == datetime(2026, 11, 9, 2, 30, tzinfo=UTC).timestamp() * 1000
    assert (found.name, found.room, found.capacity, found.lead) == ("书法沙龙", "多功能厅", 10, "武思嘉")


@pytest.mark.parametrize(
    ("written", "stored"),
    [("为老", "为老服务"), ("为老服务", "为老服务"), ("品牌特色", "品牌特色"), ("品牌特色服务", "品牌特色")],
)
def test_categories_are_known_with_and_without_their_last_word(
    desk: Context, tmp_path: Path, written: str, stored: str
) -> None:
    import_sessions(desk, plan(tmp_path, {4: written}))
    assert session(desk, "HD001").category == stored


def test_every_wrong_cell_is_named_and_nothing_is_written(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    outcome = import_sessions(desk, plan(tmp_path, {}, {4: "娱乐"}, {2: "10:00-09:00"}, {0: "HD001"}))
    assert rejections(outcome) == [
        (3, "服务类别", "娱乐", "not_one_of"),
        (4, "时间", "10:00-09:00", "bad_time_span"),
        (5, "活动编号", "HD001", "duplicate_in_file"),
    ]
    assert outcome.read == 4
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize(
    ("remark", "reason"),
    [
        ("取消:讲师请假", "讲师请假"),
        ("取消：讲师请假", "讲师请假"),
        ("取消，讲师请假", "讲师请假"),
        ("取消（讲师请假）", "讲师请假"),
        ("取消:停电(全天)", "停电(全天)"),
        ("取消 停电", "停电"),
        ("取消因停电", "因停电"),
        ("已取消", ""),
        ("取消", ""),
    ],
)
def test_a_remark_cancels_a_session(desk: Context, tmp_path: Path, remark: str, reason: str) -> None:
    import_sessions(desk, plan(tmp_path, {10: remark}))
    found = session(desk, "HD001")
    assert (found.state, found.cancel_reason, found.note) == ("cancelled", reason, "")


def test_another_remark_is_a_note(desk: Context, tmp_path: Path) -> None:
    import_sessions(desk, plan(tmp_path, {10: "自带笔墨，不得取消"}))
    found = session(desk, "HD001")
    assert (found.state, found.note) == ("published", "自带笔墨，不得取消")


def test_a_remark_that_may_or_may_not_cancel_is_rejected(desk: Context, tmp_path: Path) -> None:
    outcome = import_sessions(desk, plan(tmp_path, {10: "取消报名请提前来电"}))
    assert rejections(outcome) == [(2, "备注", "取消报名请提前来电", "unclear_cancellation")]


def test_a_blank_remark_does_not_bring_back_what_was_cancelled_on_the_screen(desk: Context, tmp_path: Path) -> None:
    path = plan(tmp_path, {})
    import_sessions(desk, path)
    cancel_session(desk, "HD001", "停电")
    before = contents(desk)
    assert counts(import_sessions(desk, path)) == (0, 0, 1)
    assert contents(desk) == before
    assert counts(import_sessions(desk, plan(tmp_path, {6: "议事厅", 10: "照常"}))) == (0, 1, 0)
    found = session(desk, "HD001")
    assert (found.state, found.cancel_reason, found.room) == ("cancelled", "停电", "议事厅")


def test_a_blank_cell_leaves_what_is_stored(desk: Context, tmp_path: Path) -> None:
    import_sessions(desk, plan(tmp_path, {10: "自带笔墨"}))
    before = contents(desk)
    assert counts(import_sessions(desk, plan(tmp_path, {6: "", 8: "", 9: "", 10: ""}))) == (0, 0, 1)
    assert contents(desk) == before


def test_a_session_with_attendance_is_not_cancelled_by_a_sheet(desk: Context, tmp_path: Path) -> None:
    import_sessions(desk, plan(tmp_path, {}))
    mark_attendance(desk, sign_up(desk, "HD001", "张三", "15412345678", 1).registration_id, "attended")
    before = contents(desk, audit=True)
    outcome = import_sessions(desk, plan(tmp_path, {10: "取消:停电"}))
    assert rejections(outcome) == [(2, "备注", "取消:停电", "attendance_recorded")]
    assert contents(desk, audit=True) == before


def test_raising_capacity_promotes_the_queue_and_lowering_it_takes_no_seat_away(desk: Context, tmp_path: Path) -> None:
    import_sessions(desk, plan(tmp_path, {1: "2026年11月16日", 7: 3}))
    rows = [["HD001", name, "15412345678", 3, "2026-11-02 08:31"] for name in ("张三", "李四")]
    import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", rows, "报名.csv"))
    assert [one.state for one in registrations(desk, "HD001")] == ["confirmed", "waitlisted"]
    for capacity in (6, 1):
        import_sessions(desk, plan(tmp_path, {1: "2026年11月16日", 7: capacity}))
        assert [one.state for one in registrations(desk, "HD001")] == ["confirmed", "confirmed"]


def test_a_session_restored_on_the_screen_is_cancelled_again_only_by_a_sheet_that_says_so(
    desk: Context, tmp_path: Path
) -> None:
    path = plan(tmp_path, {10: "取消:停电"})
    import_sessions(desk, path)
    assert counts(import_sessions(desk, path)) == (0, 0, 1)
    restore_session(desk, "HD001")
    assert counts(import_sessions(desk, plan(tmp_path, {}))) == (0, 0, 1)
    assert session(desk, "HD001").state == "published"
    assert counts(import_sessions(desk, plan(tmp_path, {10: "取消:停电"}))) == (0, 1, 0)
    assert session(desk, "HD001").state == "cancelled"


def test_a_closed_session_says_no_more_than_another_note_until_opened_again(desk: Context, tmp_path: Path) -> None:
    import_sessions(desk, plan(tmp_path, {}))
    close_session(desk, "HD001")
    before = contents(desk)
    changes: list[dict[int, object]] = [{1: "2026年11月10日"}, {7: 30}, {6: "书画室"}]
    for changed in changes:
        outcome = import_sessions(desk, plan(tmp_path, changed))
        assert [(one[1], one[3]) for one in rejections(outcome)] == [("活动编号", "session_closed")]
    assert contents(desk) == before
    assert counts(import_sessions(desk, plan(tmp_path, {10: "补签"}))) == (0, 1, 0)
