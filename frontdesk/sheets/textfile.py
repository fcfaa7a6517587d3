"""Comma, tab or semicolon separated text as Excel, WPS and other programs leave it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from frontdesk.common.text import neutralise_cell
from frontdesk.sheets.archive import too_large
from frontdesk.sheets.errors import Limits, SheetError
from frontdesk.sheets.rows import CellValue, RowCollector, Sheet, is_failed_formula

_DELIMITERS = (",", "\t", ";")
_SAMPLE_ROWS = 20
_SAMPLE_CHARACTERS = 2**18
# Excel's way to keep digits text in a CSV file: ="0310001".
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode_text(content: bytes) -> str:
    """The text behind the bytes: by byte order mark, else strict UTF-8, else GB18030 (`mechanisms.md` §11.6).

    Raises SheetError: unreadable_text where none fits, not_a_spreadsheet for zero bytes, which no text holds.
    """
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in marked or ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise SheetError("not_a_spreadsheet")
        return text
    raise SheetError("unreadable_text")


def read_text_sheet(name: str, content: bytes, limits: Limits) -> Sheet:
    """The rows of a separated text file; row numbers count records, as a spreadsheet program shows them.

    Lines that begin with # are comments: those before the data are kept as such, for they may hold the
    headings, the later ones are dropped; a failed formula (#REF!) in the first cell makes none. Apostrophes that
    protected a formula and Excel's ="…" are taken off again. Raises SheetError: unreadable_text, not_a_spreadsheet,
    broken_quotes, too_large.
    """
    text = decode_text(content)
    delimiter = _delimiter_of(text)
    collector = RowCollector(limits)
    number, data_begun = 0, False
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(records, 1):
            if len(record) > limits.passed_columns:
                raise too_large("columns", limits.columns)
            is_comment = bool(record) and record[0].lstrip().startswith("#") and not is_failed_formula(record[0])
            if is_comment and data_begun:
                continue
            if is_comment:
                record[0] = record[0].lstrip().lstrip("#").lstrip()
            data_begun = data_begun or (any(record) and not is_comment)
            values: list[CellValue] = [_plain(value) for value in record]
            collector.add(number, values, comment=is_comment)
    except csv.Error as error:
        if "field larger" in str(error):
            raise too_large("cell", limits.cell_characters) from error
        raise SheetError("broken_quotes", row=number + 1) from error
    return Sheet(name, tuple(collector.rows))


def _delimiter_of(text: str) -> str:
    """The delimiter that splits the first lines into the most columns, most of them alike."""
    sample = text[:_SAMPLE_CHARACTERS]

    def score(delimiter: str) -> tuple[int, int]:
        # The sample may end inside a quoted cell, so here quotes are read leniently.
        records = islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        try:
            widths = Counter(len(record) for record in records if any(record))
        except csv.Error:
            return (0, 0)
        commonest = max(widths.values(), default=0)
        width = max((width for width, times in widths.items() if times == commonest), default=0)
        return (width, commonest) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=score)


def _plain(value: str) -> str:
    if value.startswith("'") and neutralise_cell(value[1:]) == value:
        return value[1:]
    match = _TEXT_FORMULA.fullmatch(value)
    return match[1] if match else value
