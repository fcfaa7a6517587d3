"""The activity register."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_session": "There is no session {code}. Check the code, or import the plan first.",
    "error.session_cancelled": "\"{name}\" is cancelled. Choose another session, or restore this one first.",
    "error.missing_name": "There is no name. Give the name of the person who signs up.",
    "error.bad_phone": "\"{value}\" is not a phone number. Check it and type it again.",
    "error.bad_party_size": "A party has 1 to {largest} people. Correct the number.",
    "error.already_signed_up": "{name} is on the list already, number {seq_no}. Nothing more is needed.",
    "error.unknown_registration": "This sign-up is no longer on the list. Refresh the list.",
    "error.already_attended": "Attendance is recorded already. Take that back first, then cancel the sign-up.",
    "error.bad_head_count": "Walk-ins are 0 to 9999. Correct the number.",
    "error.missing_reason": "There is no reason. Say why the session is cancelled.",
    "error.attendance_recorded": "\"{name}\" has attendance on record and cannot be cancelled. Take the attendance back first.",
}
