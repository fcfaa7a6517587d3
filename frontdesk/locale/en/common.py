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
    "period.day": "{year}-{month:02}-{number:02}",
    "period.week": "Week {number} of {year}",
    "period.week_of_month": "Week {number} of {year}-{month:02}",
    "period.half_month.1": "First half of {year}-{month:02}",
    "period.half_month.2": "Second half of {year}-{month:02}",
    "period.dates.days": "{year}-{month:02}-{day:02} to {last_day:02}",
    "period.dates.months": "{year}-{month:02}-{day:02} to {last_month:02}-{last_day:02}",
    "period.dates.years": "{year}-{month:02}-{day:02} to {last_year}-{last_month:02}-{last_day:02}",
    "period.month": "{year}-{number:02}",
    "period.quarter": "Quarter {number} of {year}",
    "period.half_year.1": "First half of {year}",
    "period.half_year.2": "Second half of {year}",
    "period.year": "Year {year}",
    "error.unknown_ending": "A {ending} file cannot be written. Let the name end in one of these: {possible}.",
    "error.font_unreadable": "The font {path} named by {setting} cannot be opened."
    " Name a .ttf, .otf or .ttc file, or remove the setting.",
    "file.open_elsewhere": "another program has it open",
    "file.no_right": "no right to write there",
    "file.disk_full": "the disk is full",
    "file.no_folder": "there is no such folder",
    "file.not_a_file": "it is no plain file",
    "file.file_too_large": "it is too large",
    "file.no_file": "no file can stand there",
    "file.name_too_long": "the name is too long",
    "workbook.pages": "Page {page} of {pages}",
    "workbook.empty": "Nothing recorded in this period",
}
