"""LibreOffice opens the report's workbook and sees the same cells: numbers, dates, and words that stayed words."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook

from frontdesk.locale import use_language
from frontdesk.reports.workbook import write_week
from tests.reportbooks import filled_report

SOFFICE = shutil.which("soffice")
WORDS = ("=1+1", "+86 138", "-1", "@SUM(A1)", "http://example.org/", "007")
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Cells = dict[tuple[int, int], float | str]


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")
def test_libreoffice_shows_every_cell_of_every_sheet_as_it_was_written(tmp_path: Path) -> None:
    if not reads_workbooks(tmp_path):
        pytest.skip("LibreOffice is installed without the part that reads workbooks")
    use_language("zh_CN")
    out = tmp_path / "week.xlsx"
    session = filled_report().sessions[0]
    sessions = tuple(session.model_copy(update={"name": words}) for words in WORDS)
    write_week(filled_report(sessions=sessions), out)
    shown = opened(out, tmp_path)
    book = load_workbook(out)
    assert list(shown) == book.sheetnames
    for sheet in book.worksheets:
        written = {
            (cell.row, cell.column): plain(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        assert shown[sheet.title].keys() == written.keys()
        for place, value in written.items():
            seen = shown[sheet.title][place]
            if isinstance(value, float):
                assert isinstance(seen, float)
                assert math.isclose(seen, value, rel_tol=1e-12)
            else:
                assert seen == value
    assert [shown["活动"][number, 4] for number in range(4, 4 + len(WORDS))] == list(WORDS)


def plain(value: object) -> float | str:
    """A cell as both programs say it: numbers as floats, days as they are written."""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return float(value) if isinstance(value, int | float) else str(value)


def reads_workbooks(folder: Path) -> bool:
    """Whether the LibreOffice of this machine can read the plainest workbook: distributions split it into parts."""
    plainest = folder / "plainest.xlsx"
    Workbook().save(plainest)
    return shown_by_libreoffice(plainest, folder).exists()


def shown_by_libreoffice(path: Path, folder: Path) -> Path:
    """The file in which LibreOffice says what it shows of another one; it makes none of what it cannot read."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = [SOFFICE, profile, "--headless", "--norestore", "--nolockcheck", "--nodefault"]
    subprocess.run(
        [*asked, "--convert-to", "fods", "--outdir", str(folder), str(path)],
        check=True,
        timeout=180,
        capture_output=True,
    )
    return path.with_suffix(".fods")


def opened(path: Path, folder: Path) -> dict[str, Cells]:
    """What LibreOffice shows of a workbook, by sheet, row and column from one, each cell by its type."""
    sheets = ElementTree.parse(shown_by_libreoffice(path, folder)).find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
    assert sheets is not None
    return {table.attrib[f"{_TABLE}name"]: dict(_cells(table)) for table in sheets.findall(f"{_TABLE}table")}


def _rows(parent: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The rows of a table, those that are repeated in print too; a chart in it has rows of its own."""
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):
            yield from _rows(child)


def _cells(table: ElementTree.Element) -> Iterator[tuple[tuple[int, int], float | str]]:
    """Equal neighbours are one element, in a row as among rows."""
    row = 1
    for line in _rows(table):
        rows = int(line.attrib.get(f"{_TABLE}number-rows-repeated", "1"))
        column = 1
        for cell in line.findall(f"{_TABLE}table-cell"):
            columns = int(cell.attrib.get(f"{_TABLE}number-columns-repeated", "1"))
            value = _value(cell)
            if value is not None:
                yield from (((row + down, column + on), value) for down in range(rows) for on in range(columns))
            column += columns
        row += rows


def _value(cell: ElementTree.Element) -> float | str | None:
    """What a cell holds, which is neither formula nor link; None where it is empty."""
    assert f"{_TABLE}formula" not in cell.attrib
    assert cell.find(f".//{_TEXT}a") is None
    kind = cell.attrib.get(f"{_OFFICE}value-type", "")
    if kind == "string":
        return "\n".join("".join(_said(one)) for one in cell.findall(f"{_TEXT}p")) or None
    if kind == "date":
        return cell.attrib[f"{_OFFICE}date-value"][:10]
    assert kind in ("", "float", "percentage")
    return float(cell.attrib[f"{_OFFICE}value"]) if kind else None


def _said(paragraph: ElementTree.Element) -> Iterator[str]:
    """The words of a paragraph, in which several spaces are an element."""
    yield paragraph.text or ""
    for part in paragraph:
        if part.tag == f"{_TEXT}s":
            yield " " * int(part.attrib.get(f"{_TEXT}c", "1"))
        yield from _said(part)
        yield part.tail or ""
