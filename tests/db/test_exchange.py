"""Plan, sign-ups and attendance go out, are edited in a spreadsheet program, and come back: just the edited cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from db import activities as records
from db import attendance as marks
from db import registration_log
from db.activities import Session
from frontdesk.activities import service
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import Kind
from frontdesk.activities.exchange.register import Scope
from frontdesk.activities.exchange.service import export_sheet, import_sheet
from frontdesk.activities.sessions.service import add_session, change_session, close_session
from frontdesk.context import Context, to_ms
from frontdesk.errors import DeskError
from frontdesk.locale import t, words_for
from frontdesk.sheets.errors import SheetError
from tests.desks import contents, counts, passing_desk, rejections

NOVEMBER = Scope(date(2026, 11, 1), date(2026, 11, 30))
HEADING_ROW = 3


def put_on(context: Context, number: int, capacity: int = 3, day: int = 9) -> str:
    starts = datetime(2026, 11, day, 1, 0, tzinfo=UTC) + timedelta(hours=number)
    kept = add_session(
        context,
        Session(
            code="",
            day=f"2026-11-{day:02}",
            starts_at=to_ms(starts),
            ends_at=to_ms(starts + timedelta(hours=1)),
            name=f"书法{number}",
            category="文体服务",
            room=f"教室{number}",
            capacity=capacity,
        ),
    )
    return kept.session.code


def sign_up(context: Context, code: str, people: int) -> list[int]:
    return [
        service.sign_up(context, code, f"赵{chr(0x4E50 + number)}乐", f"1541000{number:04}", 1).registration_id
        for number in range(people)
    ]


def exported(context: Context, folder: Path, kind: Kind, *, full: bool = False) -> Path:
    path = folder / f"{kind}.xlsx"
    export_sheet(context, kind, NOVEMBER, path, full=full)
    return path


def edit(path: Path, change: Callable[[Worksheet], object]) -> Path:
    """Open a workbook as a spreadsheet program does, change it and save it under another name."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    change(sheet)
    out = path.with_name(f"edited-{path.name}")
    book.save(out)
    return out


def column(sheet: Worksheet, name: str) -> int:
    heading = t(f"exchange.column.{name}")
    return next(int(cell.column) for cell in sheet[HEADING_ROW] if cell.value == heading)


def put(sheet: Worksheet, row: int, **said: object) -> None:
    for name, value in said.items():
        sheet.cell(row, column(sheet, name)).value = value


