"""Words used everywhere: weekdays and periods."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "weekday.1": "Mon",
    "weekday.2": "Tue",
    "weekday.3": "Wed",
    "weekday.4": "Thu",
    "weekday.5": "Fri",
    "weekday.6": "Sat",
    "weekday.7": "Sun",
    "period.week": "Week {number} of {year}",
    "period.month": "{year}-{number:02}",
    "period.quarter": "Quarter {number} of {year}",
    "period.year": "Year {year}",
    "error.font_unreadable": "The font {path} named by {setting} cannot be opened."
    " Name a .ttf, .otf or .ttc file, or remove the setting.",
    "workbook.pages": "Page {page} of {pages}",
    "workbook.empty": "Nothing recorded in this period",
}
