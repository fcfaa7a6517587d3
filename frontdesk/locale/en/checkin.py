"""Checking in and out, undoing, correcting, reviewing, groups."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.nothing_to_undo": "{no} has no scan of today to undo. Correct or annul an earlier visit instead.",
    "error.undo_needs_manager": "More than {minutes} minutes have passed: only a manager can undo this. Have a manager sign in and give the reason.",
    "error.reason_required": "Give the reason and try again; it stays in the record.",
    "error.unknown_visit": "{no} has no visit {number} on {day}. Check the number, the day and which visit it is.",
    "error.visit_annulled": "This visit was annulled and cannot be changed. Add a new one if it is needed.",
    "error.other_day": "The entry must be on {day}. To move it, annul this visit and add one on the other day.",
    "error.ends_before_it_begins": "The exit must be later than the entry. Check both times.",
    "error.in_future": "That exit is still to come. Give a time that has passed.",
    "error.too_long_ago": "That is before {day}. Check the year.",
    "error.past_midnight": "The exit can be at {limit} at the latest. Credit service over midnight to an assignment that runs over it first.",
    "error.overlaps": "It overlaps another visit of the same person ({limit}). Change the times, or correct or annul that visit first.",
    "error.above_planned": "What is added by hand never exceeds the planned length: {minutes} more minutes fit here. Shorten it, or credit it elsewhere.",
    "error.unknown_assignment": "There is no assignment {id}. Check its number.",
    "error.unknown_session": "There is no session {code}. Check its code.",
    "error.credit_other_day": "“{title}” is not on {day}. Choose an assignment or session of that day.",
    "error.unknown_exit": "{id} is no exit that waits for review; it may have been settled. Open the review list again.",
    "error.day_not_over": "{day} is not over and cannot be closed. Try again tomorrow.",
    "error.not_pending": "This visit does not wait for review. Correct it instead.",
    "error.no_answer": "No answer was given. Mark the consent, then go on.",
    "error.guardian_name_required": "Give the guardian's name.",
    "error.bad_phone": "The guardian's phone is not complete. Give a mobile number, or a landline with its area code.",
    "days_closed": "{count} forgotten exits of past days were inferred by rule. Review them on the volunteers screen.",
    "help.direction": "auto: in and out by turns; in or out: that only",
    "help.force": "override what may be overridden: a card not yet valid or expired, one visit a day; a manager also a suspension",
    "help.reason": "the reason",
}
