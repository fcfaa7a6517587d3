"""Ratings that were collected on paper or elsewhere (评价)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from functools import cache, partial
from pathlib import Path

from db import feedback as records
from db.feedback import Rating
from frontdesk.activities import service as activities
from frontdesk.common.dates import recordable_days
from frontdesk.context import Context
from frontdesk.feedback.capture.rules import GOOD_LEVELS, is_workable
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow

_ABOUT_SESSION = re.compile(r"活动\s*[:：](.*)", re.DOTALL)


def read_subject(value: CellValue) -> tuple[str, str]:
    """What was rated: ("session", code) for 活动:HD011, else ("service", its name).

    Raises CellRefused bad_code, too_long, control_character.
    """
    text = cells.read_text(50)(value)
    about = _ABOUT_SESSION.fullmatch(text)
    return ("session", cells.read_code()(about[1])) if about else ("service", text)


COLUMNS = (
    Column("day", ["日期"], reader=cells.read_day()),
    Column("subject", ["对象", "评价对象"], reader=read_subject),
    Column("level", ["满意度"], reader=cells.read_whole(1, 5)),
    Column("comment", ["意见", "意见建议"], required=False, reader=cells.read_text(2000, multiline=True)),
    Column("named", ["实名", "是否实名"], reader=cells.read_yes_no()),
)


def import_ratings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take ratings in; they have no key of their own.

    A rating is known again by all that it says and by how many equal ones stand before it in its file. So
    equal ratings of one file each count; the same file again changes nothing; a longer version of it adds
    what is new. The price: two different sheets that each hold the same single answer count it once, and the
    second one is `unchanged`, which the outcome of a new file says in words. Whoever keeps several sheets puts
    them together before the import.

    Neither the key nor the table tells in which order ratings stood in the file. Comments are text, whatever
    a spreadsheet program would make of them. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "ratings", path, COLUMNS, _take, dry_run=dry_run, without_key=True)


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    equal_before: Counter[tuple[object, ...]] = Counter()
    exists = cache(partial(activities.exists, context))
    ratings = []
    first, last = recordable_days(context.today())
    for row in tally.table.rows:
        if not first <= row["day"] <= last:
            bounds = {"minimum": first.isoformat(), "maximum": last.isoformat()}
            tally.reject(row, "day", "out_of_range", area="sheets", **bounds)
            continue
        kind, subject = row["subject"]
        if kind == "session" and not exists(subject):
            tally.reject(row, "subject", "unknown_session")
            continue
        ratings.append(_rating(context, row, equal_before))
    opened = 0
    for rating in sorted(ratings, key=lambda one: one.key):
        if records.has(connection, rating.key):
            tally.count("unchanged")
        else:
            records.put(connection, rating)
            tally.count("added")
            # Today's anonymous ones are told of tomorrow, as everywhere.
            opened += rating.level not in GOOD_LEVELS and is_workable(rating, context.today())
    if opened:
        tally.remark("follow_ups_opened", count=opened)


def _rating(context: Context, row: TableRow, equal_before: Counter[tuple[object, ...]]) -> Rating:
    kind, subject = row["subject"]
    said = (row["day"].isoformat(), kind, subject, row["level"], row["comment"] or "", int(row["named"]))
    equal_before[said] += 1
    # JSON keeps the parts apart, whatever stands in them.
    identity = json.dumps(["rating", *said, equal_before[said]], ensure_ascii=False)
    return Rating(
        key=context.keys.lookup(identity),
        day=said[0],
        known_on=context.today().isoformat(),
        subject_kind=kind,
        subject=subject,
        level=row["level"],
        comment=row["comment"] or "",
        named=int(row["named"]),
        channel="import",
    )
