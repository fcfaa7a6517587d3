"""Ratings that were collected on paper or elsewhere (评价)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from db import assignments, staff
from db import feedback as records
from db import rating_services as services
from db.feedback import Rater, Rating
from db.rating_services import RatingService
from frontdesk.activities import service as activities
from frontdesk.common.dates import recordable_days
from frontdesk.context import Context
from frontdesk.feedback.capture import recording
from frontdesk.feedback.capture.rules import ASPECTS, GOOD_LEVELS, is_workable
from frontdesk.feedback.capture.typed import About, read_about
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Effect, Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow

LONGEST_TAG = 20
_BETWEEN_TAGS = re.compile(r"[,，、;；]")


def read_subject(value: CellValue) -> About:
    """What was rated, as people type it: 活动:HD011, 工单:123, 服务安排:7, else a service by its name.

    Raises CellRefused bad_code, too_long, control_character.
    """
    about = read_about(cells.read_text(50)(value))
    if about.kind in ("session", "volunteer") or not about.subject:
        code = cells.read_code()(about.subject)
        return About(about.kind, str(int(code)) if about.kind == "volunteer" and code.isdecimal() else code)
    return about


def read_tags(value: CellValue) -> tuple[str, ...]:
    """The tags of a cell, with commas or 、 between, once each; they need not be on the centre's list any more.

    Raises CellRefused too_long, control_character, long_number.
    """
    said = (" ".join(part.split()) for part in _BETWEEN_TAGS.split(cells.read_text(200)(value)))
    return tuple(dict.fromkeys(cells.read_text(LONGEST_TAG)(part) for part in said if part))


COLUMNS = (
    Column("day", ["日期"], reader=cells.read_day()),
    Column("subject", ["对象", "评价对象"], reader=read_subject),
    Column("level", ["满意度"], reader=cells.read_whole(1, 5)),
    Column("comment", ["意见", "意见建议"], required=False, reader=cells.read_text(2000, multiline=True)),
    Column("named", ["实名", "是否实名"], reader=cells.read_yes_no()),
    Column("efficiency", ["服务效率"], required=False, reader=cells.read_whole(1, 5)),
    Column("competence", ["服务水平"], required=False, reader=cells.read_whole(1, 5)),
    Column("attitude", ["服务态度"], required=False, reader=cells.read_whole(1, 5)),
    Column("tags", ["标签", "评价标签"], required=False, reader=read_tags),
    Column("name", ["姓名", "评价人"], required=False, reader=cells.read_name()),
    Column("phone", ["电话", "联系电话", "手机"], required=False, reader=cells.read_phone()),
    Column("staff_no", ["经办人", "经办人工号"], required=False, reader=cells.read_code()),
)

ADDED = (*ASPECTS, "tags", "name", "phone", "staff_no")
"""What a sheet may say besides; a rating that says nothing of it is known again as it always was."""


@allowed("writer")
def import_ratings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take ratings in; they have no key of their own.

    A rating is known again by all that it says and by how many equal ones stand before it in its file. So
    equal ratings of one file each count; the same file again changes nothing; a longer version of it adds
    what is new; what a manager has taken out since stays out. The price: two different sheets that each hold
    the same single answer count it once, and the second one is `unchanged`, which the outcome of a new file
    says in words. Whoever keeps several sheets puts them together before the import.

    Neither the key nor the table tells in which order ratings stood in the file. Comments are text, whatever
    a spreadsheet program would make of them. Errors: see `sheets.importing.import_file`.
    """
    return import_file(context, "ratings", path, COLUMNS, _take, dry_run=dry_run, without_key=True)


