"""Words of the district's end."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help": "The district's receiving end",
    "help.store": "where the district's data lies, such as sqlite:///district.db (or FRONTDESK_STORE)",
    "help.init": "make the district's store and its signing key",
    "help.enrol": "write the enrolment file for a centre, with a one-time code",
    "help.centre": "the centre's code",
    "help.url": "where the centre reports, such as https://district.example",
    "help.out": "where the enrolment file goes",
    "help.revoke": "take a centre's key out of use",
    "help.serve": "take in reports until told to stop",
    "help.port": "the port; 0 takes a free one",
    "help.host": "the address to listen on",
    "help.status": "since when each centre is enrolled, how much it reported, its latest period",
    "help.show": "a centre's report of a period: the visible revision and all of them",
    "init.done": "The district's store is {path}, its key id {district_key_id}. "
    "Back up the .key file beside it as well.",
    "enrol.done": "The enrolment file of {centre} is {path}; its code works once, hand it to the centre directly.",
    "revoke.done": "The key {key_id} of {centre} is revoked.",
    "serve.listening": "Listening on {address}",
    "status.line": "{centre}  enrolled {since}  reports {reports}  latest period {period}",
    "status.none": 'No centre is enrolled yet. Write an enrolment file with "enrol".',
    "show.title": "{name} ({centre})  {period}  revision {revision}",
    "show.revision": "  revision {revision}  {state}  {received_at}  {content_hash}",
    "show.visible": "visible",
    "show.superseded": "superseded",
    "error.unknown_store": 'A store "{url}" is not supported. Write sqlite:///path or postgresql://user@host/database.',
    "error.no_postgresql": 'The driver for PostgreSQL is not installed. Run pip install "frontdesk[postgresql]" and try again.',
    "error.bad_store_address": 'The store "{url}" is no address. Write postgresql://user@host/database.',
    "error.store_refused": "Cannot connect to {url} ({reason}). Check the address, the user and the password, and that the server runs.",
    "error.period_locked": "{period} is locked and takes no more reports. Ask the district for an exemption, then send it again.",
    "error.store_not_a_file": 'A store "{path}" would not be kept in a file. Write sqlite:///path with a file name.',
    "error.no_folder": "There is no folder {path}. Check the store's path, or make the folder first.",
    "error.no_store": 'There is no store at {path}. Run "frontdesk district --store … init" first.',
    "error.district_key_missing": "The district's signing key {path} is missing or damaged. Restore it "
    "from the "
    "backup; a new one would void every centre's enrolment.",
    "error.bad_enrolment": 'The centre code "{centre}" or the address "{url}" is wrong. '
    "Write an address that begins with http:// or https://.",
    "error.file_exists": "{path} exists and was not overwritten. Choose another name, or move it away.",
    "error.cannot_listen": "Cannot listen on {host}:{port} ({reason}). "
    "Choose another port, or stop the program that holds it.",
    "error.no_report": "{centre} has not reported {period}. Check the code and the period.",
    "error.no_such_key": "There is no key {key_id}. Check the id.",
    "error.unknown_protocol": 'Protocol version "{protocol}" is not supported (supported: {supported}). '
    "Update the program and try again.",
    "error.wrong_recipient": "This report is not for this district. Check where the centre is enrolled.",
    "error.report_conflict": "Report {report_id} is here already, with other content. "
    "Submit it again as a new revision.",
    "error.revision_taken": "Revision {revision} of {period} is taken. Submit again; the next revision is {next}.",
    "error.unknown_code": "The code is wrong, or not this centre's. Ask the district for a new enrolment file.",
    "error.code_used": "The code has been used. Ask the district for a new enrolment file.",
    "error.code_withdrawn": "The code was withdrawn when a newer one was issued. Use the latest enrolment file.",
    "error.key_taken": "This key belongs to another centre. Make a key for this centre, then enrol.",
    "error.slow_body": "The content did not arrive within {seconds} seconds. Check the network and try again.",
    "error.too_many_requests": "Too many requests. Sync again in {seconds} seconds.",
    "error.store_unavailable": "The district cannot store anything now. Sync again later.",
    "error.no_such_address": "There is no address {path}. Check the address in the enrolment file.",
    "error.no_such_method": "{path} does not take this kind of request. Update the program and try again.",
}
