"""Looking the file over."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "sync_astray": "{count} things of the sync are not what the district signed; the first is {first}. Restore a backup, and talk to the district before anything is sent.",
    "sync_astray.report": "the report {subject}",
    "sync_astray.receipt": "the receipt of {subject}",
    "sync_astray.document": "the document {subject}",
    "sync_astray.district_key": "the district's key {subject}",
    "sync_astray.enrolment": "the enrolment of the key {subject}",
    "skipped_documents": "Documents {numbers} of the district could not be verified or understood and were not kept; later syncs ask for them again. Update the program, or ask the district to send them anew.",
    "sound": "The file is whole, and {count} audit entries follow from one another.",
    "page_faults": "The file is damaged. Stop, keep it, and restore the latest backup. SQLite says:",
    "broken_references": "{count} rows refer to records that are not there. Keep the file and restore the latest backup.",
    "broken_entry": "From entry {entry} of {count} on the audit chain does not hold: somebody changed it past the program. Keep the file, compare it with a backup, and tell the manager.",
    "supplements_astray": "{count} supplements differ from the audit log, the first is supplement {id}: somebody changed them past the program. Keep the file, compare it with a backup, and tell the manager.",
    "displaced_astray": "On {count} days of a volunteer, what was put in counts otherwise than worked out anew, the first is {no} {day}: somebody changed it past the program. Keep the file, compare it with a backup, and tell the manager.",
    "signups_astray": "{count} sign-ups differ from their log, the first is number {number} of session {session}: somebody changed them past the program. Keep the file, compare it with a backup, and tell the manager.",
    "lists_astray": "{count} sessions differ from their published monthly list and its changes, the first is session {session} of {month}: somebody changed them past the program. Keep the file, compare it with a backup, and tell the manager.",
    "follow_ups_astray": "{count} follow-ups of bad ratings differ from their log, the first is {number}: somebody changed them past the program. Keep the file, compare it with a backup, and tell the manager.",
    "visits_astray": "{count} visits differ from the check-in log, the first is visit {number} of {no} on {day}: somebody changed them past the program. Keep the file, compare it with a backup, and tell the manager.",
    "letters_astray": "{count} letters stand otherwise than their steps tell, the first is number {number}: they were changed past the program. Keep the file as it is, compare it with a backup and tell a manager.",
    "closings_astray": "Editions of closed periods that are not what was closed: {count} (first: {period}, edition"
    " {edition}). Something else has changed the file: restore a backup, and tell the street office.",
}
