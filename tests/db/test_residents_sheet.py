"""The register of residents goes out, is edited, and comes in again: just what was edited changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.residents import service as residents
from frontdesk.residents.exporting import HEADINGS, export_residents
from frontdesk.residents.service import import_residents
from frontdesk.settings.service import set_setting
from tests.desks import contents, counts, rejections, sheet


def filled(desk: Context) -> list[int]:
    said = [
        {"name": "王芳", "phone": "15400001111", "birth": "1951", "gender": "女", "tags": "老年人、新居民"},
        {"name": "王小芳", "phone": "15400001111", "birth": "2016-05", "guardian_name": "王芳"},
        {"name": "=李四", "birth": "1990-02-03", "note": "+1"},
    ]
    ids = [residents.add(desk, {**one, "area": "晨光"}).id for one in said]
    residents.set_household(desk, ids[:2])
    return ids


def test_what_was_exported_and_edited_changes_just_what_was_edited(desk: Context, tmp_path: Path) -> None:
    ids = filled(desk)
    out = tmp_path / "名册.xlsx"
    assert export_residents(desk, out, with_names=True, with_phones=True) == 3
    before = contents(desk)
    assert counts(import_residents(desk, out)) == (0, 0, 3)
    assert contents(desk) == before
    book = load_workbook(out)
    cells = book.active
    assert [cell.value for cell in cells[3]] == list(HEADINGS)
    rows = {cells.cell(row, 1).value: row for row in range(4, 7)}
    cells.cell(rows["王芳"], 6).value = "老年人"
    cells.cell(rows["=李四"], 2).value = "154 0000 3333"
    book.save(out)
    tried = import_residents(desk, out, dry_run=True)
    assert [(one.subject, one.added, [field[1:] for field in one.fields]) for one in tried.preview] == [
        ("王* ***1111", False, [("新居民、老年人", "老年人")]),
        ("=*** ***3333", False, [("", "***3333")]),
    ]
    assert contents(desk) == before
    assert counts(import_residents(desk, out)) == (0, 2, 1)
    assert [residents.line(desk, one).tags for one in ids] == [("老年人",), (), ()]
    assert [one.name for one in residents.find(desk, "3333")] == ["=李四"]
    assert residents.line(desk, ids[2]).birth == "1990-02-03"


def test_people_are_known_by_name_and_phone_and_rows_of_one_household_belong_together(
    desk: Context, tmp_path: Path
) -> None:
    known = residents.add(desk, {"name": "王芳", "phone": "15400001111"}).id
    rows = [["王芳", "154-0000-1111", "1951", "1"], ["王小芳", "15400001111", "2016年5月", "1"], ["李四", "", "", ""]]
    path = sheet(tmp_path, "姓名 联系电话 出生年月 户号", rows)
    assert counts(import_residents(desk, path)) == (2, 1, 0)
    assert [one.name for one in residents.household_of(desk, known)] == ["王芳", "王小芳"]
    assert counts(import_residents(desk, path)) == (0, 0, 3)


def test_what_cannot_be_taken_is_named_with_its_row_and_nothing_is_written(desk: Context, tmp_path: Path) -> None:
    set_setting(desk, "committee_areas", "晨光")
    for _ in range(2):
        residents.add(desk, {"name": "王芳"}, even_if_known=True)
    before = contents(desk)
    rows = [
        ["王芳", "", "", "", ""],
        ["张*明", "15400001111", "", "", ""],
        ["李四", "15400002222", "七十岁", "", ""],
        ["李五", "15400003333", "2027", "", ""],
        ["李六", "15400004444", "", "低保", ""],
        ["李七", "15400005555", "", "", "别处"],
        ["李八", "15400006666", "", "", ""],
        ["李八", "15400006666", "", "", ""],
    ]
    outcome = import_residents(desk, sheet(tmp_path, "姓名 手机 出生 标签 居委", rows))
    assert [(row, reason) for row, _, _, reason in rejections(outcome)] == [
        (2, "ambiguous_resident"),
        (3, "masked_name"),
        (4, "bad_birth"),
        (5, "birth_in_future"),
        (6, "unknown_tag"),
        (7, "unknown_area"),
        (9, "same_resident_twice"),
    ]
    assert contents(desk) == before


def test_a_masked_export_gives_nothing_away_and_names_in_full_are_a_managers_decision(
    desk: Context, tmp_path: Path
) -> None:
    filled(desk)
    desk.operator = Operator("M001", "王五", "operator")
    with pytest.raises(DeskError) as refusal:
        export_residents(desk, tmp_path / "全.xlsx", with_names=True)
    assert refusal.value.code == "manager_required"
    assert not (tmp_path / "全.xlsx").exists()
    export_residents(desk, tmp_path / "码.xlsx", tag="老年人")
    values = [cell.value for row in load_workbook(tmp_path / "码.xlsx").active.iter_rows() for cell in row]
    assert "王*" in values
    assert not any("15400001111" in str(one) or one == "王芳" for one in values)
    assert {row[3] for row in rejections(import_residents(desk, tmp_path / "码.xlsx"))} == {"bad_phone"}


def test_children_without_a_guardian_are_counted_for_whoever_imports(desk: Context, tmp_path: Path) -> None:
    outcome = import_residents(desk, sheet(tmp_path, "姓名 手机 出生", [["王小芳", "15400001111", "2018"]]))
    assert [remark.code for remark in outcome.remarks] == ["children_without_guardian"]
    assert "1" in outcome.remarks[0].words()
