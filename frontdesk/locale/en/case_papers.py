"""Papers and files of cases and registers."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.no_such_paper": "{name} has no paper {number}, only {most}. Choose one of those listed.",
    "error.notice_of_people": (
        "The notice {title} would say something of a person ({field}) and is not printed. "
        "Take that field out of the notice in the definition file."
    ),
    "error.of_one_record": "{title} is of one record and no ledger. Open the record and print it there.",
    "error.days_turned": "{first} is after {last}. Turn the days round.",
    "error.only_on_paper": "{title} is for the wall: it comes as PDF only. Let the file name end with .pdf.",
    "error.unknown_ending": "The file name ends with {ending}; only {possible} are written. Give it another ending.",
    "error.write_failed": (
        "{path} cannot be written: {reason}. Choose another folder, or close the program that has it open."
    ),
    "error.form_unread": (
        "{text} is not understood. Write the numbers of the options, as 1 3 5; R before a resident's form, "
        "U before a unit's, 0 for one without a tick."
    ),
    "error.no_such_option": "There is no option {number}, there are {most}. Look at the form and key it in again.",
    "error.ticked_twice": "Option {number} stands there twice. Look at the form and key it in again.",
    "error.too_many_forms": "A round has at most {most} forms. Check how many there are.",
    "error.nothing_keyed": "No form has been keyed in yet, so none can be taken back. Key one in first.",
    "error.no_ballot": "{name} has no options to vote on. Open a demand round.",
    "error.not_collecting": (
        "{number} is not collecting forms. Take the step that begins it; what is counted already is corrected."
    ),
    "error.changed_meanwhile": "The options of {number} have just been changed. Leave, open it again, and go on.",
    "error.not_importable": "{name} has no field that comes from a sheet. Enter its records one by one.",
    "day": "{year:04d}-{month:02d}-{day:02d}",
    "remark": "{words} ({remark})",
    "labelled": "{name}: {words}",
    "until": "until {last}",
    "span": "{first} to {last}",
    "no_day": "(to be announced)",
    "state": "State: {state}",
    "change": "{before} → {after}",
    "in_all": "In all {amount}",
    "sum": "Sum",
    "count": "{count} records",
    "column.place": "No.",
    "column.number": "Number",
    "column.opened_on": "Entered on",
    "column.changed_on": "Changed on",
    "column.state": "State",
    "column.change": "Change",
    "paper.page": "Page {page} of {pages}",
    "paper.made_on": "Printed on {day}",
    "paper.number": "Number: {number}",
    "paper.opened": "Entered: {day}",
    "paper.place": "No.",
    "paper.sum": "Sum",
    "paper.joint": ", ",
    "paper.part": "{part} ({count}): {names}",
    "paper.away": "Absent ({count}): {names}",
    "paper.came": "{came} of {all} came.",
    "paper.policy": "Asked for by: {policy}",
    "paper.signature": "{name}:",
    "paper.signed_on": "Date:",
    "paper.field": "{label}: {words}",
    "paper.lines": "{span}    {count} records",
    "paper.none": "No records.",
    "paper.ballot.residents": "Resident R",
    "paper.ballot.units": "Unit U",
    "paper.ballot.how": "Please tick the box of everything you need; you may tick several. No name is asked for.",
    "paper.ballot.unit_name": "Name of unit:",
    "paper.ballot.until": "Please hand it in at the centre's desk by {day}. Thank you!",
}
