"""The standing order."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.order": "the standing order: posts, shifts, opening hours, contracts, skills",
    "error.unknown_plan": "There is no plan {id}. Look at the numbers that frontdesk roster plan lists.",
}
