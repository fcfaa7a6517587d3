"""Sign-in sheets go in: each row finds its sign-up, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.activities.service import (
    cancel_sign_up,
    import_attendance,
    import_sessions,
    import_signups,
    registrations,
    walk_ins,
)
from frontdesk.context import Context
from frontdesk.imports.service import describe
from frontdesk.sheets.outcome import ImportOutcome
from tests.desks import contents, counts, new_desk, passing_desk, rejections, sheet

HEADINGS = "活动编号 姓名 手机尾号 人数 签到情况"
PEOPLE = (("张三", "15412345678"), ("李四", "15412340251"), ("王五", "021-59571234转801"))


def prepare(desk: Context, folder: Path) -> None:
    """HD001 with three sign-ups, HD002 that is cancelled and has one."""
    plan = [
        ["HD001", "2026-11-09", "09:00-10:00", "书法", "教育", 20, ""],
        ["HD002", "2026-11-10", "09:00-10:00", "书法", "教育", 20, "取消:停电"],
    ]
    import_sessions(desk, sheet(folder, "活动编号 日期 时间 活动名称 服务类别 名额 备注", plan))
    rows = [["HD001", name, phone, 2, "2026-11-02 08:31"] for name, phone in PEOPLE]
    rows.append(["HD002", *PEOPLE[0], 2, "2026-11-02 08:31"])
    import_signups(desk, sheet(folder, "活动编号 姓名 手机 人数 报名时间", rows))


def take(desk: Context, folder: Path, *rows: Sequence[object], dry_run: bool = False) -> ImportOutcome:
    return import_attendance(desk, sheet(folder, HEADINGS, rows), dry_run=dry_run)


def statuses(desk: Context) -> list[tuple[str | None, int | None]]:
    return [(one.status, one.came) for one in registrations(desk, "HD001")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    prepare(context, tmp_path)
    yield context
    context.database.close()


def test_each_row_finds_its_sign_up_by_name_and_last_digits(desk: Context, tmp_path: Path) -> None:
    outcome = take(
        desk,
        tmp_path,
        ["HD001", "张三", "5678", 2, "到场"],
        ["HD001", "李四", "251", 1, "请假"],
        ["HD001", "王五", "1234", 2, "缺席"],
    )
    assert counts(outcome) == (3, 0, 0)
    assert statuses(desk) == [("attended", 2), ("absent_notified", 1), ("no_show", 2)]
    # The office's own sheets have another word for it.
    assert counts(take(desk, tmp_path, ["HD001", "王五", "1234", 2, "未到"])) == (0, 0, 1)


def test_a_corrected_row_is_a_change(desk: Context, tmp_path: Path) -> None:
    take(desk, tmp_path, ["HD001", "张三", "5678", 2, "到场"])
    assert counts(take(desk, tmp_path, ["HD001", "张三", "5678", 1, "到场"])) == (0, 1, 0)
    assert statuses(desk)[0] == ("attended", 1)


def test_walk_ins_of_one_session_add_up_and_a_re_import_does_not_add_again(desk: Context, tmp_path: Path) -> None:
    rows = [["HD001", "散客", "", 3, "到场"], ["HD001", "散客", "", 2, "到场"]]
    assert counts(take(desk, tmp_path, *rows)) == (2, 0, 0)
    assert walk_ins(desk, "HD001") == 5
    assert counts(take(desk, tmp_path, *rows)) == (0, 0, 2)
    assert counts(take(desk, tmp_path, *rows, rows[0])) == (0, 3, 0)
    assert walk_ins(desk, "HD001") == 8


def test_what_is_wrong_is_named_and_nothing_is_written(desk: Context, tmp_path: Path) -> None:
    before = contents(desk, audit=True)
    outcome = take(
        desk,
        tmp_path,
        ["HD001", "张三", "5678", 2, "到场"],
        ["HD009", "张三", "5678", 2, "到场"],
        ["HD002", "张三", "5678", 2, "到场"],
        ["HD001", "张三", "5679", 2, "到场"],
        ["HD001", "张三", "", 2, "到场"],
        ["HD001", "张 三", "5678", 2, "未到"],
        ["HD001", "散客", "", 2, "未到"],
        ["HD001", "李四", "0251", 21, "到场"],
        ["HD001", "李四", "0251", 2, "也许"],
    )
    assert rejections(outcome) == [
        (3, "活动编号", "HD009", "unknown_session"),
        (4, "活动编号", "HD002", "session_cancelled"),
        (5, "姓名", "张三", "no_sign_up"),
        (6, "手机尾号", "", "missing"),
        (7, "姓名", "张 三", "duplicate_in_file"),
        (8, "签到情况", "未到", "walk_in_came"),
        (9, "人数", "21", "out_of_range"),
        (10, "签到情况", "也许", "not_one_of"),
    ]
    assert contents(desk, audit=True) == before


def test_two_people_of_one_name_and_the_same_last_digits_are_not_guessed(desk: Context, tmp_path: Path) -> None:
    rows = [["HD001", "张三", "15400005678", 1, "2026-11-02 09:00"]]
    import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", rows))
    outcome = take(desk, tmp_path, ["HD001", "张三", "5678", 2, "到场"])
    assert rejections(outcome) == [(2, "姓名", "张三", "ambiguous_sign_up")]
    cancel_sign_up(desk, registrations(desk, "HD001")[3].id)
    assert counts(take(desk, tmp_path, ["HD001", "张三", "5678", 2, "到场"])) == (1, 0, 0)


def test_attendance_of_a_cancelled_sign_up_is_rejected(desk: Context, tmp_path: Path) -> None:
    cancel_sign_up(desk, registrations(desk, "HD001")[0].id)
    outcome = take(desk, tmp_path, ["HD001", "张三", "5678", 2, "未到"])
    assert rejections(outcome) == [(2, "姓名", "张三", "sign_up_cancelled")]


def test_only_who_holds_a_seat_stays_away_or_gives_notice(desk: Context, tmp_path: Path) -> None:
    rows = [["HD003", "2026-11-09", "10:00-11:00", "国画", "教育", 2, ""]]
    import_sessions(desk, sheet(tmp_path, "活动编号 日期 时间 活动名称 服务类别 名额 备注", rows))
    waits = [["HD003", name, phone, 2, "2026-11-02 08:31"] for name, phone in PEOPLE]
    import_signups(desk, sheet(tmp_path, "活动编号 姓名 手机 人数 报名时间", waits))
    before = contents(desk, audit=True)
    outcome = take(
        desk,
        tmp_path,
        ["HD003", "张三", "5678", 2, "未到"],
        ["HD003", "李四", "0251", 2, "未到"],
        ["HD003", "王五", "1234", 2, "请假"],
    )
    assert rejections(outcome) == [
        (3, "签到情况", "未到", "holds_no_seat"),
        (4, "签到情况", "请假", "holds_no_seat"),
    ]
    assert all("请删去这一行" in one.words() for one in outcome.rejected)
    assert contents(desk, audit=True) == before
    # Whoever waited and came all the same is let in.
    assert counts(take(desk, tmp_path, ["HD003", "李四", "0251", 2, "到场"])) == (1, 0, 0)


def test_a_trial_says_of_each_row_what_stood_and_what_will_stand(desk: Context, tmp_path: Path) -> None:
    take(desk, tmp_path, ["HD001", "张三", "5678", 2, "到场"], ["HD001", "散客", "", 5, "到场"])
    rows = [
        ["HD001", "张三", "5678", 1, "到场"],
        ["HD001", "散客", "", 3, "到场"],
        ["HD001", "李四", "0251", 2, "请假"],
        ["HD001", "散客", "", 4, "到场"],
    ]
    trial = take(desk, tmp_path, *rows, dry_run=True)
    assert [line for line in describe(trial, dry_run=True) if line.startswith("第")] == [
        "第 2 行，更改 HD001#1 张*：人数：2 改为 1",
        "第 3 行，更改 HD001 散客：人数（第 3、5 行合计）：5 改为 7",
        "第 4 行，新增 HD001#2 李*：签到 请假；人数 2",
    ]
    # That what was counted at the door is replaced is said of the import itself too.
    done = take(desk, tmp_path, *rows)
    assert done.preview == ()
    assert [one.as_json() for one in done.remarks] == [
        {"code": "walk_ins_replaced", "count": 1, "sessions": "HD001 由 5 改为 7"}
    ]
    assert take(desk, tmp_path, *rows).remarks == ()


def test_walk_ins_beyond_all_reason_are_rejected(desk: Context, tmp_path: Path) -> None:
    row = ["HD001", "散客", "", 9999, "到场"]
    assert counts(take(desk, tmp_path, row)) == (1, 0, 0)
    assert rejections(take(desk, tmp_path, row, row)) == [(3, "人数", "9999", "out_of_range")]


ROWS = st.tuples(
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["到场", "请假", "缺席", "未到"])), max_size=3),
    st.lists(st.integers(1, 50), max_size=3),
)


@settings(max_examples=30)
@given(ROWS, ROWS)
def test_any_sheet_again_changes_nothing_and_counts_each_row_once(
    first: tuple[list[tuple[int, str]], list[int]], second: tuple[list[tuple[int, str]], list[int]]
) -> None:
    tails = ("5678", "0251", "1234")
    with passing_desk() as (desk, folder):
        prepare(desk, folder)
        for parties, heads in (first, second):
            rows: list[list[object]] = [
                ["HD001", PEOPLE[place][0], tails[place], seats, status]
                for place, (seats, status) in enumerate(parties)
            ]
            rows += [["HD001", "散客", "", count, "到场"] for count in heads]
            before = contents(desk, audit=True)
            trial = take(desk, folder, *rows, dry_run=True)
            assert contents(desk, audit=True) == before
            assert take(desk, folder, *rows) == replace(trial, preview=())
            assert sum(counts(trial)[:2]) >= len(trial.preview) >= (sum(counts(trial)[:2]) > 0)
            assert sum(counts(trial)) == len(rows)
            after = contents(desk)
            assert counts(take(desk, folder, *rows)) == (0, 0, len(rows))
            assert contents(desk) == after
            if heads:
                assert walk_ins(desk, "HD001") == sum(heads)
