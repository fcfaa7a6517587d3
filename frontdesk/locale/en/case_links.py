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
}
