"""Ratings."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.bad_level": "Ratings run from 1 to 5. Press 1 to 5.",
    "error.unknown_rating": "This rating can no longer be changed. Please rate again.",
    "level.5": "very satisfied",
    "level.4": "satisfied",
    "level.3": "fairly satisfied",
    "level.2": "dissatisfied",
    "level.1": "very dissatisfied",
}
