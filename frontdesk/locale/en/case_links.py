"""Links of cases and registers."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "other.case": "record",
    "other.demand": "demand",
    "other.session": "session",
    "other.follow_up": "follow-up",
    "other.letter": "letter",
    "held": "held",
    "line": "Linked: {what} {ref} {title} ({state})",
    "gone": "Linked: {what} {ref} (there no more)",
    "help.link": "Link to the number of another record, or to demand:NUMBER, session:CODE, follow_up:NUMBER, letter:NUMBER",
    "help.unlink": "Take a link back, with a reason",
    "help.loop": "How far it is from demand to rating: demand:NUMBER, the number of a record, session:CODE",
    "help.from": "A new record from a demand, a session or another record, with its words already in it",
    "loop.demand": "Demand {number} {words} ({asked} asked, {state})",
    "loop.order": "{number} {title} ({state})",
    "loop.session": "Session {code} {title} ({state})",
    "loop.held": "Session {code} {title}, {attended} came",
    "loop.rated": ", {n} ratings, {rate} satisfied ({low} to {high})",
    "loop.few": ", fewer than {least} ratings, which are not shown",
    "loop.stands": "How far: {state}",
    "stands.asked": "asked for, nothing ordered",
    "stands.ordered": "ordered, no session yet",
    "stands.planned": "a session is to come",
    "stands.held": "held, too few ratings",
    "stands.rated": "rated",
    "stands.stopped": "the order came to nothing",
    "belong": "Records {numbers}",
    "no_definition": "The file of its mechanism is gone; it can only be read.",
    "folder_right": "All definitions of the centre's own can be used.",
}
