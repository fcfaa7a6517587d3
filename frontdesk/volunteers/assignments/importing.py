"""The plan of volunteers' assignments (服务安排表) as an office keeps it."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from db import assignments as records
from db import search, volunteers
from db.assignments import Assignment, AssignmentLine
from db.volunteers import Volunteer
from frontdesk.activities import service as activities
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import clean_name
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow
from frontdesk.volunteers.assignments import rules
from frontdesk.volunteers.assignments.errors import AssignmentError
from frontdesk.volunteers.assignments.service import put_within
from frontdesk.volunteers.register.service import SEARCH_KIND, SEARCH_LIMIT

AREA = "assignments"
_BETWEEN = re.compile(r"[、,，;；/\s]+")
_PLAIN = ("place", "needed", "session_code", "briefing")


def read_times(value: CellValue) -> tuple[int, int]:
    """Beginning and end in minutes after midnight, past midnight too (bad_time_span)."""
    try:
        return rules.read_span(cells.plain_text(value))
    except ValueError:
        pass
    first, last = cells.read_time_span()(value)
    return first.hour * 60 + first.minute, last.hour * 60 + last.minute


def read_people(value: CellValue) -> tuple[str, ...]:
    """Names or numbers of volunteers with commas or spaces between; a name is not folded (too_long)."""
    found = tuple(dict.fromkeys(filter(None, _BETWEEN.split(cells.read_text(1000)(value)))))
    if len(found) > 200:
        raise CellRefused("too_long", limit=200)
    return found


COLUMNS = (
    Column("day", ["日期"], reader=cells.read_day()),
    Column("times", ["时间"], reader=read_times),
    Column("title", ["服务内容", "服务安排", "内容", "岗位"], reader=cells.read_text(rules.LONGEST_TITLE)),
    Column("place", ["地点", "服务地点"], required=False, reader=cells.read_text(rules.LONGEST_PLACE)),
    Column("needed", ["需要人数", "人数"], required=False, reader=cells.read_whole(0, rules.MOST_NEEDED)),
    Column("session_code", ["活动编号"], required=False, reader=cells.read_code()),
    Column("briefing", ["说明", "备注"], required=False, reader=cells.read_text(rules.LONGEST_BRIEFING)),
    Column("people", ["志愿者", "人员", "姓名"], required=False, reader=read_people),
)


@allowed("writer")
def import_assignments(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan in; an assignment is known again by day, beginning and title, so that it may stand in several rows.

    A blank cell leaves what is stored. Named volunteers are signed up, by number or by a name that only one of them
    has; who withdrew, and an assignment that was called off, stay so. Who is on something else at that time, or beyond
    the number that is needed, is signed up and remarked on. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "assignments", path, COLUMNS, _take, dry_run=dry_run)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    seen: dict[tuple[str, int, str], TableRow] = {}
    doubtful = 0
    for row in tally.table.rows:
        key = (row["day"].isoformat(), row["times"][0], row["title"])
        earlier = seen.setdefault(key, row)
        if (contradicted := _contradicted(earlier, row)) is not None:
            tally.reject(row, contradicted, "contradicts_row", area=AREA, first_row=earlier.number)
            continue
        people = _people(connection, tally, row)
        if people is None or not _is_possible(context, tally, row):
            continue
        try:
            effect, line = _put(context, connection, row)
        except AssignmentError:
            tally.reject(row, "times", "already_served", area=AREA)
            continue
        if line.state == "open":
            signed, doubts = _sign(context, connection, line, people)
            doubtful += doubts
            effect = "changed" if signed and effect == "unchanged" else effect
        tally.count(effect)
    if doubtful:
        tally.remark("assignments_doubtful", count=doubtful)


def _contradicted(earlier: TableRow, row: TableRow) -> str | None:
    """The column in which a row says something else of an assignment than an earlier row of the same one."""
    for name in ("times", *_PLAIN):
        if row[name] is not None and earlier[name] is not None and row[name] != earlier[name]:
            return name
    return None


def _people(connection: sqlite3.Connection, tally: Tally, row: TableRow) -> list[str] | None:
    """The numbers of the volunteers whom a row names; None where one cannot be meant."""
    found = []
    for said in row["people"] or ():
        matching = _matching(connection, said)
        serving = [one for one in matching if one.state == "active"]
        if len(serving) != 1:
            reason = "ambiguous_volunteer" if serving else "not_serving" if matching else "unknown_volunteer"
            tally.reject(row, "people", reason, area=AREA, said=said)
            return None
        found.append(serving[0].no)
    return found


def _matching(connection: sqlite3.Connection, said: str) -> list[Volunteer]:
    if said.isascii() and said.isdigit():
        one = volunteers.get(connection, said.zfill(7))
        return [one] if one is not None else []
    name = clean_name(said)
    found = (volunteers.get(connection, no) for no in search.find(connection, SEARCH_KIND, name, SEARCH_LIMIT))
    return [one for one in found if one is not None and one.name == name]


def _is_possible(context: Context, tally: Tally, row: TableRow) -> bool:
    first, last = recordable_days(context.today())
    if not first <= row["day"] <= last:
        tally.reject(row, "day", "bad_day", area=AREA, first=first.isoformat(), last=last.isoformat())
    elif not rules.are_times(*row["times"]):
        tally.reject(row, "times", "bad_times", area=AREA, hours=rules.LONGEST_HOURS)
    elif row["session_code"] is not None and not activities.exists(context, row["session_code"]):
        tally.reject(row, "session_code", "unknown_session", area=AREA)
    else:
        return True
    return False


def _put(context: Context, connection: sqlite3.Connection, row: TableRow) -> tuple[Effect, AssignmentLine]:
    """Write what a row says over what is stored; a cancelled assignment stays as it is."""
    day: date = row["day"]
    starts, ends = (to_ms(rules.instant(day, at, context.zone)) for at in row["times"])
    before = records.same(connection, day.isoformat(), starts, row["title"])
    if before is not None and before.state == "cancelled":
        return "unchanged", before
    said: dict[str, object] = {name: row[name] for name in _PLAIN if row[name] is not None}
    said |= {"day": day.isoformat(), "starts_at": starts, "ends_at": ends, "title": row["title"]}
    base = before.model_dump() if before is not None else {}
    new = Assignment.model_validate({**base, **said})
    effect = put_within(context, connection, before, new)
    line = records.same(connection, day.isoformat(), starts, row["title"])
    assert line is not None
    return effect, line


def _sign(context: Context, connection: sqlite3.Connection, line: AssignmentLine, people: list[str]) -> tuple[int, int]:
    """Sign up who never was; how many were, and of how many of them there is something to be said."""
    known = {one.volunteer_no for one in records.signed(connection, line.id)}
    day = date.fromisoformat(line.day)
    around = [(day + timedelta(days=days)).isoformat() for days in (-1, 1)]
    count, signed, doubts = line.signed, 0, 0
    for no in people:
        if no in known:
            continue
        is_on_another = records.overlapping(connection, no, line, around[0], around[1]) is not None
        doubts += is_on_another or (line.needed > 0 and count >= line.needed)
        records.sign(connection, line, no, context.now_ms(), "signed")
        known.add(no)
        count, signed = count + 1, signed + 1
    return signed, doubts
