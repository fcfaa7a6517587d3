"""Opening a file of rows: .xlsx, or separated text; every hostile or damaged file ends in a coded
SheetError."""

from __future__ import annotations

import os
import stat
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from frontdesk.sheets.archive import check_archive, too_large
from frontdesk.sheets.errors import DEFAULT_LIMITS, Limits, SheetError
from frontdesk.sheets.merged import merged_in
from frontdesk.sheets.rows import CellValue, FormulaText, RowCollector, Sheet
from frontdesk.sheets.textfile import read_text_sheet

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xls", ".et")

# What openpyxl lets out when a part is missing, cut off or not what it says it is.
_DAMAGE = (
    # What is no XML: both parsers that openpyxl may use tell of it by a kind of this.
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    EOFError,
    OSError,
    # With RecursionError, for parts nested deeper than any program writes.
    RuntimeError,
)


def read_sheets(
    path: Path, limits: Limits = DEFAULT_LIMITS, content: bytes | None = None, *, merged: bool = False
) -> Iterator[Sheet]:
    """The worksheets that hold anything, each read when it is asked for: the visible ones in order, then the hidden
    ones, which are looked at when nothing that people see is what was wanted. Raises SheetError.

    `content` is the file's content where it has been read already; `path` then only gives its names. Formulas come as
    their text (FormulaText) and are never computed; rows and columns that are hidden are read too. With `merged` it is
    looked up besides which cells are merged, which takes a second pass over the sheet.
    """
    if content is None:
        content = read_bytes(path, limits)
    if not content:
        raise SheetError("empty", file=path.name)
    if content.startswith(_OLE_MARK):
        raise SheetError("encrypted")
    if content.startswith(_ZIP_MARKS):
        check_archive(content, limits)
        yield from (sheet for sheet in _worksheets(content, limits, merged=merged) if sheet.rows)
        return
    if path.suffix.lower() in _WORKBOOK_SUFFIXES:
        raise SheetError("not_a_spreadsheet")
    sheet = read_text_sheet(path.stem, content, limits)
    if sheet.rows:
        yield sheet


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The whole content of a regular file; links, folders, pipes and devices are refused without reading
    them.

    Raises SheetError: file_missing, not_a_file, not_readable, too_large.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise SheetError("not_a_file", file=path.name or str(path))
        # The file may be exchanged between the look and the opening: no link is followed, no pipe is waited
        # for.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SheetError("not_a_file", file=path.name or str(path))
            # One byte more than there should be, so that a file which grows meanwhile is noticed.
            content = stream.read(min(status.st_size, limits.file_bytes) + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SheetError("file_missing", file=str(path)) from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SheetError("not_readable", file=path.name or str(path), reason=reason) from error
    if len(content) > limits.file_bytes:
        raise too_large("file", limits.file_bytes)
    return content


@contextmanager
def _damage_is_refused() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # About styles, validations and extensions that openpyxl leaves out: none of them is a row.
            warnings.simplefilter("ignore")
            yield
    except _DAMAGE as error:
        raise SheetError("truncated") from error


def _worksheets(content: bytes, limits: Limits, *, merged: bool) -> Iterator[Sheet]:
    # Where lxml is installed, as letters want it, openpyxl would read with that: files from outside are read by one
    # parser everywhere, the one whose limits are tried.
    os.environ["OPENPYXL_LXML"] = "False"
    from openpyxl.reader.excel import load_workbook

    with _damage_is_refused():
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        worksheets = sorted(workbook.worksheets, key=lambda one: one.sheet_state != "visible")
    room = limits.passed_rows
    for worksheet in worksheets:
        with _damage_is_refused():
            sheet, passed = _read_worksheet(worksheet, limits, room)
            room -= passed
            if merged and sheet.rows:
                # The reader of rows passes over merged cells, so its own source is read once more.
                with worksheet._get_source() as source:
                    sheet = replace(sheet, merged=merged_in(source, limits))
        yield sheet


def _read_worksheet(worksheet: Any, limits: Limits, room: int) -> tuple[Sheet, int]:
    """A worksheet, and how many rows were passed to read it: at most `room`."""
    # The declared extent may be a lie in either direction.
    worksheet.reset_dimensions()
    collector = RowCollector(limits)
    # One column more than allowed is asked for, so that a sheet which is too wide is noticed.
    rows = worksheet.iter_rows(min_row=1, min_col=1, max_col=limits.columns + 1)
    blank: tuple[Any, ...] = ()
    number = 0
    for number, found in enumerate(rows, 1):
        if number > room:
            raise too_large("rows", limits.passed_rows)
        # One and the same blank row stands for every row of a gap, which may be a million rows long.
        if found is blank or all(cell.value is None for cell in found):
            blank = found
            if number > limits.last_row:
                raise too_large("rows", limits.last_row)
        else:
            collector.add(number, [_plain_value(cell.value, cell.data_type) for cell in found])
    return Sheet(str(worksheet.title), tuple(collector.rows)), number


def _plain_value(value: object, data_type: str) -> CellValue:
    if data_type == "f":
        # Array and table formulas are objects; their text is what the cell shows.
        text = value if isinstance(value, str) else getattr(value, "text", None)
        return FormulaText(text if isinstance(text, str) else "=")
    if value is None or isinstance(value, (str, int, float, date, time, timedelta)):
        return value
    return str(value)
