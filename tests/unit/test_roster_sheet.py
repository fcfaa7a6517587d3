"""The roster as a workbook: what goes out comes back unchanged, edits come back as they were meant, or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from db import duty
from db import staff as staff_records
from db.staff import Staff
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import use_language
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import Assignment, SlotKey
from frontdesk.roster.output.commands import import_lines
from frontdesk.roster.output.importing import RosterTaken, import_roster
from frontdesk.roster.output.papers import RosterOutFault, gather, gather_plan, narrowed
from frontdesk.roster.output.sheet import labels, write_hours, write_roster
from frontdesk.roster.output.sheetmark import Mark
from frontdesk.roster.output.sheetreading import Known, People, differences, read_roster
from frontdesk.sheets.errors import SheetError
from frontdesk.sheets.rows import Sheet, SheetRow
from tests.desks import contents, passing_desk
from tests.rosterdesks import hand_over, roster_desk

MONDAY, SUNDAY = date(2026, 11, 9), date(2026, 11, 15)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    desk = roster_desk(tmp_path / "home", MONDAY, SUNDAY, people=8)
    yield desk
    desk.database.close()


def written(context: Context, folder: Path, basis: Any = "worked") -> Path:
    out = folder / "班表.xlsx"
    write_roster(gather(context, MONDAY, SUNDAY, basis), out)
    return out


def edited(path: Path, change: Callable[[Any], None]) -> Path:
    """The file after somebody has worked on its first sheet."""
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def cell(sheet: Any, day: date, post: str, shift: str, role: str) -> Any:
    """The cell of a role, found by what stands around it."""
    column = next(one.column for one in sheet[4] if one.value == day.isoformat())
    row = next(
        row[0].row
        for row in sheet.iter_rows(min_row=5)
        if [row[0].value, row[1].value, row[3].value] == [post, shift, role]
    )
    return sheet.cell(row, column)


def slot_of(context: Context, day: date, post: str, shift: str) -> tuple[str | None, str | None]:
    slot = duty.slot(context.database.connection, day.isoformat(), post, shift)
    assert slot is not None
    return slot.acting, slot.standby


def reasons(taken: RosterTaken) -> list[tuple[int, str, str, str]]:
    for one in taken.rejected:
        assert one.words() and "{" not in one.words() and not one.words().startswith("roster_out")
    return [(one.row, one.column, one.value, one.reason) for one in taken.rejected]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_same_file_taken_in_again_changes_nothing(context: Context, tmp_path: Path, language: str) -> None:
    use_language(language)
    path = written(context, tmp_path)
    use_language("zh_CN")
    before = contents(context, audit=True)
    taken = import_roster(context, path)
    assert (taken.changes, taken.violations, taken.rejected, taken.rows) == ((), (), (), 8)
    assert taken.applied
    assert contents(context, audit=True) == before


def test_edited_cells_become_logged_events_and_nothing_else_changes(context: Context, tmp_path: Path) -> None:
    path = written(context, tmp_path)
    acting, standby = slot_of(context, MONDAY, "前台", "早")
    assert (acting, standby) == ("S001", "S002")

    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "当班").value = " 孙 八 "
        cell(sheet, MONDAY, "前台", "早", "备班").value = "s００7"

    taken = import_roster(context, edited(path, change), override=True, reason="换人")
    assert taken.applied and [one.slot for one in taken.changes] == [SlotKey(MONDAY, "前台", "早")]
    assert slot_of(context, MONDAY, "前台", "早") == ("S006", "S007")
    events = duty.events(context.database.connection, "2026-11-09", "2026-11-15")
    assert [(one.acting_before, one.acting_after, one.operator_no) for one in events] == [("S001", "S006", "M001")]
    assert import_roster(context, path).changes == ()


def test_an_emptied_cell_empties_the_role_but_not_without_a_managers_word(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "当班").value = None

    path = edited(written(context, tmp_path), change)
    before = contents(context, audit=True)
    taken = import_roster(context, path)
    assert not taken.applied and "vacant_acting" in {one.code for one in taken.hard}
    assert contents(context, audit=True) == before
    assert import_roster(context, path, dry_run=True, override=True, reason="换人").applied
    assert contents(context, audit=True) == before
    assert import_roster(context, path, override=True, reason="换人").applied
    assert slot_of(context, MONDAY, "前台", "早") == (None, "S002")


def test_nobody_can_be_put_in_two_places_whoever_says_so(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "活动室", "早", "当班").value = "S001"

    path = edited(written(context, tmp_path), change)
    taken = import_roster(context, path, override=True, reason="换人")
    assert taken.impossible and not taken.applied
    assert slot_of(context, MONDAY, "活动室", "早") == ("S002", "S003")


def test_every_wrong_cell_is_named_and_none_of_the_file_is_taken(context: Context, tmp_path: Path) -> None:
    with context.database.write() as connection:
        staff_records.put(connection, Staff(no="S100", name="张三", kind="专职"))
        duty.remove_slot(connection, SUNDAY.isoformat(), "活动室", "晚")
    path = written(context, tmp_path)

    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "当班").value = "没有此人"
        cell(sheet, MONDAY, "前台", "早", "备班").value = "张三"
        cell(sheet, MONDAY, "前台", "晚", "当班").value = "#REF!"
        cell(sheet, MONDAY, "前台", "晚", "备班").value = "=A1"
        other = cell(sheet, MONDAY, "活动室", "早", "当班").value
        cell(sheet, MONDAY, "活动室", "早", "备班").value = other
        cell(sheet, SUNDAY, "活动室", "晚", "备班").value = "李四"
        sheet.append(["食堂", "早", "", "当班", "李四"])
        sheet.append(["前台", "中", "", "值班", "李四"])
        sheet.append(["前台", "早", "", "当班", None, "李四"])

    before = contents(context, audit=True)
    taken = import_roster(context, edited(path, change), override=True, reason="换人")
    assert [(column, value, reason) for _, column, value, reason in reasons(taken)] == [
        ("2026-11-09", "没有此人", "unknown_name"),
        ("2026-11-09", "张三", "two_of_name"),
        ("2026-11-09", "#REF!", "failed_formula"),
        ("2026-11-09", "=A1", "unknown_name"),
        ("2026-11-09", "李四", "both_roles"),
        ("2026-11-15", "李四", "no_slot"),
        ("岗位", "食堂", "unknown_post"),
        ("班次", "中", "unknown_shift"),
        ("角色", "值班", "unknown_role"),
        ("2026-11-10", "李四", "slot_twice"),
    ]
    assert contents(context, audit=True) == before


def test_what_was_changed_in_the_program_meanwhile_is_kept_where_the_file_does_not_speak_of_it(
    context: Context, tmp_path: Path
) -> None:
    path = written(context, tmp_path)
    tuesday = MONDAY + timedelta(days=1)
    hand_over(context, MONDAY, "前台", "早", "S003", "S002")
    kept = slot_of(context, MONDAY, "前台", "早")

    def change(sheet: Any) -> None:
        cell(sheet, tuesday, "前台", "早", "备班").value = "S003"

    taken = import_roster(context, edited(path, change), override=True, reason="换人")
    assert taken.applied and [one.slot.day for one in taken.changes] == [tuesday]
    assert slot_of(context, MONDAY, "前台", "早") == kept

    def conflict(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "当班").value = "S006"

    taken = import_roster(context, edited(path, conflict), override=True, reason="换人")
    assert [reason for *_, reason in reasons(taken)] == ["changed_since"]


def test_a_locked_slot_is_not_changed_by_a_file(context: Context, tmp_path: Path) -> None:
    path = written(context, tmp_path)
    with context.database.write() as connection:
        stored = duty.slot(connection, "2026-11-09", "前台", "早")
        assert stored is not None
        duty.put_slot(connection, stored.model_copy(update={"locked": True}))

    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "备班").value = "S006"

    edited(path, change)
    assert [reason for *_, reason in reasons(import_roster(context, path))] == ["locked"]
    assert import_roster(context, path, override=True, reason="换人").applied


def test_a_draft_goes_out_and_its_file_comes_back_into_it(tmp_path: Path) -> None:
    desk = roster_desk(tmp_path / "home", MONDAY, SUNDAY, people=8, publish=False)
    out = tmp_path / "草案.xlsx"
    write_roster(gather_plan(desk, 1), out)

    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "备班").value = "S006"

    taken = import_roster(desk, edited(out, change), override=True, reason="换人")
    assert (taken.plan_id, taken.applied, len(taken.changes)) == (1, True, 1)
    slots = duty.plan_slots(desk.database.connection, 1)
    assert [one.standby for one in slots if (one.day, one.post, one.shift) == ("2026-11-09", "前台", "早")] == ["S006"]
    assert duty.events(desk.database.connection, "2026-11-09", "2026-11-15") == []
    assert import_roster(desk, out).changes == ()

    def change_again(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "备班").value = "S007"

    # Somebody has edited the draft, here by the first import, since this file was written.
    with pytest.raises(RosterOutFault) as stale:
        import_roster(desk, edited(out, change_again))
    assert stale.value.code == "draft_since"
    with desk.database.write() as connection:
        duty.set_plan_state(connection, 1, "discarded", None, None)
    for plan_id, code in ((None, "no_draft"), (7, "unknown_plan")):
        with pytest.raises(RosterOutFault) as caught:
            import_roster(desk, out, plan_id=plan_id)
        assert caught.value.code == code
    desk.database.close()


def test_the_published_plan_and_another_centres_roster_are_refused(context: Context, tmp_path: Path) -> None:
    with pytest.raises(RosterOutFault) as caught:
        import_roster(context, written(context, tmp_path, "planned"))
    assert caught.value.code == "planned_is_final"

    def change(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for one in row:
                if isinstance(one.value, str) and Mark.read(one.value):
                    one.value = Mark("310114-999", "worked", (1,), 0).text

    with pytest.raises(RosterOutFault) as caught:
        import_roster(context, edited(written(context, tmp_path), change))
    assert caught.value.code == "other_centre"


def test_only_a_manager_with_a_reason_sets_rules_aside(context: Context, tmp_path: Path) -> None:
    path = written(context, tmp_path)
    with pytest.raises(RosterOutFault) as refused:
        import_roster(context, path, override=True, reason="  ")
    assert refused.value.code == "override_needs_reason"
    with context.database.write() as connection:
        staff_records.set_role(connection, "M001", "operator")
    with pytest.raises(DeskError) as caught:
        import_roster(context, path, override=True, reason="换人")
    assert caught.value.code == "manager_required"
    assert import_roster(context, path).applied


@pytest.mark.parametrize("reason", ["清屏\x1b[2J", "长" * 501])
def test_a_reason_that_cannot_be_kept_is_refused_before_the_file_is_read(context: Context, reason: str) -> None:
    with pytest.raises(RosterError) as refused:
        import_roster(context, Path("没有这个文件.xlsx"), override=True, reason=reason)
    assert refused.value.code == "bad_text"


def test_a_slot_that_is_over_is_not_rewritten_by_a_file(tmp_path: Path) -> None:
    before = MONDAY - timedelta(days=7)
    desk = roster_desk(tmp_path / "home", before, SUNDAY, people=8)
    out = tmp_path / "班表.xlsx"
    write_roster(gather(desk, before, SUNDAY), out)

    def change(sheet: Any) -> None:
        cell(sheet, before, "前台", "早", "备班").value = "S007"

    assert [reason for *_, reason in reasons(import_roster(desk, edited(out, change)))] == ["over"]
    assert import_roster(desk, out, override=True, reason="当天是他").applied
    assert slot_of(desk, before, "前台", "早") == ("S001", "S007")
    desk.database.close()


def test_merged_and_retyped_headings_and_moved_rows_are_understood(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(6, 1).value = None
        sheet.cell(6, 2).value = None
        sheet.cell(4, 5).value = MONDAY
        sheet.cell(4, 6).value = "2026年11月10日"
        sheet.insert_rows(1)
        sheet.delete_rows(sheet.max_row)

    taken = import_roster(context, edited(written(context, tmp_path), change))
    assert taken.applied and taken.changes == () and taken.rejected == ()


def test_a_cell_merged_over_both_roles_or_several_days_is_refused_and_named(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        acting = cell(sheet, MONDAY, "前台", "早", "当班")
        sheet.merge_cells(
            start_row=acting.row, end_row=acting.row + 1, start_column=acting.column, end_column=acting.column
        )
        later = cell(sheet, SUNDAY, "前台", "早", "备班")
        sheet.merge_cells(
            start_row=later.row, end_row=later.row, start_column=later.column - 2, end_column=later.column
        )

    before = contents(context, audit=True)
    taken = import_roster(context, edited(written(context, tmp_path), change), override=True, reason="试")
    assert not taken.applied and contents(context, audit=True) == before
    merged = [one for one in taken.rejected if one.reason == "merged"]
    assert [(one.row, one.column) for one in merged] == [(5, "2026-11-09"), (6, "2026-11-13")]
    assert [one.details["cells"] for one in merged] == ["E5:E6", "I6:K6"]
    assert reasons(taken)


def test_a_role_or_a_days_heading_merged_with_its_neighbour_is_refused(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("D5:D6")
        sheet.merge_cells("E4:F4")

    taken = import_roster(context, edited(written(context, tmp_path), change))
    assert [one.details["cells"] for one in taken.rejected if one.reason == "merged"] == ["E4:F4", "D5:D6"]


def test_posts_and_remarks_may_be_merged(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        last = sheet.max_row + 1
        sheet.cell(last, 1).value = "以上请核对"
        sheet.merge_cells(start_row=last, end_row=last + 1, start_column=1, end_column=sheet.max_column)
        sheet.merge_cells("C5:C6")

    taken = import_roster(context, edited(written(context, tmp_path), change))
    assert taken.applied and taken.changes == () and taken.rejected == ()


def test_one_retyped_heading_is_said_with_the_row_that_it_stands_in(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(4, 4).value = "职责"

    with pytest.raises(SheetError) as refusal:
        import_roster(context, edited(written(context, tmp_path), change))
    assert refusal.value.details["missing"] == "角色"
    assert str(refusal.value.details["found"]).startswith("岗位、班次、时间、职责、2026-11-09")


def test_the_words_of_an_import_tell_namesakes_apart(context: Context, tmp_path: Path) -> None:
    with context.database.write() as connection:
        person = staff_records.get(connection, "S001")
        assert person is not None
        for no in ("S001", "S002"):
            staff_records.put(connection, Staff(no=no, name="李强", kind=person.kind))

    def change(sheet: Any) -> None:
        cell(sheet, MONDAY, "前台", "早", "当班").value = "S002"

    path = edited(written(context, tmp_path), change)
    taken = import_roster(context, path, dry_run=True, override=True, reason="试")
    assert any("李强(S002)" in line for line in import_lines(taken, dry_run=True)), taken


def test_of_very_many_refused_cells_the_first_are_said_and_all_are_in_the_json(
    context: Context, tmp_path: Path
) -> None:
    def change(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=5, max_row=12, min_col=5, max_col=11):
            for one in row:
                one.value = "谁也不是"

    taken = import_roster(context, edited(written(context, tmp_path), change))
    assert len(taken.as_json()["rejected"]) == 56
    lines = import_lines(taken, dry_run=False)
    assert len(lines) == 52
    assert "6" in lines[50] and "56" in lines[51]


def test_a_heading_that_is_no_day_is_named(context: Context, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(4, 5).value = "星期一"
        sheet.cell(4, 7).value = "2026-11-10"

    taken = import_roster(context, edited(written(context, tmp_path), change))
    assert {reason for *_, reason in reasons(taken)} >= {"bad_day", "day_twice"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n1,2\n"])
def test_a_file_that_is_no_roster_is_refused(context: Context, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "班表.xlsx"
    path.write_bytes(content)
    with pytest.raises(SheetError):
        import_roster(context, path)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    with pytest.raises(SheetError):
        import_roster(context, bomb)


def test_a_name_like_a_formula_is_text_and_the_pages_are_set_up(tmp_path: Path) -> None:
    desk = roster_desk(tmp_path / "home", date(2026, 10, 5), date(2026, 10, 11), people=8)
    with desk.database.write() as connection:
        staff_records.put(connection, Staff(no="S001", name="=HYPERLINK(1)", kind="专职"))
    out = tmp_path / "班表.xlsx"
    write_roster(gather(desk, date(2026, 10, 5), date(2026, 10, 11)), out)
    book = load_workbook(out)
    assert book.sheetnames == ["值班表", "按人员", "工时账", "人员写法"]
    sheet = book.worksheets[0]
    named = cell(sheet, date(2026, 10, 5), "前台", "早", "当班")
    assert (named.value, named.data_type, named.number_format, named.quotePrefix) == ("=HYPERLINK(1)", "s", "@", True)
    assert sheet.freeze_panes == "E5" and sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$4" and sheet.print_title_cols == "$A:$D"
    days = {one.value: sheet.cell(3, one.column) for one in sheet[4][4:]}
    assert days["2026-10-07"].value == "周三 休 国庆节" and days["2026-10-10"].value == "周六 班 国庆节"
    assert days["2026-10-07"].fill.start_color.rgb != days["2026-10-10"].fill.start_color.rgb
    assert import_roster(desk, out).changes == ()
    desk.database.close()


def test_the_hours_account_goes_out_in_hours_with_a_total(context: Context, tmp_path: Path) -> None:
    out = tmp_path / "工时.xlsx"
    paper = gather(context, MONDAY, SUNDAY)
    write_hours(paper, out)
    rows = list(load_workbook(out).worksheets[0].iter_rows(min_row=3, values_only=True))
    head = {name: place for place, name in enumerate(rows[0])}
    body = {row[0]: row for row in rows[1:]}
    for person in paper.hours:
        assert body[person.no][head["其中当班"]] == person.acting / 60
        assert body[person.no][head["与合同之差"]] == person.difference / 60
    assert body["合计"][head["计划工时"]] == sum(one.planned for one in paper.hours) / 60
    write_hours(narrowed(paper, person="S003"), out)
    assert [row[0] for row in load_workbook(out).worksheets[0].iter_rows(min_row=4, values_only=True)] == [
        "S003",
        "合计",
    ]


PEOPLE = st.sampled_from([None, *(f"S00{number}" for number in range(1, 9))])


@settings(max_examples=15)
@given(st.data())
def test_any_roster_survives_the_way_out_and_back(data: st.DataObject) -> None:
    """Drawn assignments are published, written, and read back to what they were; edits come back as edited."""
    names = data.draw(
        st.lists(st.sampled_from(["张三", "李四", "S003", "王(小)", "=1", "Ann Lee"]), min_size=8, max_size=8)
    )
    with passing_desk() as (_, folder):
        desk = roster_desk(folder / "roster", MONDAY, SUNDAY, people=8)
        with desk.database.write() as connection:
            for number, name in enumerate(names, start=1):
                staff_records.put(connection, Staff(no=f"S00{number}", name=name, kind="专职"))
            wanted = {}
            for slot in duty.slots(connection, "2026-11-09", "2026-11-15"):
                acting, standby = data.draw(
                    st.tuples(PEOPLE, PEOPLE).filter(lambda two: two[0] is None or two[0] != two[1])
                )
                duty.put_slot(connection, slot.model_copy(update={"acting": acting, "standby": standby}))
                wanted[SlotKey(date.fromisoformat(slot.day), slot.post, slot.shift)] = Assignment(acting, standby)
        path = written(desk, folder)
        taken = import_roster(desk, path)
        assert taken.applied and taken.changes == () and taken.rejected == ()
        from frontdesk.sheets.reader import read_sheets

        sheet = next(read_sheets(path))
        known = Known(frozenset(wanted), {}, {f"S00{n}": name for n, name in enumerate(names, 1)})
        read = read_roster(sheet, known)
        nobody = dict.fromkeys(wanted, Assignment())
        changes, refused = differences(read, nobody, nobody)
        assert refused == []
        assert {one.slot: one.after for one in changes} == {
            slot: roles for slot, roles in wanted.items() if roles != Assignment()
        }
        desk.database.close()


@given(st.dictionaries(st.text("S01234", min_size=1, max_size=3), st.text("张三李S01()（） ", min_size=1, max_size=5)))
def test_what_is_written_for_a_person_never_means_another(names: dict[str, str]) -> None:
    people = People(names)
    for no, label in labels(names).items():
        assert people.named(label) in ([no], []) or no in people.named(label)


CELLS = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.dates())


@given(st.lists(st.lists(CELLS, max_size=7), max_size=8))
def test_no_content_of_a_sheet_breaks_the_reading(drawn: list[list[Any]]) -> None:
    heading = SheetRow(1, ("岗位", "班次", "角色", "2026-11-09", "2026-11-10"))
    rows = [SheetRow(number, tuple(cells)) for number, cells in enumerate(drawn, start=2)]
    slots = [SlotKey(MONDAY, "前台", "早")]
    read = read_roster(Sheet("表", (heading, *rows)), Known(slots, {"早": "早班"}, {"S001": "张三"}))
    assert all(slot in slots for slot, _ in read.said)
    changes, _ = differences(read, {slots[0]: Assignment()}, {})
    assert all(change.after.acting is None or change.after.acting != change.after.standby for change in changes)