@dataclass
class _Numbering:
    """How many rows before one said the same, in the columns that every sheet has and in all of them."""

    plain: Counter[tuple[object, ...]] = field(default_factory=Counter)
    whole: Counter[tuple[object, ...]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Taken:
    """A row as it is kept, and the key under which it would have gone in before its further columns were read."""

    rating: Rating
    tags: tuple[str, ...]
    rater: Rater | None
    plain_key: bytes


def _take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
    numbering = _Numbering()
    exists = cache(partial(activities.exists, context))
    is_assigned = cache(lambda no: no.isdecimal() and assignments.get(connection, int(no)) is not None)
    on_staff = cache(partial(staff.get, connection))
    taken = []
    first, last = recordable_days(context.today())
    for row in tally.table.rows:
        if not first <= row["day"] <= last:
            bounds = {"minimum": first.isoformat(), "maximum": last.isoformat()}
            tally.reject(row, "day", "out_of_range", area="sheets", **bounds)
            continue
        kind, subject = row["subject"]
        if kind == "session" and not exists(subject):
            tally.reject(row, "subject", "unknown_session")
        elif kind == "volunteer" and not is_assigned(subject):
            tally.reject(row, "subject", "unknown_assignment")
        elif (row["name"] or row["phone"]) and not row["named"]:
            tally.reject(row, "named", "rater_of_anonymous")
        elif row["staff_no"] and on_staff(row["staff_no"]) is None:
            tally.reject(row, "staff_no", "unknown_staff")
        else:
            taken.append(_taken(context, row, numbering))
    removed = recording.removed_keys(connection)
    opened = 0
    for one in sorted(taken, key=lambda one: one.rating.key):
        is_removed = one.rating.key in removed or one.plain_key in removed
        effect = "unchanged" if is_removed else _keep(connection, one)
        tally.count(effect)
        # Today's anonymous ones are told of tomorrow, as everywhere.
        bad = one.rating.level not in GOOD_LEVELS and is_workable(one.rating, context.today())
        opened += bad and effect == "added"
    # The audit log tells when a sheet was taken in; what was rated today is not to be seen as before it or after.
    records.mix_day(connection, context.today().isoformat())
    if opened:
        tally.remark("follow_ups_opened", count=opened)
    _know_services(connection, {one.rating.subject for one in taken if one.rating.subject_kind == "service"})


def _keep(connection: sqlite3.Connection, one: _Taken) -> Effect:
    """Put a rating in unless it is there; one that went in before its further columns were read gets them."""
    if records.has(connection, one.rating.key):
        return "unchanged"
    before = records.get(connection, one.plain_key) if one.plain_key != one.rating.key else None
    if before is None:
        records.put(connection, one.rating)
        _add_to(connection, one.rating.key, one)
        return "added"
    said = {name: getattr(one.rating, name) for name in (*ASPECTS, "staff_no")}
    if any(getattr(before, name) for name in said) or records.tags(connection, [before.key]):
        return "unchanged"
    if one.rater is not None and records.rater(connection, before.key) is not None and not any(said.values()):
        return "unchanged"
    records.change(connection, before.model_copy(update=said))
    _add_to(connection, before.key, one)
    return "changed"


def _add_to(connection: sqlite3.Connection, key: bytes, one: _Taken) -> None:
    if one.tags:
        records.set_tags(connection, key, one.tags)
    if one.rater is not None:
        records.set_rater(connection, one.rater.model_copy(update={"key": key}))


def _know_services(connection: sqlite3.Connection, names: set[str]) -> None:
    """Put services that sheets speak of at the end of the register; they are not offered for it."""
    known = services.services(connection)
    position = max((one.position for one in known), default=0)
    for name in sorted(names - {one.name for one in known}):
        position += 1
        services.put(connection, RatingService(name=name, position=position, offered=0))


def _taken(context: Context, row: TableRow, numbering: _Numbering) -> _Taken:
    kind, subject = row["subject"]
    said = (row["day"].isoformat(), kind, subject, row["level"], row["comment"] or "", int(row["named"]))
    added = tuple(row[name] or "" for name in ADDED)
    numbering.plain[said] += 1
    # JSON keeps the parts apart, whatever stands in them.
    plain_key = _key(context, "rating", *said, numbering.plain[said])
    key = plain_key
    if any(added):
        numbering.whole[*said, *added] += 1
        key = _key(context, "rating and more", *said, *added, numbering.whole[*said, *added])
    rating = Rating(
        key=key,
        day=said[0],
        known_on=context.today().isoformat(),
        subject_kind=kind,
        subject=subject,
        level=row["level"],
        efficiency=row["efficiency"],
        competence=row["competence"],
        attitude=row["attitude"],
        comment=row["comment"] or "",
        named=int(row["named"]),
        channel="import",
        staff_no=row["staff_no"] or "",
    )
    name, phone = row["name"] or "", row["phone"] or ""
    sealed = context.keys.seal(phone) if phone else None
    rater = Rater(key=key, name=name, phone_cipher=sealed) if name or phone else None
    return _Taken(rating, row["tags"] or (), rater, plain_key)


def _key(context: Context, *said: object) -> bytes:
    return context.keys.fingerprint(json.dumps(said, ensure_ascii=False))
