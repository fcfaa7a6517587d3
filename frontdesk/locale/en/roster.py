"""Duty."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_staff": "There is no staff number {no}. Check it.",
}
