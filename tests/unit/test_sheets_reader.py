"""Files of rows: the sound ones are read as they are, the hostile and damaged ones end in a code."""

from __future__ import annotations

import csv
import io
import os
import struct
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from frontdesk.common.text import neutralise_cell
from frontdesk.locale import words_for
from frontdesk.sheets import cells
from frontdesk.sheets.errors import DEFAULT_LIMITS, Limits, SheetError
from frontdesk.sheets.reader import read_sheets
from frontdesk.sheets.rows import Sheet, is_formula
from frontdesk.sheets.table import Column, read_table
from frontdesk.sheets.textfile import read_text_sheet

SHEET_PART = "xl/worksheets/sheet1.xml"


def workbook_bytes(rows: list[list[Any]], title: str = "名册") -> bytes:
    workbook = Workbook()
    worksheet = workbook.active
    assert worksheet is not None
    worksheet.title = title
    for row in rows:
        worksheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same container with every part sent through `change`."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    return repacked(content, lambda member, old: part if member == name else old)


def read_sheet(path: Path, limits: Limits = DEFAULT_LIMITS) -> Sheet:
    """The first worksheet that holds anything."""
    return next(read_sheets(path, limits))


def neutralised_csv(rows: list[list[str]]) -> bytes:
    """A CSV file as careful programs write it: what a spreadsheet program would take for a formula is quoted."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([[neutralise_cell(value) for value in row] for row in rows])
    return buffer.getvalue().encode("utf-8-sig", errors="replace")


def refusal(path: Path, **limits: int) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_table(path, [Column("name", ["姓名"], reader=cells.read_text())], limits=replace(DEFAULT_LIMITS, **limits))
    # Every refusal has words, with nothing left unfilled.
    assert "{" not in words_for(caught.value) and not words_for(caught.value).startswith("sheets.")
    return caught.value


@pytest.fixture
def book() -> bytes:
    return workbook_bytes([["姓名", "手机"], ["张三", 15412345678], ["李四", "139"]])


def saved(folder: Path, content: bytes, name: str = "名册.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_rows_keep_their_numbers_and_values(tmp_path: Path) -> None:
    day = datetime(2026, 7, 1)  # noqa: DTZ001 - a cell has no zone
    rows: list[list[Any]] = [["名册"], [], ["姓名", "日期", None], [None, None], ["张三", day, 1.5, True]]
    sheet = read_sheet(saved(tmp_path, workbook_bytes(rows)))
    assert sheet.name == "名册"
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("名册",)),
        (3, ("姓名", "日期")),
        (5, ("张三", day, 1.5, True)),
    ]


def test_a_formula_is_text_and_never_computed(tmp_path: Path) -> None:
    array = ArrayFormula("A1:A1", "=SUM(B1:B2)")
    sheet = read_sheet(saved(tmp_path, workbook_bytes([["=cmd|' /C calc'!A0", array, "=1+1"]])))
    assert sheet.rows[0].cells == ("=cmd|' /C calc'!A0", "=SUM(B1:B2)", "=1+1")
    assert all(is_formula(value) for value in sheet.rows[0].cells)


def test_a_formula_is_refused_by_its_cell_and_a_text_that_looks_like_one_is_text(tmp_path: Path) -> None:
    workbook = Workbook()
    rows = workbook.worksheets[0]
    for row in (["姓名", "备注"], ["张三", "=B9&C9"], ["李四", "=没有了="], ["王五", "=1+1"]):
        rows.append(row)
    rows["B3"].data_type = "s"
    workbook.save(tmp_path / "a.xlsx")
    wanted = [Column("name", ["姓名"], reader=cells.read_name()), Column("note", ["备注"], required=False)]
    table = read_table(tmp_path / "a.xlsx", wanted)
    assert [(one.row, one.column, one.value, one.reason) for one in table.rejected] == [
        (2, "备注", "=B9&C9", "formula"),
        (4, "备注", "=1+1", "formula"),
    ]
    assert "粘贴为数值" in table.rejected[0].words()
    assert [row["note"] for row in table.rows] == ["=没有了="]


def test_the_worksheets_are_read_in_order(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.create_sheet("说明").append(["请勿删除"])
    workbook.create_sheet("名册").append(["姓名"])
    path = tmp_path / "a.xlsx"
    workbook.save(path)
    assert [sheet.name for sheet in read_sheets(path)] == ["说明", "名册"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_worksheet_is_taken_only_where_no_visible_one_will_do(tmp_path: Path, state: str) -> None:
    workbook = Workbook()
    old = workbook.worksheets[0]
    old.title, old.sheet_state = "旧名册", state
    new = workbook.create_sheet("名册")
    for worksheet, name in ((old, "张三"), (new, "李四")):
        worksheet.append(["姓名"])
        worksheet.append([name])
    path = tmp_path / "a.xlsx"
    workbook.save(path)
    wanted = [Column("name", ["姓名"], reader=cells.read_name())]
    assert [row["name"] for row in read_table(path, wanted).rows] == ["李四"]
    new["A1"] = "说明"
    workbook.save(path)
    assert [row["name"] for row in read_table(path, wanted).rows] == ["张三"]


@given(st.sampled_from(["utf-8-sig", "utf-8", "gb18030", "utf-16"]), st.sampled_from([",", "\t", ";"]))
def test_text_is_read_in_every_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = [
        ["姓名", "备注", "日期"],
        ["贾安䶮", '"好,很好; 真的"', "2026/7/1"],
        ["", "", ""],
        ["姜英𬭎", "=1+1", ""],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    sheet = read_text_sheet("评价", content, DEFAULT_LIMITS)
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("姓名", "备注", "日期")),
        (2, ("贾安䶮", "好,很好; 真的", "2026/7/1")),
        (4, ("姜英𬭎", "=1+1")),
    ]


@given(
    st.lists(
        st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs", "S"]), max_size=12), min_size=2, max_size=5),
        min_size=1,
        max_size=6,
    )
)
def test_our_own_csv_is_read_back_as_it_was(rows: list[list[str]]) -> None:
    rows = [[f"标{number}", *row] for number, row in enumerate(rows)]
    sheet = read_text_sheet("x", neutralised_csv(rows), DEFAULT_LIMITS)
    for row in sheet.rows:
        expected = rows[row.number - 1][: len(row.cells)]
        assert list(row.cells) == [_as_excel_shows(value) for value in expected]


def _as_excel_shows(value: str) -> str:
    if value.startswith("'") and neutralise_cell(value[1:]) == value:
        # Somebody wrote the apostrophe, or we did: a file does not tell.
        return value[1:]
    return value[2:-1] if value.startswith('="') and value.endswith('"') and value.count('"') == 2 else value


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#n/a "])
def test_a_formula_that_failed_is_no_name(tmp_path: Path, shown: str) -> None:
    wanted = [Column("name", ["姓名"], reader=cells.read_name()), Column("note", ["备注"], required=False)]
    rows = [["姓名", "备注"], [shown, "好"], ["李四", shown]]
    text = "\n".join(",".join(row) for row in rows)
    for path in (saved(tmp_path, workbook_bytes(rows)), saved(tmp_path, text.encode(), "a.csv")):
        table = read_table(path, wanted)
        assert sorted((one.row, one.column, one.reason) for one in table.rejected) == [
            (2, "姓名", "error_cell"),
            (3, "备注", "error_cell"),
        ]
        assert "{" not in table.rejected[0].words()


def test_comment_lines_may_hold_the_headings_and_are_no_data(tmp_path: Path) -> None:
    path = saved(tmp_path, "# 编号\t时间\n1\t8:00\n# 说明\n2\t9:00\n".encode(), "a.tsv")
    assert [(row.number, row.cells, row.comment) for row in read_sheet(path).rows] == [
        (1, ("编号", "时间"), True),
        (2, ("1", "8:00"), False),
        (4, ("2", "9:00"), False),
    ]


def test_digits_kept_as_text_by_a_formula_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, '编号,姓名\n="0310001",张三\n'.encode(), "a.csv")
    assert read_sheet(path).rows[1].cells == ("0310001", "张三")


def test_what_is_no_file_is_refused(tmp_path: Path, book: bytes) -> None:
    assert refusal(tmp_path / "没有.xlsx").code == "file_missing"
    assert refusal(tmp_path).code == "not_a_file"
    assert refusal(tmp_path).details == {"file": tmp_path.name}
    assert refusal(Path()).details == {"file": "."}
    assert refusal(Path("/")).details == {"file": os.sep}
    assert refusal(Path(os.devnull)).code == "not_a_file"
    link = tmp_path / "链接.xlsx"
    link.symlink_to(saved(tmp_path, book))
    assert refusal(link).code == "not_a_file"
    os.mkfifo(tmp_path / "管道.csv")
    assert refusal(tmp_path / "管道.csv").code == "not_a_file"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n \r\n", "empty"),
        ("a.xlsx", "姓名,手机\n张三,138\n".encode(), "not_a_spreadsheet"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0", "not_a_spreadsheet"),
        ("a.xlsx", b"PK", "not_a_spreadsheet"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "not_a_spreadsheet"),
        ("a.csv", b"a,b\0\n", "not_a_spreadsheet"),
        ("a.csv", b"a,b\n\xff\xff,\x80\n", "unreadable_text"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        ("a.csv", '姓名,备注\n张三,"没有结束\n李四,好\n'.encode(), "broken_quotes"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "truncated"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert refusal(saved(tmp_path, content, name)).code == code


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, workbook_bytes([]))).code == "empty"


def test_a_workbook_cut_off_anywhere_is_refused(tmp_path: Path, book: bytes) -> None:
    for length in range(4, len(book), 97):
        assert refusal(saved(tmp_path, book[:length])).code == "truncated"


SMALL_BOOK = workbook_bytes([["姓名", "手机"], ["张三", 15412345678]])
"""Made once: a workbook holds the moment at which it was made, and every example must damage the same bytes."""
DATED_BOOK = workbook_bytes([["姓名", "手机"], ["张三", 15412345678], [datetime(2026, 7, 1), True]])  # noqa: DTZ001


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    book = bytearray(SMALL_BOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(book))


@given(st.data())
def test_a_workbook_with_damaged_xml_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    book = DATED_BOOK
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        part = bytearray(archive.read(name))
    start = data.draw(st.integers(0, len(part) - 1))
    part[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=10))
    _read_or_refuse(with_part(book, name, bytes(part)))


def _read_or_refuse(content: bytes) -> None:
    # A damaged part may also ask for a million empty rows; the test need not walk them.
    limits = replace(DEFAULT_LIMITS, last_row=10_000)
    with tempfile.TemporaryDirectory() as folder, suppress(SheetError):
        list(read_sheets(saved(Path(folder), content), limits))


def test_a_zip_of_another_kind_is_no_spreadsheet(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("照片.txt", "x")
    assert refusal(saved(tmp_path, buffer.getvalue())).code == "not_a_spreadsheet"


def test_a_protected_zip_is_encrypted(tmp_path: Path, book: bytes) -> None:
    marked = bytearray(book)
    place = marked.find(b"PK\x01\x02")
    struct.pack_into("<H", marked, place + 8, 1)
    assert refusal(saved(tmp_path, bytes(marked))).code == "encrypted"


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path: Path, book: bytes) -> None:
    path = saved(tmp_path, with_part(book, SHEET_PART, b" " * (40 * 2**20)))
    tracemalloc.start()
    try:
        assert refusal(path).code == "too_large"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20
    assert refusal(path, ratio=10**9, inflated_bytes=2**20).code == "too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, book: bytes) -> None:
    bomb = bytearray(with_part(book, SHEET_PART, b" " * (40 * 2**20)))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        header = archive.getinfo(SHEET_PART).header_offset
    # The real size is declared at two places: with the part, and in the directory at the end.
    place = bomb.find(b"PK\x01\x02")
    while bomb[place + 46 : place + 46 + len(SHEET_PART)] != SHEET_PART.encode():
        place = bomb.find(b"PK\x01\x02", place + 1)
    for offset in (place + 24, header + 22):
        struct.pack_into("<L", bomb, offset, 1000)
    path = saved(tmp_path, bytes(bomb))
    tracemalloc.start()
    try:
        assert refusal(path).code in ("truncated", "too_large")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [SHEET_PART, "xl/workbook.xml", "[Content_Types].xml"])
def test_entity_definitions_are_refused(tmp_path: Path, book: bytes, part: str, encoding: str) -> None:
    bomb = f"<?xml version='1.0'?>{ENTITIES}<worksheet>&c;</worksheet>".encode(encoding)
    assert refusal(saved(tmp_path, with_part(book, part, bomb))).code == "xml_entities"


def test_entity_definitions_across_two_pieces_are_refused(tmp_path: Path, book: bytes) -> None:
    for shift in range(12):
        filler = os.urandom(2**17).hex().encode()[: 2**18 - shift]
        bomb = filler + b"<!DOCTYPE x>"
        assert refusal(saved(tmp_path, with_part(book, SHEET_PART, bomb))).code == "xml_entities"


def sheet_xml(rows: str, dimension: str = "A1") -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def test_a_huge_declared_extent_changes_nothing(tmp_path: Path, book: bytes) -> None:
    part = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>', "A1:XFD1048576")
    sheet = read_sheet(saved(tmp_path, with_part(book, SHEET_PART, part)))
    assert [row.cells for row in sheet.rows] == [(1,), (None, 2)]


def test_a_declared_extent_that_is_too_small_loses_nothing(tmp_path: Path, book: bytes) -> None:
    part = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>', "A1")
    assert len(read_sheet(saved(tmp_path, with_part(book, SHEET_PART, part))).rows) == 2


def test_a_row_number_beyond_all_sheets_is_refused(tmp_path: Path, book: bytes) -> None:
    part = sheet_xml('<row r="2147483647"><c r="A2147483647"><v>1</v></c></row>')
    assert refusal(saved(tmp_path, with_part(book, SHEET_PART, part))).code == "too_large"


@pytest.mark.parametrize("part", [SHEET_PART, "xl/styles.xml", "xl/workbook.xml"])
def test_a_part_that_is_nested_without_end_is_refused(tmp_path: Path, book: bytes, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        content = archive.read(part)
    place = content.index(b">", content.index(b"<", 5)) + 1
    nested = content[:place] + b"<extLst>" * 50_000 + b"</extLst>" * 50_000 + content[place:]
    path = saved(tmp_path, with_part(book, part, nested))
    try:
        assert read_sheet(path, replace(DEFAULT_LIMITS, ratio=10**6)).rows
    except SheetError as error:
        assert error.code == "truncated"


@pytest.mark.parametrize(
    "limits",
    [
        {"file_bytes": 100},
        {"members": 3},
        {"rows": 2},
        {"columns": 1},
        {"cells": 3},
        {"cell_characters": 1},
        {"characters": 5},
        {"passed_rows": 1},
        {"tags": 10},
        {"inflated_bytes": 500},
    ],
)
def test_every_limit_holds(tmp_path: Path, book: bytes, limits: dict[str, int]) -> None:
    assert refusal(saved(tmp_path, book), **limits).code == "too_large"


@pytest.mark.parametrize(
    "limits",
    [{"file_bytes": 10}, {"rows": 1}, {"columns": 1}, {"cells": 3}, {"characters": 11}, {"passed_columns": 1}],
)
def test_every_limit_holds_for_text(tmp_path: Path, limits: dict[str, int]) -> None:
    path = saved(tmp_path, b"aaa,bbb\nccc,ddd\n", "a.csv")
    assert refusal(path, **limits).code == "too_large"


def test_a_text_cell_without_end_is_refused(tmp_path: Path) -> None:
    for size in (40_000, 200_000):
        path = saved(tmp_path, b"a,b\n" + b"x" * size + b",1\n", "a.csv")
        assert refusal(path).code == "too_large"