def row_of(sheet: Worksheet, identity: str) -> int:
    return next(row for row in range(HEADING_ROW + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == identity)


def reordered(sheet: Worksheet, order: list[int]) -> None:
    """The rows under the headings in another order, some left out, a column of the office's own put in."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADING_ROW + 1)]
    sheet.delete_rows(HEADING_ROW + 1, len(rows))
    for number, place in enumerate(order, HEADING_ROW + 1):
        for at, value in enumerate(rows[place], 1):
            sheet.cell(number, at).value = value
    sheet.insert_cols(3)
    sheet.cell(HEADING_ROW, 3).value = "经办"


CELLS: Mapping[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["书法甲", "国画", " 合唱 ", "太极"]),
    "room": st.sampled_from(["多功能厅", "舞蹈房", None]),
    "capacity": st.sampled_from([5, "８", 12.0, 0]),
    "min_enrol": st.sampled_from([2, "3", None]),
    "lead": st.sampled_from(["李老师", "王老师", None]),
    "note": st.sampled_from(["自带纸笔", "改期待定", None]),
    "activity_type": st.sampled_from(["便民服务", None]),
    "setup_minutes": st.sampled_from([15, "30"]),
    "span": st.sampled_from(["8:00-9:00", "19:00－20:30"]),
    "day": st.sampled_from([date(2026, 11, 12), 46340, "2026年11月18日"]),
}
SAID = {"８": 8, "3": 3, "30": 30, 12.0: 12, " 合唱 ": "合唱"}
DAYS = {46340: "2026-11-14", "2026年11月18日": "2026-11-18", date(2026, 11, 12): "2026-11-12"}
SPANS = {"8:00-9:00": "08:00-09:00", "19:00－20:30": "19:00-20:30"}


def said(name: str, value: Any) -> Any:
    """What a cell stands for in `state`."""
    if name == "day":
        return DAYS[value]
    if name == "span":
        return SPANS[value]
    if value is None:
        return 0 if name in ("min_enrol", "setup_minutes") else ""
    return SAID.get(value, value)


def state(context: Context) -> dict[tuple[str, str], Any]:
    """What every editable cell of the plan says, by session and column."""
    found: dict[tuple[str, str], Any] = {}
    for one in records.lines(context.database.connection, "2026-11-01", "2026-11-30"):
        begins, ends = context.local(one.starts_at), context.local(one.ends_at)
        for name in CELLS:
            value = f"{begins:%H:%M}-{ends:%H:%M}" if name == "span" else getattr(one, name)
            found[one.code, name] = value
    return found


def in_another_window(context: Context, code: str, name: str, value: Any) -> None:
    before = records.plain(service.session(context, code))
    begins, ends = context.local(before.starts_at), context.local(before.ends_at)
    day = date.fromisoformat(value) if name == "day" else begins.date()
    span = value.split("-") if name == "span" else [f"{begins:%H:%M}", f"{ends:%H:%M}"]
    first, last = (datetime.fromisoformat(f"{day} {one}").replace(tzinfo=context.zone) for one in span)
    changed: dict[str, Any] = {"day": day.isoformat(), "starts_at": to_ms(first), "ends_at": to_ms(last)}
    if name not in ("day", "span"):
        changed[name] = value
    change_session(context, before, before.model_copy(update=changed), force_room=True, reason="试")


places = st.tuples(st.integers(0, 3), st.sampled_from(sorted(CELLS))).flatmap(
    lambda place: st.tuples(st.just(place), CELLS[place[1]])
)


# Every example writes and reads workbooks: making a failing one small would take minutes.
@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(
    here=st.lists(places, max_size=6, unique_by=lambda one: one[0]),
    there=st.lists(places, max_size=4, unique_by=lambda one: one[0]),
    order=st.permutations(range(4)),
    kept=st.integers(1, 4),
)
def test_what_comes_back_is_what_went_out_with_just_the_edited_cells_changed(
    here: list[Any], there: list[Any], order: list[int], kept: int
) -> None:
    with passing_desk() as (context, folder):
        codes = [put_on(context, number) for number in range(4)]
        path = exported(context, folder, "sessions")

        def change(sheet: Worksheet) -> None:
            for (row, name), value in here:
                put(sheet, HEADING_ROW + 1 + row, **{name: value})
            reordered(sheet, order[:kept])

        edited = edit(path, change)
        before = state(context)
        for (row, name), value in there:
            in_another_window(context, codes[row], name, said(name, value))
        now = state(context)
        wanted, conflicts = dict(now), set()
        for (row, name), value in here:
            key, after = (codes[row], name), said(name, value)
            if row not in order[:kept] or after in (before[key], now[key]):
                continue
            if now[key] != before[key]:
                conflicts.add(t(f"exchange.column.{name}"))
            wanted[key] = after
        outcome = import_sheet(context, edited)
        if conflicts:
            assert {one.reason for one in outcome.rejected} == {"conflict"}
            assert {one.column for one in outcome.rejected} == conflicts
            assert state(context) == now
            return
        assert rejections(outcome) == []
        assert state(context) == wanted
        assert outcome.changed == len({key[0] for key in wanted if wanted[key] != now[key]})
        missing = [one for one in outcome.remarks if one.code == "missing_rows"]
        assert [one.details["count"] for one in missing] == ([4 - kept] if kept < 4 else [])
        held = contents(context)
        again = import_sheet(context, edited)
        assert counts(again) == (0, 0, kept)
        assert contents(context) == held


def test_a_conflict_names_row_column_and_both_values_and_nothing_of_the_file_is_taken(
    desk: Context, tmp_path: Path
) -> None:
    first, second = put_on(desk, 0), put_on(desk, 1)
    path = exported(desk, tmp_path, "sessions")

    def change(sheet: Worksheet) -> None:
        put(sheet, 4, capacity=9, lead="李老师")
        put(sheet, 5, capacity=7)

    edited = edit(path, change)
    in_another_window(desk, first, "capacity", 4)
    held = contents(desk, audit=True)
    outcome = import_sheet(desk, edited)
    (one,) = outcome.rejected
    assert one.as_json() == {"row": 4, "column": "名额", "value": "9", "reason": "conflict", "now": "4"}
    assert "改成了“4”" in one.words()
    assert contents(desk, audit=True) == held
    assert service.session(desk, second).capacity == 3


def test_a_trial_tells_before_and_after_and_writes_nothing(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, day=16)
    sign_up(desk, code, 4)
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, capacity=4, note="自带纸笔"))
    held = contents(desk, audit=True)
    outcome = import_sheet(desk, edited, dry_run=True)
    (change,) = outcome.preview
    assert change.subject == "HD001 书法0" and not change.added
    # The seat that is more goes to whoever waits: that is told too.
    assert change.fields == (
        ("名额", "3", "4"),
        ("备注", "", "自带纸笔"),
        ("已占名额", "3", "4"),
        ("候补组数", "1", "0"),
    )
    assert contents(desk, audit=True) == held
    assert counts(import_sheet(desk, edited)) == (0, 1, 0)
    assert desk.database.connection.execute("SELECT count(*) FROM audit WHERE action LIKE 'exchange.%'").fetchone()[
        0
    ] == (1)


def test_new_rows_are_added_once_and_the_imports_screen_knows_the_sheet_again(desk: Context, tmp_path: Path) -> None:
    put_on(desk, 0)

    def change(sheet: Worksheet) -> None:
        put(sheet, 5, day="2026/11/20", span="9:00-10:00", name="插花", category="文体", capacity="１２")
        put(sheet, 6, identity="HD900", day=46346, span="13:00-14:00", name="茶艺", category="文体服务", capacity=8)
        # Styled by a spreadsheet program, and blank.
        sheet.cell(7, 4).value = "  "

    edited = edit(exported(desk, tmp_path, "sessions"), change)
    assert counts(service.import_sessions(desk, edited)) == (2, 0, 1)
    assert {one.code: (one.name, one.capacity) for one in service.sessions(desk, *span())} == {
        "HD001": ("书法0", 3),
        "HD002": ("插花", 12),
        "HD900": ("茶艺", 8),
    }
    held = contents(desk)
    assert counts(service.import_sessions(desk, edited)) == (0, 0, 3)
    assert contents(desk) == held


def span() -> tuple[date, date]:
    return NOVEMBER.first, NOVEMBER.last


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda sheet: put(sheet, 4, capacity="=1+1"), [(4, "名额", "=1+1", "formula")]),
        (lambda sheet: put(sheet, 4, capacity="很多"), [(4, "名额", "很多", "bad_number")]),
        (lambda sheet: put(sheet, 4, name=None), [(4, "活动名称", "", "missing")]),
        (lambda sheet: put(sheet, 4, confirmed=9), [(4, "已占名额", "9", "not_to_edit")]),
        (lambda sheet: put(sheet, 4, identity="HD002"), [(4, "编号（勿改）", "HD002", "identity_broken")]),
        (lambda sheet: put(sheet, 4, identity=None), [(4, "编号（勿改）", "", "identity_broken")]),
        (lambda sheet: put(sheet, 5, identity="HD001"), [(5, "编号（勿改）", "HD001", "identity_broken")]),
        (lambda sheet: put(sheet, 4, category="修仙"), [(4, "服务类别", "HD001", "unknown_category")]),
        (lambda sheet: put(sheet, 4, note="证件310114196001011234"), [(4, "备注", "证件310****1234", "long_number")]),
        (lambda sheet: put(sheet, 4, room="#REF!"), [(4, "场地", "#REF!", "error_cell")]),
        (lambda sheet: sheet.merge_cells("H4:H5"), [(4, "编号（勿改）", "HD001", "merged")]),
        (lambda sheet: without_day(sheet), [(6, "编号（勿改）", "", "column_gone")]),
        (lambda sheet: copied(sheet), [(6, "编号（勿改）", "HD001", "copied_row")]),
        (lambda sheet: broken(sheet), [(4, "编号（勿改）", "HD001", "seal_broken")]),
    ],
)
def test_what_cannot_be_taken_is_refused_by_row_and_nothing_is_written(
    desk: Context, tmp_path: Path, change: Callable[[Worksheet], object], wanted: list[tuple[int, str, str, str]]
) -> None:
    put_on(desk, 0)
    put_on(desk, 1)

    def both(sheet: Worksheet) -> None:
        put(sheet, 5, lead="李老师")
        change(sheet)

    edited = edit(exported(desk, tmp_path, "sessions"), both)
    held = contents(desk, audit=True)
    found = rejections(import_sheet(desk, edited))
    assert [(row, reason) for row, _, _, reason in found] == [(row, reason) for row, _, _, reason in wanted]
    assert [one[1] for one in found] == [one[1] for one in wanted]
    assert contents(desk, audit=True) == held


def copied(sheet: Worksheet) -> None:
    for cell in list(sheet[4]):
        sheet.cell(6, cell.column).value = cell.value


def without_day(sheet: Worksheet) -> None:
    put(sheet, 6, span="9:00-10:00", name="插花", category="文体服务", capacity=3)
    sheet.delete_cols(column(sheet, "day"))


def broken(sheet: Worksheet) -> None:
    seal = sheet.cell(4, column(sheet, "seal"))
    seal.value = str(seal.value).replace("HD001", "HD002")


@pytest.mark.parametrize("kind", ["sessions", "signups", "attendance"])
def test_an_export_without_rows_is_a_sheet_to_add_rows_to(desk: Context, tmp_path: Path, kind: Kind) -> None:
    empty = exported(desk, tmp_path, kind)
    held = contents(desk)
    assert counts(import_sheet(desk, empty)) == (0, 0, 0)
    assert contents(desk) == held
    sheet = load_workbook(empty).active
    lists = [next(iter(one.sqref.ranges)) for one in sheet.data_validations.dataValidation]
    assert lists and all(one.min_row == 4 and one.max_row > 100 for one in lists)


def test_rows_written_into_an_export_without_rows_are_added_once(desk: Context, tmp_path: Path) -> None:
    empty = exported(desk, tmp_path, "sessions")

    def add(sheet: Worksheet) -> None:
        put(sheet, 4, day="2026/11/20", span="9:00-10:00", name="插花", category="文体", capacity=12)

    edited = edit(empty, add)
    assert counts(service.import_sessions(desk, edited)) == (1, 0, 0)
    assert counts(service.import_sessions(desk, edited)) == (0, 0, 1)
    empty = exported(desk, tmp_path, "signups")

    def sign(sheet: Worksheet) -> None:
        put(sheet, 4, session="HD001", person="钱多多", phone="13800001111", party_size=2)
        put(sheet, 5, session="HD001", person="孙丽", phone="13800002222", party_size=1)

    edited = edit(empty, sign)
    assert counts(service.import_signups(desk, edited)) == (2, 0, 0)
    assert counts(service.import_signups(desk, edited)) == (0, 0, 2)
    # All rows of an export taken out delete nothing, and are said to be missing.
    put_on(desk, 0)
    full = exported(desk, tmp_path, "sessions")
    outcome = import_sheet(desk, edit(full, lambda sheet: sheet.delete_rows(4, 2)))
    assert [one.as_json() for one in outcome.remarks] == [{"code": "missing_rows", "count": 2}]


@pytest.mark.parametrize("kind", ["sessions", "signups", "attendance"])
def test_a_session_that_does_not_exist_is_no_empty_sheet(desk: Context, tmp_path: Path, kind: Kind) -> None:
    with pytest.raises(DeskError) as refused:
        export_sheet(desk, kind, Scope(NOVEMBER.first, NOVEMBER.last, "HD777"), tmp_path / "a.xlsx")
    assert refused.value.code == "unknown_session"
    assert not (tmp_path / "a.xlsx").exists()


def test_of_two_exported_sheets_in_a_workbook_none_is_passed_over(desk: Context, tmp_path: Path) -> None:
    put_on(desk, 0)
    path = exported(desk, tmp_path, "sessions")
    book = load_workbook(path)
    book.copy_worksheet(book.active).title = "改过的"
    book.save(path)
    held = contents(desk)
    with pytest.raises(ExchangeError) as refused:
        service.import_sessions(desk, path)
    assert refused.value.code == "several_sheets"
    assert "活动计划、改过的" in words_for(refused.value)
    assert contents(desk) == held
    # The one that is left is taken, whatever stands beside it.
    book = load_workbook(path)
    book["改过的"].delete_cols(column(book["改过的"], "seal"))
    book.save(path)
    assert counts(import_sheet(desk, path)) == (0, 0, 1)


def test_a_sheet_of_another_centre_or_without_seals_is_none_of_ours(desk: Context, tmp_path: Path) -> None:
    put_on(desk, 0)
    with passing_desk() as (other, folder):
        put_on(other, 0)
        path = exported(other, folder, "sessions")
        assert [one[3] for one in rejections(import_sheet(desk, path))] == ["seal_broken"]
    bare = edit(exported(desk, tmp_path, "sessions"), lambda sheet: sheet.delete_cols(column(sheet, "seal")))
    with pytest.raises(ExchangeError) as refused:
        import_sheet(desk, bare)
    assert refused.value.code == "not_ours"
    book = Workbook()
    book.save(tmp_path / "leer.xlsx")
    with pytest.raises(ExchangeError):
        import_sheet(desk, tmp_path / "leer.xlsx")
    (tmp_path / "text.xlsx").write_text("nichts")
    with pytest.raises(SheetError):
        import_sheet(desk, tmp_path / "text.xlsx")


def test_a_reason_cancels_a_session_and_an_emptied_one_restores_nothing(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, day=20)
    sign_up(desk, code, 2)
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, cancel_reason="取消：讲师请假"))
    assert counts(import_sheet(desk, edited)) == (0, 1, 0)
    found = service.session(desk, code)
    assert (found.state, found.cancel_reason) == ("cancelled", "讲师请假")
    assert [one.tell for one in service.to_tell(desk)] == ["cancelled", "cancelled"]
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, cancel_reason=None))
    assert [one[3] for one in rejections(import_sheet(desk, edited))] == ["restore_on_screen"]


def test_a_closed_session_is_not_cancelled_and_none_is_put_where_nobody_finds_it(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, day=2)
    close_session(desk, code)
    before = contents(desk)
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, cancel_reason="下雨"))
    assert [one[3] for one in rejections(import_sheet(desk, edited))] == ["session_closed"]
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, capacity=99))
    assert [one[3] for one in rejections(import_sheet(desk, edited))] == ["session_closed"]
    # What a spreadsheet program makes of a bare 1 in a cell of dates.
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, day=date(1900, 1, 1)))
    assert [(one[1], one[3]) for one in rejections(import_sheet(desk, edited))] == [("日期", "day_out_of_reach")]
    assert contents(desk) == before


def test_how_many_came_is_not_how_many_stayed_away(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0)
    party = service.sign_up(desk, code, "周大", "15410009999", 3).registration_id
    service.mark_attendance(desk, party, "attended", 1)
    edited = edit(exported(desk, tmp_path, "attendance"), lambda sheet: put(sheet, 4, status="未到"))
    assert counts(import_sheet(desk, edited)) == (0, 1, 1)
    assert marks.attendance_of(desk.database.connection, code, party) == ("no_show", 3)


def test_sign_ups_come_back_masked_or_in_full_by_the_rules_of_the_desk(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, capacity=3, day=16)
    sign_up(desk, code, 4)
    masked = exported(desk, tmp_path, "signups")
    rows = [[cell.value for cell in row] for row in load_workbook(masked).active.iter_rows(min_row=4)]
    assert rows[0][4:7] == ["赵*乐", "***0000", 1]
    assert "赵乐乐" not in str(rows) and "15410000000" not in str(rows)

    def change(sheet: Worksheet) -> None:
        put(sheet, row_of(sheet, "HD001#2"), sign_up_state="已取消")
        put(sheet, 8, session="HD001", person="钱多 多", phone=13800001111.0, party_size="２")

    edited = edit(masked, change)
    assert counts(service.import_signups(desk, edited)) == (1, 1, 3)
    found = {one.seq_no: (one.name, one.party_size, one.state) for one in service.registrations(desk, code)}
    assert found[2][2] == "cancelled_by_resident"
    assert found[4][2] == "confirmed"
    assert found[5] == ("钱多多", 2, "waitlisted")
    held = contents(desk)
    assert counts(service.import_signups(desk, edited)) == (0, 0, 5)
    assert contents(desk) == held
    assert service.signups_astray(desk.database.connection) == []


def test_a_sign_up_that_the_rules_refuse_is_refused_by_row_in_their_words(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, capacity=3)
    sign_up(desk, code, 3)

    def change(sheet: Worksheet) -> None:
        put(sheet, 4, party_size=2)
        put(sheet, 5, phone="13900000000")
        put(sheet, 7, session="HD777", person="钱多多", phone="13800001111", party_size=1)
        put(sheet, 8, session="HD001", person="孙*", phone="13800002222", party_size=1)

    held = contents(desk, audit=True)
    outcome = service.import_signups(desk, edit(exported(desk, tmp_path, "signups", full=True), change))
    assert [(row, reason) for row, _, _, reason in rejections(outcome)] == [
        (4, "no_seats_for_more"),
        (5, "only_for_new"),
        (7, "unknown_session"),
        (8, "masked_name"),
    ]
    names = {name: rows for name, rows in contents(desk).items() if name != "audit"}
    assert names == {name: rows for name, rows in held.items() if name != "audit"}


def test_a_row_that_cancels_and_says_something_else_besides_is_refused(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, capacity=3)
    sign_up(desk, code, 2)

    def change(sheet: Worksheet) -> None:
        put(sheet, 4, sign_up_state="已取消", party_size=2)
        put(sheet, 5, sign_up_state="已取消", least_seats=1)
        put(sheet, 6, session="HD001", person="钱多多", phone="13800001111", party_size=1, sign_up_state="已取消")

    held = contents(desk)
    outcome = import_sheet(desk, edit(exported(desk, tmp_path, "signups"), change))
    assert [(row, reason) for row, _, _, reason in rejections(outcome)] == [
        (4, "cancelled_and_changed"),
        (5, "cancelled_and_changed"),
        (6, "new_and_gone"),
    ]
    assert contents(desk) == held


def test_names_in_clear_are_logged_and_not_for_who_only_reads(desk: Context, tmp_path: Path) -> None:
    sign_up(desk, put_on(desk, 0), 2)
    exported(desk, tmp_path, "signups", full=True)
    row = desk.database.connection.execute("SELECT subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert row["subject"] == "signups" and '"rows": 2' in row["detail"]
    desk.operator = None
    with pytest.raises(DeskError):
        exported(desk, tmp_path, "signups", full=True)
    exported(desk, tmp_path, "signups")


def test_attendance_comes_back_with_walk_ins_and_leaves_what_others_marked(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0)
    parties = sign_up(desk, code, 3)
    path = exported(desk, tmp_path, "attendance")

    def change(sheet: Worksheet) -> None:
        put(sheet, row_of(sheet, "HD001#1"), status=" 到场")
        put(sheet, row_of(sheet, "HD001#2"), status="no-show")
        put(sheet, row_of(sheet, "HD001#0"), came="５")

    edited = edit(path, change)
    service.mark_attendance(desk, parties[2], "absent_notified")
    assert counts(service.import_attendance(desk, edited)) == (0, 3, 1)
    connection = desk.database.connection
    assert [marks.attendance_of(connection, code, one) for one in (*parties, None)] == [
        ("attended", 1),
        ("no_show", 1),
        ("absent_notified", 1),
        ("walk_in", 5),
    ]
    held = contents(desk)
    assert counts(service.import_attendance(desk, edited)) == (0, 0, 4)
    assert contents(desk) == held


def test_attendance_marked_otherwise_meanwhile_is_a_conflict_and_nobody_is_entered(
    desk: Context, tmp_path: Path
) -> None:
    code = put_on(desk, 0)
    (party,) = sign_up(desk, code, 1)
    path = exported(desk, tmp_path, "attendance")
    edited = edit(path, lambda sheet: put(sheet, 4, status="到场"))
    service.mark_attendance(desk, party, "no_show")
    (one,) = service.import_attendance(desk, edited).rejected
    assert (one.reason, one.details) == ("conflict", {"now": "缺席"})
    added = edit(path, lambda sheet: put(sheet, 6, session=code, person="钱多多", status="到场"))
    assert [one[3] for one in rejections(service.import_attendance(desk, added))] == ["new_attendance"]
    counted = edit(path, lambda sheet: put(sheet, row_of(sheet, "HD001#0"), status="到场"))
    assert [one[3] for one in rejections(service.import_attendance(desk, counted))] == ["walk_ins_count"]


def test_a_day_moved_by_the_sheet_moves_the_session_for_whoever_signed_up(desk: Context, tmp_path: Path) -> None:
    code = put_on(desk, 0, day=20)
    sign_up(desk, code, 2)
    edited = edit(exported(desk, tmp_path, "sessions"), lambda sheet: put(sheet, 4, day=date(2026, 11, 21)))
    assert counts(import_sheet(desk, edited)) == (0, 1, 0)
    assert service.session(desk, code).day == "2026-11-21"
    assert [one.tell for one in service.to_tell(desk)] == ["moved", "moved"]
    assert [one.event for one in registration_log.entries(desk.database.connection, code)][-1] == "moved"
