"""Importing the office's sheets."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.staff": "import the staff list",
    "help.demands": "import a survey sheet of demands",
    "help.bookings": "import the sheet of room bookings",
    "help.residents": "import the register of residents",
    "help.volunteers": "import the register of volunteers",
    "help.sessions": "import the plan of sessions",
    "help.assignments": "import the plan of volunteers' assignments",
    "help.signups": "import the list of sign-ups",
    "help.attendance": "import the sign-in sheets",
    "help.ratings": "import ratings",
    "help.calendar": "import the list of holidays and make-up workdays",
    "help.dry_run": "trial run: check, say what would happen, write nothing",
    "blank": "(blank)",
    "rejected": 'Row {row}, column "{column}", value "{value}": {reason}',
    "more_rejected": "{count} more cells cannot be taken and are not listed.",
    "nothing_written": (
        "{rejected} cells of {read} rows were rejected; nothing was written. Correct them and import again."
    ),
    "done": "{read} rows read: {added} added, {changed} changed, {unchanged} unchanged.",
    "would": (
        "{read} rows read: {added} to add, {changed} to change, {unchanged} unchanged. Trial run, nothing was written."
    ),
    "equal_in_new_file": (
        "Note: {count} of them equal what was imported before and were not counted again. If they are others (ratings "
        "that other people gave, say), put the sheets together into one file and import that."
    ),
    "reason.rater_of_anonymous": "An anonymous rating has no name and no phone. Write 是 under 实名, or delete name and phone.",
    "reason.unknown_staff": "There is nobody on the staff with this number. Correct it, or leave the cell empty.",
    "reason.unknown_assignment": "There is no assignment with this number. Look it up with frontdesk assignment list, or correct it.",
    "reason.unknown_session": "There is no session with this code. Import the plan of sessions first, or correct the code.",
    "reason.session_cancelled": (
        "This session is cancelled. Restore it on the screen if it took place, otherwise delete the row."
    ),
    "reason.attendance_recorded": (
        "Attendance is recorded for this session. Take that back before cancelling it, or correct the remark."
    ),
    "reason.only_planned": "This session has not been announced. Delete the draft in the monthly list, or correct the remark.",
    "reason.session_closed": "This session is closed. Take that back before changing or cancelling it, or put the row back as it was.",
    "reason.unclear_cancellation": (
        'Is this session cancelled? If so, write "取消:" and the reason; if not, begin the remark with another word.'
    ),
    "reason.no_sign_up": (
        "Nobody of this name and phone tail signed up for this session. Correct them, or count the person as 散客."
    ),
    "reason.in_other_party": (
        "This person is in the party of number {seq_no} already. Delete this row; to sign up alone, change that party "
        "on the screen first."
    ),
    "reason.ambiguous_sign_up": (
        "Several sign-ups of this session have this name and phone tail. Mark this one on the screen and delete the row."
    ),
    "reason.sign_up_cancelled": (
        "This sign-up was cancelled. Delete the row of whoever stayed away; sign up again on the screen whoever came, "
        "or count the person as 散客."
    ),
    "reason.walk_in_came": "散客 are people who came. Write 到场, or delete the row.",
    "reason.makeup_on_weekday": (
        "This day is worked anyway, from Monday to Friday, and no make-up workday. Check the date or delete the row."
    ),
    "remark.assignments_doubtful": "Note: {count} sign-ups overlap another assignment or go beyond what is needed; they were made. Check them in the assignments.",
    "remark.sign_ups_in_the_future": "Note: {count} rows have a time of sign-up that is yet to come; they queue by it. Check the dates, and import again what you corrected.",
    "remark.follow_ups_opened": "Note: {count} of them are bad ratings to follow up. They wait in ratings (F5), follow-ups (Ctrl+W).",
    "remark.states_stay": "Note: {count} rows are records that are here already and stand elsewhere than the sheet says; their states stay, take the steps in them.",
    "remark.room_clashes": "Note: {count} sessions have a room that is taken at that time; they were imported all the same: {sessions}. Change the time or the room.",
    "remark.sessions_unapproved": "Note: {count} sessions had been approved and are drafts again: {sessions}. Ask a manager to approve the monthly list once more.",
    "remark.rooms_closed": "Note: {count} sessions are in a room that is closed for bookings; they were imported all the same: {sessions}. Change the room, or open it again.",
    "remark.new_rooms": "Note: new rooms ({count}) that were not on the list: {rooms}. If one is a slip, correct it before importing.",
    "remark.lead_clashes": "Note: in {count} sessions the lead has another one at the same time: {sessions}. Check them.",
    "remark.unknown_columns": "Note: these columns are not known and were not read: {columns}. Check their headings.",
    "remark.unknown_column_near": "Note: the column {column} is not known and was not read. Is it {near}? Correct its heading and import again.",
    "remark.column_of_day": "Note: the column {column} was not read: the day of the end is set by the program, the day of the import.",
    "remark.column_worked_out": "Note: the column {column} was not read: it is worked out from other fields.",
    "remark.more_unknown_columns": "Note: {count} more columns are not known and were not read. Check whether it is the right sheet.",
    "remark.unknown_activity_types": "Note: the settings do not have these activity types: {types}. Correct them, or add them to the settings.",
    "remark.children_without_guardian": "Note: {count} residents below 14 have no guardian's name, phone and consent. Add them in the register.",
    "remark.new_teams": "Note: new teams ({count}): {teams}. If one is a slip, correct it before importing.",
    "remark.demands_replaced": (
        "Note: what the rows of the sheet add up to replaces the number of people of demands ({count}): {demands}. "
        "Give the same demands of another sheet their area, or put the sheets together before importing."
    ),
    "remark.demands_without_day": (
        "Note: rows without a day ({count}) are put down for today. Imported on another day they would be new: "
        "fill in the day."
    ),
    "remark.walk_ins_replaced": (
        "Note: the sheet's rows of walk-ins add up to what replaces the count that was stored, in sessions ({count}): "
        "{sessions}. Correct those rows if that is wrong."
    ),
    "preview.added": "row {row}, new {subject}: {fields}",
    "preview.changed": "row {row}, changed {subject}: {fields}",
    "preview.field": "{field} {before} -> {after}",
    "preview.field_new": "{field} {after}",
    "preview.mark": "; ",
    "preview.more": "{count} more rows are not listed.",
    "remark.calendar_removed": (
        "Note: {count} days of the earlier list are not in this one; they are ordinary days again."
    ),
    "remark.calendar_series": "Note: sessions of series that conflict with this list: {count}, {series}. Check them: F3, Ctrl+Y; they are marked there.",
    "remark.calendar_sessions": "Note: single sessions on holidays of this list: {count}, {sessions}. Move or cancel those that are not meant for that day.",
    "remark.calendar_duty": "Note: days of the published roster that no longer match this list: {count}, from {day} on. Plan them again: F10, Ctrl+N.",
    "remark.calendar_incomplete": (
        "Note: the list of {year} is not complete (1 January or 1 October is missing as a holiday), so that the year "
        "still counts as unknown. Complete it and import it again."
    ),
    "title": "Import",
    "kind": "Sheet",
    "kind.staff": "staff list",
    "kind.residents": "residents",
    "kind.volunteers": "volunteer list",
    "kind.sessions": "plan of sessions",
    "kind.assignments": "assignments",
    "kind.signups": "sign-ups",
    "kind.attendance": "attendance",
    "kind.ratings": "ratings",
    "kind.demands": "demands",
    "kind.bookings": "room bookings",
    "kind.calendar": "holidays",
    "panel.kinds": "1 Which sheet",
    "panel.file": "2 Path of the file; Enter tries it",
    "panel.result": "3 Result",
    "file_hint": "e.g. D:\\lists\\volunteers.xlsx",
    "result": "The result is shown here. Roster and standing order: Ctrl+O in F10, Ctrl+B.",
    "ready": "Nothing stands against it: F8 imports.",
    "command.try": "Try",
    "command.try.help": "check the chosen file and write nothing",
    "command.run": "Import",
    "command.run.help": "import the file that was tried",
    "no_file": "Give the path of the file first.",
    "not_tried": "Try it first (F7); import when nothing stands against it.",
    "working": "Reading; go on working.",
}
