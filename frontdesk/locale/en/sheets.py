"""Reading spreadsheets: why a whole file is refused, and why a cell is."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.file_missing": "There is no file {file}. Check its name and folder and choose it again.",
    "error.not_a_file": ("{file} is no ordinary file (a folder or a link, perhaps). Choose the spreadsheet itself."),
    "error.not_readable": ("{file} cannot be opened ({reason}). Close WPS or Excel if it is open there, or copy it."),
    "error.not_a_spreadsheet": ("This is no spreadsheet. Open the original in WPS or Excel and save it as .xlsx."),
    "error.truncated": (
        "The file is damaged or was not copied whole. Copy it again, or open it in WPS and save as .xlsx."
    ),
    "error.too_large": ("The sheet is too large ({measure}, at most {limit}). Remove what is not needed, or split it."),
    "error.xml_entities": (
        "The file holds definitions that may be unsafe; it was not read. Save it as .xlsx from WPS."
    ),
    "error.encrypted": ("The file has a password or is an old .xls. Open it in WPS, remove it and save as .xlsx."),
    "error.empty": "There is nothing in {file}. Check that it is the right file and that it was saved.",
    "error.unreadable_text": "The text is in no known encoding. Open the file in WPS and save it as .xlsx.",
    "error.broken_quotes": (
        "The quotes in row {row} do not match; the rest cannot be read. Add them, or save as .xlsx."
    ),
    "error.header_missing": ("Missing headings: {missing}. Found: {found}. Add these columns, or choose another file."),
    "error.header_duplicate": "Row {row} has columns that mean the same ({headings}). Rename or remove all but one.",
    "measure.file": "bytes of the file",
    "measure.members": "parts of the archive",
    "measure.inflated": "bytes when unpacked",
    "measure.ratio": "compression ratio",
    "measure.tags": "tags",
    "measure.rows": "rows",
    "measure.columns": "columns",
    "measure.cells": "cells",
    "measure.characters": "characters in all cells",
    "measure.cell": "characters in a cell",
    "reason.missing": "This must be filled in. Add a value.",
    "reason.bad_date": "This is no date. Write 2026-07-01 or 2026年7月1日.",
    "reason.bad_month": "This is no month. Write 1987-03 or 1987年3月.",
    "reason.bad_time_span": "This is no time span. Write 09:00-10:00.",
    "reason.bad_time": "This is no date with a time. Write 2026-11-02 08:31.",
    "reason.bad_clock": "This is no time of day. Write 08:30, after midnight 次日06:00.",
    "reason.bad_hours": "This is no number of hours. Write a number up to {maximum}, with two decimals at most.",
    "reason.bad_weekdays": "These are no weekdays. Write some of 一二三四五六日.",
    "reason.bad_phone": "This is no telephone number. Write 11 digits, or a landline with its area code.",
    "reason.bad_availability": "is no time of the week. Write 周六上午、周日 or sat morning, sun.",
    "reason.bad_number": "This is no whole number. Write digits only.",
    "reason.out_of_range": "This must lie between {minimum} and {maximum}. Check and correct it.",
    "reason.bad_digits": "This must be {width} digits. Check and correct it.",
    "reason.bad_code": "This is no code. Use letters, digits and hyphens only.",
    "reason.bad_name": "This is no name. Write the person's name.",
    "reason.too_long": "This is too long, at most {limit} characters. Shorten it.",
    "reason.not_one_of": "Only these are possible: {choices}. Change it to one of them.",
    "reason.long_number": (
        "There is a number of 15 digits or more here, like that of an identity or bank card, which is never kept. "
        "Take it out; at most leave its last four digits."
    ),
    "reason.control_character": "There are invisible control characters here. Type the cell again.",
    "reason.formula": "This cell is a formula. Put its result there (copy, paste special as values).",
    "reason.error_cell": "The formula of this cell has failed. Correct it in WPS or Excel, or type the value.",
    "reason.duplicate_in_file": "The same as row {first_row}. Keep one of the rows and delete the other.",
}
