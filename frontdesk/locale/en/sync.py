"""Words of the sync."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help": "Send what is unsent to the district, oldest first",
    "help.enrol": "enrol this centre with the district's enrolment file",
    "help.retry": "put refused reports back among the unsent",
    "help.status": "what is unsent, delivered and refused, and since when",
    "done": "{sent} reports delivered; the receipts are kept.",
    "nothing": "Nothing is unsent.",
    "progress.sent": "[{done}/{total}] {period} revision {revision}: delivered",
    "progress.refused": "[{done}/{total}] {period} revision {revision}: refused ({reason})",
    "progress.unsent": "[{done}/{total}] {period} revision {revision}: not sent ({reason})",
    "enrolled": "Enrolled at {url}; the district has confirmed this centre's key.",
    "enrolled_later": "The enrolment is kept; {url} cannot be reached now, the next sync completes it.",
    "retried": "{reports} refused reports are unsent again; sync once more.",
    "status.unsent": "unsent     {period} revision {revision}, since {since}",
    "status.sent": "delivered  {period} revision {revision}, {since}",
    "status.refused": "refused    {period} revision {revision}, {since}",
    "status.empty": "No report has been submitted yet.",
    "error.not_enrolled": "This centre is not enrolled with a district. Ask the district for an "
    "enrolment file and "
    'run "frontdesk sync enrol FILE"; submitted reports are kept.',
    "error.other_centre": "This belongs to {centre}, and this centre is {own}. "
    "Ask the district for this centre's own file.",
    "error.already_enrolled": "This centre is enrolled at {url} and cannot move to another district. "
    "If it has to, talk to the district first.",
    "error.enrolment_refused": "The district did not accept the enrolment: {reason} "
    "Ask the district for a new enrolment file.",
    "error.centre_key_missing": "This centre's signing key {path} is missing, or not the one it "
    "enrolled with. "
    "Restore the keys folder from the backup, or enrol again with a new file from the district.",
    "error.no_such_refused": 'There is no refused report {report_id}. Look at "frontdesk sync status".',
    "error.some_refused": "The district refused {refused} reports; {sent} were delivered. "
    'See the reasons with "frontdesk sync status", correct and submit again.',
    "error.unreachable": "The district cannot be reached; the reports are kept here. Check the network and sync again.",
    "error.cut_off": "The connection broke before a receipt arrived; the report counts as unsent. "
    "Sync again: the district will not hold it twice.",
    "error.too_slow": "The district's answer was too slow and is incomplete; the report counts as unsent. "
    "Sync again later.",
    "error.not_the_district": "Something other than the district answered (perhaps the network's log-in "
    "page); "
    "the report counts as unsent. Log in to the network and sync again.",
    "error.refused_unread": "The district turned the request away without reading the report, which counts as unsent. "
    "Check the address in the enrolment file, update the program, and sync again.",
    "error.redirected": "The request was redirected elsewhere and not followed; the report counts as unsent. "
    "Log in to the network, or ask the district to check its address.",
    "error.district_failed": "The district's server has a fault; the report counts as unsent. Sync again later.",
    "error.not_ours": "This is not a file of this program. Check which file was chosen.",
    "error.truncated": "The content is incomplete; it was not sent or copied whole. Send it again.",
    "error.trailing_bytes": "Something was added after the content. Send the original again.",
    "error.unknown_format": "Format version {version} is unknown (supported: {supported}). "
    "Update the program and try again.",
    "error.too_large": "The content is larger than {limit} bytes. Check the report and submit it again.",
    "error.no_signature": "The report is not signed. Submit it again in the centre's program.",
    "error.bad_signature": "The signature does not fit the content, which was changed or damaged. Send it again.",
    "error.unknown_key": "The key {key_id} is unknown. Enrol first, or ask the district for a new enrolment file.",
    "error.revoked_key": "The key {key_id} is revoked. Talk to the district and enrol again.",
    "error.wrong_centre": "The key that signed does not belong to {centre}. Report with this centre's own key.",
    "error.bad_header": "The report's header is wrong ({where}). Update the program and submit again.",
    "error.unknown_kind": 'The report kind "{kind}" is unknown (supported: {supported}). '
    "Ask the district to update, or use a supported kind.",
    "error.unknown_schema": "The report schema version {schema_version} is unknown (supported: {supported}). "
    "Ask the district to update, then retry.",
    "error.bad_compression": "The report's content cannot be unpacked. Submit it again.",
    "error.inflates_past_cap": "The report's content unpacks to more than {limit} bytes. "
    "Check the report and submit it again.",
    "error.bad_body_hash": "The report's content does not fit the hash in its header. Submit it again.",
    "error.bad_body": "The report's content is wrong ({where}). Check it and submit again.",
    "error.bad_period": '"{period}" is not a period. Write 2026-W46, 2026-11-H1, 2026-11, 2026-Q4 or 2026.',
    "error.bad_receipt": "The receipt's content is wrong ({where}). Sync again.",
    "error.other_receipt": "This is the receipt of another report ({report_id}). Sync again.",
    "error.not_a_file": "{file} is no ordinary file (a folder, a pipe or a device). "
    "Choose the enrolment file that the district wrote.",
    "error.file_too_large": "{file} is larger than {limit} bytes and no enrolment file. "
    "Choose the enrolment file that the district wrote.",
    "error.not_readable": "{file} cannot be read ({reason}). Check who may read it, or copy it and choose the copy.",
    "error.bad_enrolment_file": "This is not an intact enrolment file. Ask the district for it again "
    "and copy it "
    "whole.",
    "help.schema": "print the JSON Schema of what a report holds",
    "help.schema_version": "version of the schema",
    "help.schema_out": "write it to this file instead of printing it",
    "schema_written": "Written to {out}.",
    "error.too_many_parts": "One file holds more than {limit} parts. Spread them over several files.",
    "error.bad_value": 'Value {index}, counted from 0, is wrong: indicator "{indicator}" ({where}). Nothing of the report was taken in; correct it and submit it again.',
    "error.duplicate_value": 'The indicator "{indicator}" has two values (places {indexes}, counted from 0). Nothing of the report was taken in; keep one of them and submit it again.',
    "error.unknown_indicator": 'Value {index}, counted from 0, is of the indicator "{indicator}", which the district does not know. Nothing of the report was taken in; update the program, or sync to get new indicators, and submit it again.',
    "error.not_for_district": 'Value {index}, counted from 0, is of the indicator "{indicator}", which stays at the centre. Nothing of the report was taken in; leave it out and submit it again.',
    "error.wrong_period_kind": 'Value {index}, counted from 0, is of the indicator "{indicator}", which is not reported for this kind of period ({kind}). Nothing of the report was taken in; leave it out and submit it again.',
    "error.not_assigned": 'Value {index}, counted from 0, is of the indicator "{indicator}", which this centre is not asked for. Nothing of the report was taken in; leave it out and submit it again.',
    "error.bad_catalogue": "The program's own indicator file {file} is damaged. Install the program again.",
    "error.bad_document": "The content of the district's document is wrong ({where}). Update the program and sync again.",
    "error.bad_exchange": "What was exchanged with the district is wrong ({where}). Update the program and sync again.",
    "error.other_exchange": "This answers another request. Sync again.",
    "error.bad_rotation": "The request to change the key is wrong ({where}). Change the key again in the centre's program.",
    "error.half_copied": "This file was not copied whole, or was damaged on the stick. Copy it again from where it was made.",
    "error.other_recipient": "This file is for another district (key {key_id}). Check which file was chosen, or let the centre enrol again and make a new one.",
    "error.bad_sealing": "This file cannot be unsealed; its content is damaged. Let the centre make a new one.",
    "error.bad_bundle": "The content of this USB file is wrong ({where}). Update the program and make a new one.",
    "error.bad_district_key": "This address does not give a district's key ({where}). Check the address.",
    "error.mistyped_code": "The code is mistyped or incomplete. Compare it with the one from the district and type it again.",
    "error.schema_not_written": "{file} cannot be written ({reason}). Choose another folder or name.",
}
