"""Plan, sign-ups and attendance that go out and come back, and the paste box."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "column.identity": "Row name (keep)",
    "column.seal": "Seal (keep)",
    "column.day": "Day",
    "column.span": "Time",
    "column.name": "Activity name",
    "column.category": "Category",
    "column.activity_type": "Type",
    "column.room": "Room",
    "column.capacity": "Seats",
    "column.min_enrol": "Minimum",
    "column.lead": "Lead",
    "column.setup_minutes": "Set-up min",
    "column.clearing_minutes": "Clearing min",
    "column.note": "Note",
    "column.cancel_reason": "Reason cancelled",
    "column.state": "State",
    "column.confirmed": "Seats taken",
    "column.waiting": "Parties waiting",
    "column.session": "Session code",
    "column.session_name": "Session",
    "column.person": "Name",
    "column.phone": "Phone",
    "column.party_size": "People",
    "column.least_seats": "At least",
    "column.sign_up_state": "Sign-up",
    "column.applied_at": "Signed up at",
    "column.expected": "Expected",
    "column.status": "Attendance",
    "column.came": "Came",
    "column.line": "Row",
    "column.outcome": "Result",
    "session_state.draft": "draft",
    "session_state.approved": "approved",
    "session_state.published": "published",
    "session_state.closed": "closed",
    "session_state.cancelled": "cancelled",
    "sheet.sessions": "Plan",
    "sheet.signups": "Sign-ups",
    "sheet.attendance": "Attendance",
    "title.sessions": "{centre}: plan of sessions",
    "title.signups": "{centre}: sign-ups",
    "title.attendance": "{centre}: attendance",
    "subtitle": (
        "{span}, written on {day}. Leave the grey columns as they are. Edit, then import this sheet: only the cells "
        "that you edited are changed, and a deleted row deletes nothing."
    ),
    "exported": "{count} rows written to {path}.",
    "remark.missing_rows": (
        "Note: {count} rows that went out are not in this sheet. Nothing was deleted for it; to cancel, use the screen."
    ),
    "remark.moved_up": (
        "Parties on the waitlist that get a seat by this and have to be told: {count}. "
        "To list them, press Enter on the task of Today, or use the command frontdesk signup tell."
    ),
    "reason.seal_broken": (
        "The seal of this row was changed, or it is another centre's: nobody knows whose row it is. "
        "Export again and edit that."
    ),
    "reason.identity_broken": (
        "The grey name of this row was changed (it was {identity}), or only some columns were sorted. "
        "Export again and edit that."
    ),
    "reason.copied_row": (
        "This is the same row as row {first_row}. If it is a copy for a new row, clear its grey name and the hidden "
        "seal at the end."
    ),
    "reason.merged": "The cells {cells} are merged, so that nobody sees what each row says. Unmerge and fill in each row.",
    "reason.not_to_edit": "A grey column is not edited in the sheet. Put back what it said, and change it on the screen.",
    "reason.only_for_new": (
        "Session, name and phone of a sign-up that stands are not changed in the sheet. Put back what it said, and "
        "change it at the sign-up or in the register of residents."
    ),
    "reason.conflict": (
        'You edited this cell, and another window has made it "{now}" meanwhile. Put "{now}" there, or export again '
        "and edit that."
    ),
    "reason.column_gone": "The column {heading} is gone, which a new row needs. Put it back, or export again.",
    "reason.gone": "This row is no longer there. Delete it from the sheet, or export again.",
    "error.not_ours": (
        "This sheet did not go out here, or has lost its seals. Import it as a plan, sign-ups or attendance, or export again."
    ),
    "error.several_sheets": (
        "This file holds {count} exported sheets: {sheets}. One is imported at a time. Save each to a file of its own "
        "and import them one by one, or delete those that are too many."
    ),
    "error.export_failed": "{path} cannot be written ({reason}). Close the program that uses it, or choose another place.",
    "error.unknown_row": "There is no such sign-up. Export again and edit that.",
    "error.seal_missing": (
        "A session has this code, and the row has no seal. Clear the code for a new session, or export again."
    ),
    "error.identity_of_new": "A new sign-up gets its number from the program. Clear the grey cell.",
    "error.new_attendance": "Nobody is added in a sheet of attendance. Sign the person up first, or count a walk-in.",
    "error.new_and_cancelled": "A new session cannot be cancelled from the first. Clear the reason.",
    "error.restore_on_screen": "A cancelled session is not restored in the sheet. Restore it on the screen.",
    "error.state_on_screen": 'In the sheet a sign-up can only be made "cancelled". Change it on the screen.',
    "error.cancelled_and_changed": (
        "This row cancels the sign-up and changes its people too. To cancel it put the people back as they were, "
        "to keep it put the state back."
    ),
    "error.new_and_gone": "A new sign-up cannot begin cancelled. Clear its state, or delete the row.",
    "error.walk_ins_count": "Of walk-ins only the number counts. Clear the attendance and fill in how many came.",
    "error.status_missing": "How many came is filled in without an attendance. Fill in came, notice or no-show, or clear it.",
    "error.unknown_category": "There is no such category. Choose one of: {choices}.",
    "error.masked_name": "The name has asterisks: it was masked. Fill in the whole name.",
    "error.bad_span": "What is to be written? Type a month, a day or the code of a session.",
    "error.choose_session": (
        "No session is chosen. For sign-ups choose one on the screen of the day first; new sessions need none, "
        "but day, time and name."
    ),
    "error.too_many_pasted": "At most {most} rows are read at once; {count} more were not. Paste them in parts.",
    "error.nothing_pasted": "No rows have been read yet. Paste first, then check.",
    "help.export": "write plan, sign-ups or attendance to be edited and imported again",
    "help.import": "import an edited plan, sign-ups or attendance",
    "help.out": "the .xlsx file to write",
    "help.month": "which month, such as 2026-11; this one if not given",
    "help.first": "from this day",
    "help.last": "to this day",
    "help.session": "one session only",
    "help.full": "names and phones in clear (logged)",
    "paste_title": "Paste and export",
    "paste_hint": "Choose rows in WPS or Excel, copy them, and paste them above.",
    "panel.paste": "1 Paste (Ctrl+Shift+V or right button); sign-ups: {name}",
    "panel.paste_plan": "1 Paste (Ctrl+Shift+V or right button)  no session chosen: new sessions",
    "panel.unread_columns": "columns not read, give them headings: {columns}",
    "panel.rows": "2 Rows that were read",
    "panel.unread": "No columns known: sign-ups need name and phone; sessions day, time and name",
    "panel.signups": "2 Sign-ups: {count} rows; F7 checks",
    "panel.sessions": "2 Sessions: {count} rows; F7 checks",
    "panel.wrong": "2 {wrong} of {count} rows are wrong; Enter corrects",
    "panel.good": "2 {count} rows, nothing wrong; F8 takes them in",
    "panel.left_out": "{count} rows too many were not read",
    "pasted.waits": "no. {seq_no} waits, place {place}",
    "pasted.none": "{wrong} rows are wrong; nothing was written. Enter tells why and corrects, Delete drops, then F8 again.",
    "pasted.signups": "{count} rows signed up.",
    "pasted.sessions": "{count} sessions put on.",
    "to_list_first": "Go to the rows below with Esc first.",
    "correct_title": "Row {line}",
    "leave_question": "{count} rows have not been taken in. Leave?",
    "leave_yes": "Leave",
    "export.title": "Write for Excel: 1 plan  2 sign-ups  3 attendance; then import",
    "export.kind": "Which sheet",
    "export.kind_hint": "1 plan  2 sign-ups  3 attendance",
    "export.span": "Of what",
    "export.span_hint": "2026-11 a month, 11-20 a day, or a session's code",
    "export.full": "In clear",
    "export.full_hint": "1 for whole names and phones (logged)",
    "export.bad_kind": "Type 1, 2 or 3.",
    "command.export": "Export",
    "command.export.help": "write plan, sign-ups or attendance; edited and imported, only edited cells change",
    "command.check": "Check",
    "command.check.help": "try every row by the rules of the desk and write nothing",
    "command.take": "Take in",
    "command.take.help": "take all rows in; with one wrong row none",
    "command.correct": "Correct",
    "command.correct.help": "correct the row under the cursor",
    "command.drop": "Drop",
    "command.drop.help": "leave the row under the cursor out",
    "command.to_text": "Text",
    "command.to_text.help": "back to the pasted text",
    "command.close": "Back",
    "command.close.help": "from the text to the rows; once more to leave",
}
