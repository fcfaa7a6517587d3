"""The sign-in sheets (签到表): what became of the sign-ups, and who came without one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from functools import cache, partial
from pathlib import Path

from db import activities, registrations
from db import attendance as records
from db.registrations import GONE, Registration
from frontdesk.activities.attendance.marking import LARGEST_HEAD_COUNT, Mark, PartyStatus, write_mark
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.common.names import mask_name
from frontdesk.common.text import some_of
from frontdesk.context import Context
from frontdesk.locale import current_language, t
from frontdesk.permission import allowed
from frontdesk.residents.service import tail_key
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange
from frontdesk.sheets.table import Column, TableRow

WALK_IN = "散客"
"""Stands in the column of names for people who came without a sign-up."""

STATUS_WORDS: dict[str, dict[str, PartyStatus]] = {
    "zh_CN": {"到场": "attended", "请假": "absent_notified", "缺席": "no_show"},
    "en": {"came": "attended", "absent with notice": "absent_notified", "no-show": "no_show"},
}
"""What a sheet says of a party, in the words of either language."""


ALSO_NO_SHOW = "未到"
"""What the office's own sheets say for 缺席."""

_STATUS = {word: status for words in STATUS_WORDS.values() for word, status in words.items()} | {
    ALSO_NO_SHOW: "no_show",
}

COLUMNS = (
    Column("session", ["活动编号", "Session code"], reader=cells.read_code()),
    Column("name", ["姓名", "Name"], may_be_blank=True, reader=cells.read_name()),
    Column("tail", ["手机尾号", "尾号", "Phone tail"], required=False, reader=cells.read_digits(4)),
    Column("seats", ["人数", "People"], may_be_blank=True, reader=cells.read_whole(1, LARGEST_HEAD_COUNT)),
    Column(
        "status",
        ["签到情况", "签到", "Attendance"],
        may_be_blank=True,
        reader=cells.read_choice(_STATUS, shown=lambda: STATUS_WORDS[current_language()]),
    ),
    Column("number", ["报名编号", "Sign-up number"], required=False, reader=cells.read_whole(1, 999_999)),
)


