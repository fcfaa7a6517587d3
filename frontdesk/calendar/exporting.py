"""The list of holidays and make-up workdays as a workbook that another centre, or this one, can import."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from frontdesk.calendar.importing import COLUMNS, KINDS
from frontdesk.calendar.rules import SpecialDay
from frontdesk.calendar.service import CalendarError, calendar_for
from frontdesk.common.text import neutralise_cell
from frontdesk.common.wholefile import whole_file
from frontdesk.context import Context

WORDS = {kind: word for word, kind in reversed(KINDS.items())}
"""The word of each kind that stands first in the import."""


def export_calendar(context: Context, first: date, last: date, out: Path) -> int:
    """Write the days from `first` to `last` to `out`, whole or not at all; returns how many.

    Headings and kinds are Chinese in every language, for the import takes these. Raises CalendarError `export_failed`
    when the file cannot be written; what stood there before is untouched.
    """
    days = calendar_for(context, first, last).special_days(first, last)
    content = _content(days)
    try:
        with whole_file(out) as part:
            part.write_bytes(content)
    except OSError as error:
        raise CalendarError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(days)


def _content(days: list[tuple[date, SpecialDay]]) -> bytes:
    from frontdesk.common.workbook import new_workbook

    content = BytesIO()
    with new_workbook(content) as book:
        house = {"font_name": "微软雅黑", "font_size": 10, "border": 1, "border_color": "#BFBFBF"}
        heading = book.add_format({**house, "bold": True, "bg_color": "#FDE7CC", "align": "center"})
        middle = book.add_format({**house, "align": "center", "num_format": "yyyy-mm-dd"})
        text = book.add_format(house)
        # Keeps a name text that begins like a formula, also when somebody edits the cell.
        quoted = book.add_format({**house, "quote_prefix": True})
        sheet = book.add_worksheet("放假安排")
        for place, (column, width) in enumerate(zip(COLUMNS, (14, 8, 30), strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, column.aliases[0], heading)
        for row, (day, special) in enumerate(days, start=1):
            sheet.write_datetime(row, 0, datetime.combine(day, time()), middle)
            sheet.write_string(row, 1, WORDS[special.kind], middle)
            sheet.write_string(row, 2, special.name, quoted if neutralise_cell(special.name) != special.name else text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(days)), len(COLUMNS) - 1)
    return content.getvalue()
