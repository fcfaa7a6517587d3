"""Assignments on paper and in calendars: a sheet of who comes when and where, and a calendar file per person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import assignments as records
from db import volunteers
from frontdesk.common.icalendar import Entry, calendar_text, entry_uid
from frontdesk.common.names import mask_name
from frontdesk.common.phones import phone_tail
from frontdesk.common.wholefile import write_whole
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.volunteers.assignments import rules
from frontdesk.volunteers.assignments.errors import AssignmentError
from frontdesk.volunteers.assignments.words import state_words, times_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.assignments import AssignmentLine, SignedVolunteer
    from frontdesk.access.service import Approver
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

HEADS = ("day", "time", "title", "place", "no", "name", "team", "phone", "sign", "remark")


@allowed("shown", partly=("auditor", "command"))
def write_sheet(
    context: Context,
    out: Path,
    first: date,
    last: date,
    *,
    full_names: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write the assignments of a span of local days with everybody who is signed up; returns how many assignments.

    One row for each person, with room for a signature, and one for what is missing. Names are masked unless
    `full_names`, which a writer may ask for and which is noted with the reason; of phones there is the tail only.
    Raises AssignmentError `export_failed` where the file cannot be written; then `out` is as it was; and with names
    what `privacy.service.in_clear` raises.
    """
    if full_names:
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"assignments {first}/{last}", reason, approver)
    with context.database.reading() as connection:
        lines = records.lines(connection, first.isoformat(), last.isoformat())
        people = {line.id: records.signed(connection, line.id) for line in lines}
    rows = [row for line in lines for row in _rows(context, line, people[line.id], full_names)]
    content = _book(context, first, last, rows)

    def noted() -> None:
        if full_names:
            with context.change("assignment.exported", f"{first}/{last}", names=True, **besides) as connection:
                approval.use(context, connection)

    _write(out, content, noted)
    return len(lines)


@allowed("writer")
def write_calendar(context: Context, out: Path, volunteer_no: str, first: date, last: date) -> int:
    """Write what a volunteer is signed up for between two local days as a calendar file; returns how many entries.

    What was called off or withdrawn from stays in it as cancelled, so that a calendar which reads it again corrects
    itself. That it was written is logged. Raises AssignmentError `unknown_volunteer`, `nothing_to_export` where there
    is none, and `export_failed` where the file cannot be written.
    """
    with context.database.reading() as connection:
        person = volunteers.get(connection, volunteer_no)
        if person is None:
            raise AssignmentError("unknown_volunteer", no=volunteer_no)
        found = records.ever_of_volunteer(connection, volunteer_no, first.isoformat(), last.isoformat())
    if not found:
        raise AssignmentError("nothing_to_export", no=volunteer_no, first=first.isoformat(), last=last.isoformat())
    entries = [_entry(context, line, volunteer_no, cancelled=signup == "withdrawn") for line, signup in found]
    title = t("assignments.ics.title", centre=context.centre.name, name=person.name)

    def noted() -> None:
        with context.change("assignment.exported", volunteer_no, names=True):
            pass

    # The file goes to that person and bears the whole name.
    _write(out, calendar_text(title, entries, context.now(), "assignments").encode("utf-8"), noted)
    return len(entries)


def _entry(context: Context, line: AssignmentLine, volunteer_no: str, *, cancelled: bool) -> Entry:
    return Entry(
        uid=entry_uid(context.centre.code, "assignment", str(line.id), volunteer_no),
        starts=datetime.fromtimestamp(line.starts_at / 1000, UTC),
        ends=datetime.fromtimestamp(line.ends_at / 1000, UTC),
        summary=line.title,
        description=line.cancel_reason or line.briefing,
        location=line.place or context.centre.name,
        changed=datetime.fromtimestamp(line.changed_at // 1000, UTC),
        sequence=line.revision,
        cancelled=cancelled or line.state == "cancelled",
    )


def _rows(context: Context, line: AssignmentLine, people: list[SignedVolunteer], full_names: bool) -> list[list[Cell]]:
    when: list[Cell] = [date.fromisoformat(line.day), times_words(context, line), line.title, line.place]
    rows: list[list[Cell]] = [
        [
            *when,
            one.volunteer_no,
            one.name if full_names else mask_name(one.name),
            one.team,
            _tail(context, one),
            "",
            "",
        ]
        for one in people
        if one.state == "signed"
    ]
    remark = line.cancel_reason if line.state == "cancelled" else ""
    if line.state == "cancelled" or rules.lacking(line) or not rows:
        rows.append([*when, "", "", "", "", "", " ".join(filter(None, (state_words(line), remark)))])
    return rows


def _tail(context: Context, one: SignedVolunteer) -> str:
    return f"***{phone_tail(context.keys.unseal(one.phone_cipher))}" if one.phone_cipher is not None else ""


def _book(context: Context, first: date, last: date, rows: list[list[Cell]]) -> bytes:
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    title = t("assignments.title")
    days = t("assignments.sheet.days", centre=context.centre.name, first=first, last=last)
    book = TableBook(title, context.centre.name, context.now())
    book.add(title, days, [Column(t(f"assignments.head.{head}")) for head in HEADS], rows)
    return book.content()


def _write(out: Path, content: bytes, on_record: Callable[[], None] | None = None) -> None:
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise AssignmentError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