@allowed("writer")
def import_attendance(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-in sheets in. A row belongs to the sign-up of its session with its number, or where the file has none
    to the one with this name and phone tail. On a sheet that was made here, with numbers, a row that says nothing of
    what became of the party changes nothing.

    Rows of 散客 are walk-ins without a name; several of one session add up, and their sum replaces the head
    count that is stored, each row counting as what became of the sum; a remark names every count that is replaced.
    Only who holds a seat can have stayed away or given notice (mechanisms.md §6.2), so such a row of anybody else is
    rejected. A trial tells what would change, row by row. Errors: see `sheets.importing.import_file`.
    """

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        sheet = _Sheet(context, connection, tally, tells=dry_run)
        for row in tally.table.rows:
            if sheet.may_be_marked(row):
                sheet.take(row)
        sheet.store_walk_ins()

    return import_file(context, "attendance", path, COLUMNS, take, dry_run=dry_run)


class _Sheet:
    """One file of sign-in sheets while its rows are taken."""

    def __init__(self, context: Context, connection: sqlite3.Connection, tally: Tally, *, tells: bool) -> None:
        self._context = context
        self._connection = connection
        self._tally = tally
        self._tells = tells
        self._find = cache(partial(activities.get, connection))
        self._walk_ins: defaultdict[str, list[TableRow]] = defaultdict(list)
        self._first_rows: dict[int, int] = {}
        # Only a sheet that was printed here says the numbers: on that one what is left blank has not been filled in.
        self._is_ours = "number" in tally.table.headings

    def may_be_marked(self, row: TableRow) -> bool:
        """Whether attendance of a row's session can be recorded; a rejection says why not."""
        session = self._find(row["session"])
        if session is None:
            self._tally.reject(row, "session", "unknown_session")
        elif session.state == "cancelled":
            self._tally.reject(row, "session", "session_cancelled")
        elif is_planned(session):
            self._tally.reject(row, "session", "not_published", area="attendance")
        elif session.state == "closed":
            self._tally.reject(row, "session", "session_closed", area="attendance")
        elif session.day > self._context.today().isoformat():
            self._tally.reject(row, "session", "too_early", area="attendance", day=session.day)
        else:
            return True
        return False

    def take(self, row: TableRow) -> None:
        """A row of walk-ins, or of a party."""
        is_walk_in = row["name"] == WALK_IN
        if self._is_ours and row["status"] is None and not (is_walk_in and row["seats"]):
            self._tally.count("unchanged")
            return
        missing = [name for name in ("name", "seats", "status") if row[name] is None]
        if missing and not self._is_ours:
            for name in missing:
                self._tally.reject(row, name, "missing", area="sheets")
        elif not is_walk_in:
            self._take_party(row)
        elif row["seats"] is None:
            self._tally.reject(row, "seats", "missing", area="sheets")
        elif row["status"] in ("attended", None):
            self._walk_ins[row["session"]].append(row)
        else:
            self._tally.reject(row, "status", "walk_in_came")

    def _take_party(self, row: TableRow) -> None:
        party = self._numbered(row) if row["number"] else self._named(row)
        if party is None:
            return
        first = self._first_rows.setdefault(party.id, row.number)
        if first != row.number:
            self._tally.reject(row, "name", "duplicate_in_file", area="sheets", first_row=first)
            return
        after = Mark(row["status"], row["seats"] or party.seats or party.party_size)
        before = records.attendance_of(self._connection, party.session_code, party.id)
        if before == after:
            self._tally.count("unchanged")
            return
        if party.seats == 0 and after.status != "attended":
            self._tally.reject(row, "status", "holds_no_seat", area="attendance")
            return
        write_mark(self._context, self._connection, party, after, way="import")
        self._tally.count("added" if before is None else "changed")
        if self._tells:
            name = mask_name(records.resident_name(self._connection, party.resident_id) or "")
            self._tell(row, f"{party.session_code}#{party.seq_no} {name}", Mark(*before) if before else None, after)

    def _tell(self, row: TableRow, subject: str, before: Mark | None, after: Mark) -> None:
        """What stood of a party and what will stand, for a trial."""
        fields = [
            (t("attendance.column.status"), _status_words(before), _status_words(after)),
            (t("attendance.column.seats"), str(before.seats) if before else "", str(after.seats)),
        ]
        changed = tuple(one for one in fields if one[1] != one[2])
        self._tally.preview.append(RowChange(row.number, subject, before is None, changed))

    def _numbered(self, row: TableRow) -> Registration | None:
        """The sign-up with a row's number, whose name must be the row's, whole or masked; None after a rejection."""
        registration_id = records.numbered(self._connection, row["session"], row["number"])
        found = registrations.registration(self._connection, registration_id) if registration_id else None
        if found is None or found.state in GONE:
            self._tally.reject(row, "number", "sign_up_cancelled" if found else "no_sign_up")
            return None
        name = records.resident_name(self._connection, found.resident_id) or ""
        if row["name"] is not None and row["name"] not in (name, mask_name(name)):
            self._tally.reject(row, "name", "another_name", area="attendance")
            return None
        return found if self._fits(row) else None

    def _named(self, row: TableRow) -> Registration | None:
        """The one sign-up of a row's session with its name and phone tail; None after a rejection."""
        if row["name"] is None or row["tail"] is None:
            self._tally.reject(row, "name" if row["name"] is None else "tail", "missing", area="sheets")
            return None
        if not self._fits(row):
            return None
        tail = tail_key(self._context, row["tail"])
        found = registrations.find_registrations(self._connection, row["session"], row["name"], tail)
        live = [party for party in found if party.state not in GONE]
        if len(live) == 1:
            return live[0]
        if live:
            self._tally.reject(row, "name", "ambiguous_sign_up")
        else:
            self._tally.reject(row, "name", "sign_up_cancelled" if found else "no_sign_up")
        return None

    def _fits(self, row: TableRow) -> bool:
        if row["seats"] is None or row["seats"] <= LARGEST_PARTY:
            return True
        self._tally.reject(row, "seats", "out_of_range", area="sheets", minimum=1, maximum=LARGEST_PARTY)
        return False

    def store_walk_ins(self) -> None:
        """The sums of the rows of walk-ins, each in place of the head count that is stored."""
        replaced: list[str] = []
        for code, rows in self._walk_ins.items():
            heads = sum(row["seats"] for row in rows)
            if heads > LARGEST_HEAD_COUNT:
                last = rows[-1]
                self._tally.reject(last, "seats", "out_of_range", area="sheets", minimum=1, maximum=LARGEST_HEAD_COUNT)
                continue
            before = records.attendance_of(self._connection, code, None)
            if before == ("walk_in", heads):
                self._tally.count("unchanged", len(rows))
                continue
            operator = self._context.operator
            records.put_attendance(
                self._connection,
                code,
                None,
                "walk_in",
                heads,
                at=self._context.now_ms(),
                operator_no=operator.no if operator else None,
                way="import",
            )
            self._tally.count("changed" if before else "added", len(rows))
            if before:
                replaced.append(t("attendance.preview.replaced", session=code, before=before[1], after=heads))
            if self._tells:
                self._tell_walk_ins(code, rows, before[1] if before else None, heads)
        if replaced:
            self._tally.remark("walk_ins_replaced", count=len(replaced), sessions=some_of(replaced))
        self._tally.preview.sort(key=lambda change: change.row)

    def _tell_walk_ins(self, code: str, rows: list[TableRow], before: int | None, after: int) -> None:
        field = t("attendance.column.seats")
        if len(rows) > 1:
            field = t("attendance.preview.sum", rows=some_of([str(row.number) for row in rows]))
        change = (field, "" if before is None else str(before), str(after))
        subject = f"{code} {t('attendance.status.walk_in')}"
        self._tally.preview.append(RowChange(rows[0].number, subject, before is None, (change,)))


def _status_words(mark: Mark | None) -> str:
    return t(f"attendance.status.{mark.status}") if mark else ""
