"""The list of holidays and make-up workdays (放假安排), as an office writes it down from the yearly notice."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from db import calendar as records
from db.calendar import CalendarYear, OverrideKind, WorkdayOverride
from frontdesk.calendar.rechecking import doubtful
from frontdesk.calendar.rules import complete_years, is_pointless
from frontdesk.calendar.service import LONGEST_NAME, seed_years, settable_days
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.table import Column, TableRow

KINDS: dict[str, OverrideKind] = {"休": "holiday", "班": "makeup", "放假": "holiday", "补班": "makeup"}

COLUMNS = (
    Column("day", ["日期"], reader=cells.read_day()),
    Column("kind", ["类型"], reader=cells.read_choice(KINDS)),
    Column("name", ["名称"], required=False, reader=cells.read_text(LONGEST_NAME)),
)


@allowed("writer")
def import_calendar(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a list in; the key is 日期, one row for each day, weekend days inside a holiday period too.

    A list that has the holidays on 1 January and 1 October of a year is that year's whole list: the year becomes
    known, and what an earlier list said of days that it does not have is taken away (days that a manager put in stay).
    Rows of other years are taken in as single days, and a year that is unknown stays so; the outcome says both. A
    blank name leaves what is stored. The outcome names what is planned already and is to be looked at again by the new
    list: series and single sessions, and how many days of duty. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "calendar", path, COLUMNS, _take, unique=["day"], dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    first, last = settable_days(context.today())
    for row in tally.table.rows:
        if not first <= row["day"] <= last:
            tally.reject(row, "day", "out_of_range", area="sheets", minimum=first, maximum=last)
        elif is_pointless(row["day"], row["kind"]):
            tally.reject(row, "day", "makeup_on_weekday")
    if tally.rejected:
        return
    seed_years(context, connection)
    before = doubtful(context)
    touched = set[int]()
    for row in tally.table.rows:
        effect = _store(connection, row)
        tally.count(effect)
        if effect != "unchanged":
            touched.add(row["day"].year)
    listed: dict[date, OverrideKind] = {row["day"]: row["kind"] for row in tally.table.rows}
    whole = complete_years(listed)
    removed = _remove_unlisted(connection, listed, whole)
    known = {one.year for one in records.years(connection)}
    for year in sorted(whole & (touched | removed.keys()) | whole - known):
        records.put_year(connection, CalendarYear(year=year, source="import", loaded_at=context.now_ms()))
    if removed:
        tally.remark("calendar_removed", count=sum(removed.values()))
    for year in sorted({day.year for day in listed} - known - whole):
        tally.remark("calendar_incomplete", year=year)
    for code, details in doubtful(context).since(before):
        tally.remark(code, **details)


def _store(connection: sqlite3.Connection, row: TableRow) -> Effect:
    day = row["day"].isoformat()
    before = records.get(connection, day)
    name = row["name"] or (before.name if before else "")
    if before is not None and (before.kind, before.name) == (row["kind"], name):
        return "unchanged"
    records.put(connection, WorkdayOverride(day=day, kind=row["kind"], name=name, source="import"))
    return "changed" if before else "added"


def _remove_unlisted(
    connection: sqlite3.Connection, listed: dict[date, OverrideKind], whole: set[int]
) -> dict[int, int]:
    """Take the days away that an earlier list had and the whole list of their year has not; how many, by year."""
    removed: dict[int, int] = {}
    for year in whole:
        for stored in records.between(connection, f"{year}-01-01", f"{year}-12-31"):
            if stored.source != "manual" and date.fromisoformat(stored.day) not in listed:
                records.remove(connection, stored.day)
                removed[year] = removed.get(year, 0) + 1
    return removed
